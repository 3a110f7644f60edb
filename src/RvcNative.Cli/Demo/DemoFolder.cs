using RvcNative.Formats;
using RvcNative.Rvc.Data;

namespace RvcNative.Cli.Demo;

/// <summary>The folder that a demo fills. A mark in it says that it is a demo's, so that a later demo may begin anew there; nobody else's files are touched.</summary>
internal sealed class DemoFolder
{
    private const string MarkName = "rvcnative-demo.txt", VoiceName = "demo";

    /// <param name="path">Need not exist yet.</param>
    internal DemoFolder(string path) => Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    internal string Root { get; }

    internal string Recordings => Path.Combine(Root, "recordings");

    internal string Licence => Path.Combine(Root, "SAMPLES-LICENSE.md");

    internal string Original => Path.Combine(Root, "original.wav");

    internal string Converted => Path.Combine(Root, "converted.wav");

    internal string OriginalPicture => Path.Combine(Root, "original.png");

    internal string ConvertedPicture => Path.Combine(Root, "converted.png");

    internal string LossPicture => Path.Combine(Root, "losses.png");

    internal string Page => Path.Combine(Root, "index.html");

    internal ExperimentFolder Experiment => new(Path.Combine(Root, "logs", VoiceName));

    internal string Weights => Path.Combine(Root, "weights");

    internal string Voice => Path.Combine(Weights, $"{VoiceName}.pth");

    private string Mark => Path.Combine(Root, MarkName);

    /// <summary>Makes the folder, or removes what an earlier demo made in it.</summary>
    /// <exception cref="IOException">The path is a file, or a folder that holds something else than a demo.</exception>
    internal void BeginAnew()
    {
        if (File.Exists(Root)) throw new IOException($"'{Root}' is a file; a folder for the demo's files is wanted: name another with --out");
        bool isMarked = File.Exists(Mark);
        if (!isMarked && Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Any())
        {
            throw new IOException(
                $"'{Root}' holds files that are not a demo's (there is no {MarkName}); they are left alone: name an empty or new folder with --out");
        }

        if (isMarked) RemoveEarlier();
        AtomicFile.Write(Mark, stream => stream.Write("This folder is made by `rvcnative demo`, which removes its own files here when it is run again.\n"u8));
    }

    private void RemoveEarlier()
    {
        foreach (string file in (string[])[Page, Original, Converted, OriginalPicture, ConvertedPicture, LossPicture, Licence])
        {
            File.Delete(file);
            File.Delete($"{file}.tmp");
        }

        foreach (string name in DemoSamples.Training)
        {
            string file = Path.Combine(Recordings, name);
            if (!Directory.Exists(Recordings)) break;
            File.Delete(file);
            File.Delete($"{file}.tmp");
        }

        foreach (string folder in (string[])[Experiment.Root, Experiment.Mute])
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }

        if (Directory.Exists(Weights))
        {
            foreach (string pattern in (string[])[$"{VoiceName}.pth*", $"{VoiceName}_e*_s*.pth*"])
            {
                foreach (string file in Directory.EnumerateFiles(Weights, pattern)) File.Delete(file);
            }
        }

        foreach (string folder in (string[])[Path.GetDirectoryName(Experiment.Root)!, Weights, Recordings])
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
    }
}

using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Cli.Commands;

/// <summary>A recording and the file that it becomes.</summary>
/// <param name="Name">By which its pitch curve goes: the recording's without its ending, unless another of the folder has that as well.</param>
internal sealed record InferItem(string Input, string Output, string Name)
{
    /// <summary>Standard input or output, wav.</summary>
    internal const string Pipe = "-";

    /// <summary>IN and OUT, or all audio files of the folder IN by name, in ordinal order.</summary>
    /// <exception cref="IOException">Nothing to read, or an output that would overwrite its input or cannot be told from another.</exception>
    internal static IReadOnlyList<InferItem> List(string input, string output, OutputFormat format)
    {
        if (input == Pipe) return [OfPipe(output, format)];
        IReadOnlyList<InferItem> items = Directory.Exists(input) ? OfFolder(input, output, format) : [OfFile(input, output, format)];
        foreach (InferItem item in items)
        {
            if (item.Output != Pipe && Path.GetFullPath(item.Input) == Path.GetFullPath(item.Output))
            {
                throw new AudioFileException(
                    $"'{item.Output}' is the recording itself, which would be overwritten; name another place for the output.");
            }
        }

        return items;
    }

    /// <summary>Names of the files that a folder holds beside recordings.</summary>
    internal static IEnumerable<string> Others(string input) =>
        Directory.Exists(input) ? Visible(input).Where(file => !RecordingNames.IsAudio(file)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal) : [];

    private static IEnumerable<string> Visible(string folder) => Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file)[0] != '.');

    private static InferItem OfFile(string input, string output, OutputFormat format)
    {
        if (!File.Exists(input)) throw new FileNotFoundException($"'{input}' does not exist; expected a recording or a folder of recordings.", input);
        string name = Path.GetFileNameWithoutExtension(input);
        return new InferItem(input, Directory.Exists(output) ? Path.Combine(output, name + format.Ending) : Named(output, format), name);
    }

    private static InferItem OfPipe(string output, OutputFormat format) => Directory.Exists(output)
        ? throw new AudioFileException($"'{output}' is a folder, and a recording from standard input has no name; name a file, or - for standard output.")
        : new InferItem(Pipe, Named(output, format), "stdin");

    // Wav, or what ffmpeg writes by the name's ending.
    private static string Named(string output, OutputFormat format) => output == Pipe ? output
        : RecordingNames.IsAudio(output) ? format.Fit(output)
        : throw new AudioFileException(
            $"'{output}' is not named like a recording; name it NAME.wav, which is written here, or NAME.flac, .mp3, .ogg, .m4a ..., which ffmpeg writes.");

    private static List<InferItem> OfFolder(string input, string output, OutputFormat format)
    {
        if (output == Pipe) throw new AudioFileException($"'{input}' is a folder, whose recordings do not fit into one standard output; name a folder.");
        if (File.Exists(output)) throw new AudioFileException($"'{output}' is a file, but '{input}' is a folder; name a folder for the output.");
        string[] files = [.. Visible(input).Where(RecordingNames.IsAudio)];
        Array.Sort(files, StringComparer.Ordinal);
        if (files.Length == 0) throw new AudioFileException($"'{input}' holds no recordings (wav, flac, mp3, m4a, ogg, …).");
        HashSet<string> stems = [], shared = [];
        foreach (string file in files)
        {
            if (!stems.Add(Path.GetFileNameWithoutExtension(file))) shared.Add(Path.GetFileNameWithoutExtension(file));
        }

        return [.. files.Select(file => new InferItem(file, Path.Combine(output, Stem(file) + format.Ending), Stem(file)))];

        // a.wav and a.mp3 become a.wav.wav and a.mp3.wav.
        string Stem(string file)
        {
            string stem = Path.GetFileNameWithoutExtension(file);
            return shared.Contains(stem) ? Path.GetFileName(file) : stem;
        }
    }
}

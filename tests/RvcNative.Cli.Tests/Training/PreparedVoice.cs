using System.Security.Cryptography;
using RvcNative.Audio;
using RvcNative.Rvc.Configuration;
using RvcNative.Tests;

namespace RvcNative.Cli.Tests.Training;

/// <summary>
/// Four short recordings, preprocessed and extracted by the commands, and a configuration so small that a step takes milliseconds. Trainings on it each
/// have a folder of their own.
/// </summary>
public sealed class PreparedVoice : IDisposable
{
    private const int SampleRateHz = 40000;
    private readonly string _root = Path.Combine(Path.GetTempPath(), "rvcnative train тест " + Guid.NewGuid().ToString("N"));
    private SortedDictionary<string, string>? _whole;
    private PreparedRun? _trained;
    private int _runs;

    public PreparedVoice()
    {
        (double Pitch, double Seconds)[] recordings = [(150, 0.8), (180, 0.86), (130, 0.95), (210, 1.52)];
        string data = Path.Combine(_root, "recordings"), logs = Path.Combine(_root, "prepared");
        Directory.CreateDirectory(data);
        foreach ((double pitch, double seconds) in recordings)
        {
            WavFile.Write(Path.Combine(data, $"{pitch}.wav"), new AudioBuffer(Tone(pitch, seconds), SampleRateHz), WavEncoding.Pcm16);
        }

        Done("preprocess", data, "--name", "voice", "--logs", logs, "--sample-rate", "40k");
        Done("extract", "--name", "voice", "--logs", logs);
        Prepared = Path.Combine(logs, "voice");
    }

    private string Prepared { get; }

    /// <summary>What an unbroken training saves, and how long the real process took for it from its first line on.</summary>
    internal (SortedDictionary<string, string> Saves, TimeSpan Length) Whole
    {
        get
        {
            if (_whole is not null) return (_whole, WholeLength);
            PreparedRun run = NewRun();
            using TrainProcess process = run.Start();
            process.WaitForLine(_ => true);
            long started = TimeProvider.System.GetTimestamp();
            Assert.Equal(0, process.WaitForEnd());
            WholeLength = TimeProvider.System.GetElapsedTime(started);
            _whole = run.Saves();
            Assert.Equal(PreparedRun.Epochs + 4, _whole.Count);
            return (_whole, WholeLength);
        }
    }

    private TimeSpan WholeLength { get; set; }

    /// <param name="upsampleRates">Null for those of 40k with 32 channels to begin with; else 128, as RefineGAN wants with two stages, and shorter segments.</param>
    internal PreparedRun NewRun(int[]? upsampleRates = null)
    {
        PreparedRun run = new(Path.Combine(_root, $"run{++_runs}"));
        Directory.CreateDirectory(run.Folder);
        File.Copy(Path.Combine(Prepared, "extract.json"), run["extract.json"]);
        IEnumerable<string> clips = File.ReadLines(Path.Combine(Prepared, "filelist.txt")).Where(line => !line.Contains("/mute/", StringComparison.Ordinal));
        File.WriteAllLines(run["filelist.txt"], clips);
        RvcConfig small = SmallConfig.Of(ConfigFile.Read(Path.Combine(Prepared, "config.json")));
        if (upsampleRates is not null)
        {
            small = small with
            {
                Train = small.Train with { SegmentSamples = 1600 },
                Model = small.Model with { UpsampleRates = upsampleRates, UpsampleKernels = [.. upsampleRates.Select(rate => 2 * rate)], UpsampleInitialChannel = 128 },
            };
        }

        ConfigFile.Write(small, run["config.json"]);
        return run;
    }

    /// <summary>A run of its own that has been trained for two epochs, with all saves kept.</summary>
    internal PreparedRun NewTrainedRun()
    {
        if (_trained is null)
        {
            _trained = NewRun();
            (int code, string output, string error) = _trained.Train(2, "--keep", "all");
            Assert.True(code == 0, output + error);
        }

        PreparedRun run = NewRun();
        run.CopyFrom(_trained);
        return run;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static float[] Tone(double pitchHz, double seconds)
    {
        float[] samples = new float[(int)(seconds * SampleRateHz)];
        for (int i = 0; i < samples.Length; i++)
        {
            double phase = 2 * Math.PI * pitchHz * i / SampleRateHz;
            samples[i] = (float)(0.2 * (Math.Sin(phase) + (0.5 * Math.Sin(2 * phase)) + (0.3 * Math.Sin(3 * phase))));
        }

        return samples;
    }

    private static void Done(params string[] command)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(command, output, error);
        Assert.True(code == 0, $"{string.Join(' ', command)}: {code}\n{output}{error}");
    }
}

/// <summary>One training: its folders, and the command that begins it and goes on with it.</summary>
internal sealed class PreparedRun(string root)
{
    internal const int Epochs = 12;

    private string Root => root;

    internal string Folder { get; } = Path.Combine(root, "logs", "voice");

    internal string Voice { get; } = Path.Combine(root, "weights", "voice.pth");

    internal string this[string file] => Path.Combine(Folder, file);

    internal string[] Command(int epochs = Epochs) =>
    [
        "train", "--name", "voice", "--logs", Path.Combine(root, "logs"), "--weights", Path.Combine(root, "weights"),
        "--epochs", $"{epochs}", "--batch-size", "2", "--save-every", "1", "--threads", "1",
    ];

    internal TrainProcess Start(int epochs = Epochs) => new(Command(epochs));

    /// <summary>Runs the command in this process.</summary>
    internal (int Code, string Output, string Error) Train(int epochs = Epochs, params string[] more)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run([.. Command(epochs), .. more], output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Hashes of checkpoints, state and voices by path.</summary>
    internal SortedDictionary<string, string> Saves() => Files(file => Path.GetExtension(file) == ".pth" || Path.GetFileName(file) == "rvcnative.json");

    /// <summary>Hashes of all files by path.</summary>
    internal SortedDictionary<string, string> Files() => Files(_ => true);

    /// <summary>All files of another run.</summary>
    internal void CopyFrom(PreparedRun other)
    {
        foreach (string file in Directory.EnumerateFiles(other.Root, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(Root, Path.GetRelativePath(other.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }
    }

    /// <summary>Moves all of it onto a small file system of its own.</summary>
    /// <returns>Null where none can be mounted.</returns>
    internal SmallDisk? OntoSmallDisk(string size)
    {
        PreparedRun away = new(Root + " away");
        Directory.Move(Root, away.Root);
        SmallDisk? disk = SmallDisk.TryMount(Root, size);
        CopyFrom(away);
        Directory.Delete(away.Root, recursive: true);
        return disk;
    }

    private SortedDictionary<string, string> Files(Func<string, bool> isWanted)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(isWanted))
        {
            files[Path.GetRelativePath(Root, file).Replace('\\', '/')] = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return files;
    }
}

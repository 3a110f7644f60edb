using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Data;
using RvcNative.Rvc.Training;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>
/// A prepared data set of four short recordings, with networks so small that a step takes milliseconds: two shapes of batches, three batches an
/// epoch. Trainings on it each have a folder of their own.
/// </summary>
public sealed class TinyVoice : IDisposable
{
    public const int BatchSize = 2, BatchesPerEpoch = 3;
    private readonly TempFolder _temp = new();
    private readonly ExperimentFolder _prepared;
    private readonly Dictionary<string, TinyRun> _shared = [];
    private int _runs;

    public TinyVoice()
    {
        (double Pitch, double Seconds)[] recordings = [(150, 0.8), (180, 0.86), (130, 0.95), (210, 1.52)];
        foreach ((double pitch, double seconds) in recordings) MadeSpeech.Write(_temp[$"recordings/{pitch}.wav"], 40000, pitch, seconds);
        _prepared = new ExperimentFolder(_temp["prepared/logs/voice"]);
        Preprocessor.Run(_temp["recordings"], _prepared, new PreprocessOptions { SampleRateHz = 40000 });
        ConfigFile.Write(Config, _prepared.Config);
        Extractor.Run(_prepared, new ExtractOptions { Features = new TinyFeatures(), Pitch = new TinyPitch(), MuteLines = 0 });
    }

    /// <summary>Mainline's 40 kHz configuration made small; a segment of ten frames.</summary>
    public static RvcConfig Config { get; } = SmallConfig.Of(Presets.Of(ModelVersion.V2, 40000)) is var small
        ? small with { Train = small.Train with { LogInterval = 4 } }
        : throw new InvalidOperationException();

    /// <summary>dataset.json of the recordings, which runs are without.</summary>
    internal string Ledger => _prepared.Ledger;

    /// <summary>A new folder logs/voice that trains on the prepared files.</summary>
    internal TinyRun NewRun(RvcConfig? config = null)
    {
        TinyRun run = new(_temp[$"run{++_runs}"]);
        Directory.CreateDirectory(run.Folder);
        foreach (string file in (ReadOnlySpan<string>)["filelist.txt", "extract.json"]) File.Copy(Path.Combine(_prepared.Root, file), run[file]);
        ConfigFile.Write(config ?? Config, run["config.json"]);
        return run;
    }

    /// <summary>A training that several tests of a class look at and none changes; made when it is first asked for.</summary>
    internal TinyRun Once(string name, Action<TinyRun> train)
    {
        if (_shared.TryGetValue(name, out TinyRun? run)) return run;
        run = NewRun();
        train(run);
        _shared.Add(name, run);
        return run;
    }

    public void Dispose() => _temp.Dispose();
}

/// <summary>One training: its logs folder and the folder of its voices.</summary>
internal sealed class TinyRun(string root)
{
    internal string Folder { get; } = Path.Combine(root, "logs", "voice");

    internal string Weights { get; } = Path.Combine(root, "weights");

    internal string this[string file] => Path.Combine(Folder, file);

    internal TrainOptions Options(int epochs, KeepSaves keep = KeepSaves.Latest) => new()
    {
        Version = ModelVersion.V2,
        HasPitch = true,
        Epochs = epochs,
        BatchSize = TinyVoice.BatchSize,
        SaveEvery = 1,
        Keep = keep,
        WeightsFolder = Weights,
    };

    /// <summary>Values, first and second moments of generator and discriminator, as a training in this folder would begin with.</summary>
    internal float[][] Loaded(TrainOptions options)
    {
        using CpuBackend backend = new(1);
        using Trainer trainer = new(backend, new ExperimentFolder(Folder), options);
        ParameterSet g = trainer.Networks.Generator.Network.Parameters, d = trainer.Networks.Discriminator.Network.Parameters;
        return [.. ((Tensor[])[g.Values, g.Means, g.Variances, d.Values, d.Means, d.Variances]).Select(backend.ToArray)];
    }

    /// <summary>Trains to the last epoch.</summary>
    /// <returns>What was said.</returns>
    internal List<string> Train(TrainOptions options, int threads = 1, Action<Trainer, TrainProgress>? onStep = null, Action<SavedEpoch>? onSaved = null)
    {
        using CpuBackend backend = new(threads);
        using Trainer trainer = new(backend, new ExperimentFolder(Folder), options);
        List<string> said = [];
        trainer.Run(progress => onStep?.Invoke(trainer, progress), said.Add, CancellationToken.None, onSaved);
        return said;
    }

    /// <summary>Trains until so many steps are done in all, then asks to stop.</summary>
    internal List<string> Interrupt(TrainOptions options, long atStep, int threads = 1)
    {
        using CpuBackend backend = new(threads);
        using Trainer trainer = new(backend, new ExperimentFolder(Folder), options);
        using CancellationTokenSource source = new();
        List<string> said = [];
        if (atStep == trainer.GlobalStep) source.Cancel();
        Assert.Throws<OperationCanceledException>(() => trainer.Run(
            progress =>
            {
                if (progress.GlobalStep == atStep) source.Cancel();
            },
            said.Add, source.Token));
        return said;
    }

    /// <summary>Tries to begin; the trainer must refuse and leave all files as they are.</summary>
    internal string Refusal<TException>(TrainOptions options) where TException : Exception
    {
        SortedDictionary<string, string> before = AllFiles();
        using CpuBackend backend = new(1);
        TException refusal = Assert.Throws<TException>(() => new Trainer(backend, new ExperimentFolder(Folder), options));
        Assert.Equal(before, AllFiles());
        return refusal.Message;
    }

    /// <summary>Hashes of checkpoints, state and voices.</summary>
    internal SortedDictionary<string, string> Saves()
    {
        SortedDictionary<string, string> files = AllFiles();
        foreach (string name in files.Keys.ToArray())
        {
            string file = Path.GetFileName(name);
            if (!file.EndsWith(".pth", StringComparison.Ordinal) && file != RunState.FileName) files.Remove(name);
        }

        return files;
    }

    private SortedDictionary<string, string> AllFiles() => MadeSpeech.Files(root);
}

using System.Diagnostics;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>
/// Mainline's training loop (train/train.py) over one experiment folder: epochs of bucketed batches, decay of the rate per epoch, saves, and going on from
/// the last save to the same bytes as an unbroken run, because everything random is a function of (seed, step).
/// </summary>
public sealed class Trainer : IDisposable
{
    private const double SpeedMemory = 0.9;
    private readonly Backend _backend;
    private readonly ExperimentFolder _experiment;
    private readonly TrainOptions _options;
    private readonly RvcConfig _read, _chosen, _config;
    private readonly TrainingSet _clips;
    private readonly BucketSampler _sampler;
    private readonly BatchAssembler _assembler;
    private readonly GanNetworks _networks;
    private readonly CheckpointStore _store;
    private readonly Arena _arena;
    private readonly RandomDraws _draws;
    private readonly BatchLoader _loader;
    private readonly Dictionary<int, TrainingStep> _steps = [];
    private readonly ulong _seed;
    private readonly VoiceExtraction? _extraction;
    private readonly ApplioInfo? _applio;
    private readonly MemoryPlanner _planner;
    private readonly FolderLock _lock;
    private RunState _state;
    private (int Epoch, double Rate) _trained;
    private readonly StepLosses? _mean;
    private long _savedStep;
    private double _secondsPerStep;

    /// <summary>Opens the data, makes the networks and loads what the folder has: its last save, mainline's newest pair, or the pretrained weights.</summary>
    /// <exception cref="IOException">Data, configuration or a checkpoint cannot be used; nothing in the folder is changed.</exception>
    public Trainer(Backend backend, ExperimentFolder experiment, TrainOptions options)
    {
        (_backend, _experiment, _options) = (backend, experiment, options);
        _store = new CheckpointStore(experiment.Root);
        _read = ConfigFile.Read(experiment.Config);
        _chosen = TrainingSettings.Chosen(_read, experiment, options);
        MelLossSettings mel = _chosen.MelLoss();
        TrainingSetOptions clips = new() { MagnitudeFloor = mel.SpecFloor };
        _clips = TrainingSet.Open(experiment.FileList, _chosen, options.Version, options.HasPitch, clips);
        _arena = new Arena(backend);
        _lock = new FolderLock(experiment.Root);
        try
        {
            RunState? saved = _store.Open();
            string? first = saved is null ? _store.NewestPair()?.Generator ?? options.PretrainedGenerator : Path.Combine(experiment.Root, saved.Generator.Name);
            _config = TrainingSettings.WithSpeakers(_chosen, experiment, first);
            _seed = saved?.Seed ?? options.Seed ?? (ulong)_config.Train.Seed;
            _assembler = new BatchAssembler(_clips, _config, options.Version, options.HasPitch);
            ModelPlan plan = _config.Plan(options.Version, options.HasPitch);
            DiscriminatorPlan discriminators = _config.Discriminators(options.Version);
            _networks = new GanNetworks(backend, _config, plan, discriminators, _seed, mel);
            _planner = new MemoryPlanner(_networks, _assembler.MostFrames, options.Accumulate > 1);
            Memory = options.MemoryLimit is { } limit
                ? _planner.Choose(options.BatchSize, options.Recompute, limit)
                : _planner.Of(options.BatchSize, options.Recompute);
            _sampler = new BucketSampler(_clips.Lengths, Memory.BatchSize, _seed, _clips.Boundaries);
            _loader = new BatchLoader(backend, _seed, plan.SegmentFrames);
            _draws = new RandomDraws(_seed, _networks.StepNumber);
            if (options.Accumulate > 1) _mean = new StepLosses(discriminators.Count);
            _extraction = TrainingSettings.ExtractionOf(experiment, plan);
            _applio = ApplioInfo.Read(experiment);
            _state = Begin(saved);
            _savedStep = _state.GlobalStep;
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>How the training begins, in a sentence for the user.</summary>
    public string Beginning { get; private set; } = "";

    public TrainingSet Clips => _clips;

    /// <summary>Batch size and memory of this training.</summary>
    public MemoryNeed Memory { get; }

    /// <summary>What the steps so far have taken of it.</summary>
    public long ArenaBytes => _arena.Bytes;

    /// <summary>What batches of other sizes would take.</summary>
    public IEnumerable<MemoryNeed> MemoryOf(IEnumerable<int> batchSizes) =>
        batchSizes.SelectMany(size => (MemoryNeed[])[_planner.Of(size, recompute: false), _planner.Of(size, recompute: true)]);

    public int BatchesPerEpoch => _sampler.BatchesPerEpoch();

    public GanNetworks Networks => _networks;

    public long GlobalStep => _state.GlobalStep;

    /// <summary>Trains to the last epoch. When cancelled, finishes the step, saves and throws.</summary>
    /// <param name="onSaved">Called after each save of an epoch, when all its files are on disk; what it throws ends the training.</param>
    /// <exception cref="OperationCanceledException">Cancelled; a checkpoint has been written.</exception>
    /// <exception cref="TrainingStoppedException">A loss or gradient was not finite; the last save is untouched.</exception>
    /// <exception cref="TrainingDataException">The disk is full; the last save is untouched.</exception>
    public void Run(Action<TrainProgress>? onStep, Action<string>? onMessage, CancellationToken cancellation, Action<SavedEpoch>? onSaved = null) =>
        DiskSpace.Guard(_experiment.Root, () => Train(onStep, onMessage, onSaved, cancellation));

    private void Train(Action<TrainProgress>? onStep, Action<string>? onMessage, Action<SavedEpoch>? onSaved, CancellationToken cancellation)
    {
        _arena.Reserve(Memory.ArenaBytes);
        using TensorBoardLog board = new(_experiment.Root);
        using StreamWriter log = File.AppendText(Path.Combine(_experiment.Root, "train.log"));
        Say(Beginning);
        if (_config.Model.Vocoder.Limit() is { } limit) Say($"vocoder {_config.Model.Vocoder.FileName()}: {limit}");

        // What was chosen this time holds when training goes on without being told again.
        if (_chosen != _read) ConfigFile.Write(_chosen, _experiment.Config);
        while (_state.Epoch <= _options.Epochs)
        {
            int epoch = _state.Epoch;
            int[][] batches = _sampler.Epoch(epoch);
            for (int position = _state.BatchesDone; position < batches.Length;)
            {
                if (cancellation.IsCancellationRequested)
                {
                    bool isNew = _state.GlobalStep != _savedStep;
                    if (isNew) SaveCheckpoint();
                    Say($"interrupted; {(isNew ? "saved at" : "nothing to save since")} step {_state.GlobalStep}, go on with the same command");
                    throw new OperationCanceledException(cancellation);
                }

                int count = Math.Min(_options.Accumulate, batches.Length - position);
                RunStep(batches.AsSpan(position, count), board);
                position += count;
                _trained = (epoch, _state.LearningRate);
                _state = _state with { BatchesDone = position, GlobalStep = _state.GlobalStep + 1 };
                onStep?.Invoke(Progress(epoch, position, batches.Length));
            }

            _state = _state with { Epoch = epoch + 1, BatchesDone = 0, LearningRate = _state.LearningRate * _config.Train.LearningRateDecay };
            if (epoch % _options.SaveEvery != 0 && epoch != _options.Epochs) continue;
            SavedEpoch saved = Save(epoch);
            Say($"saved epoch {epoch}, step {saved.Step}");
            onSaved?.Invoke(saved);
        }

        WriteVoice(_experiment.Name, _state.Epoch - 1);
        Say($"done: {_state.Epoch - 1} epochs, {_state.GlobalStep} steps; the voice is {Path.Combine(_options.WeightsFolder, _experiment.Name + ".pth")}");

        void Say(string message)
        {
            onMessage?.Invoke(message);
            log.WriteLine($"{DateTime.Now:yyyy-MM-dd HH:mm:ss}\t{_experiment.Name}\tINFO\t{message}");
            log.Flush();
        }
    }

    public void Dispose()
    {
        _arena.Dispose();
        _lock.Dispose();
    }

    private RunState Begin(RunState? saved)
    {
        if (saved is not null)
        {
            _store.Load(_networks, saved);
            bool sameBatches = saved.BatchSize == Memory.BatchSize && saved.BatchesPerEpoch == BatchesPerEpoch;
            Beginning = $"going on from {saved.Generator.Name} at step {saved.GlobalStep}, epoch {saved.Epoch}" + (sameBatches || saved.BatchesDone == 0
                ? "" : "; the batches have changed since, so this epoch begins anew");
            return saved with { BatchSize = Memory.BatchSize, BatchesPerEpoch = BatchesPerEpoch, BatchesDone = sameBatches ? saved.BatchesDone : 0 };
        }

        int epoch = 1;
        double rate = _config.Train.LearningRate;
        if (_store.NewestPair() is var (generator, discriminator))
        {
            // As mainline goes on: the epoch of the checkpoint is repeated, its rate decayed once more (by ExponentialLR's first step, which
            // leaves epoch 1 alone).
            CheckpointHeader header = CheckpointStore.LoadPair(_networks, generator, discriminator);
            epoch = Math.Max(1, header.Epoch);
            rate = epoch == 1 ? header.CurrentRate : header.CurrentRate * _config.Train.LearningRateDecay;
            Beginning = $"going on from {Path.GetFileName(generator)} as mainline does: epoch {epoch} is repeated";
        }
        else
        {
            if (_options.PretrainedGenerator is { } pretrainedG) TrainingCheckpoint.LoadWeights(pretrainedG, _networks.Generator.Network);
            if (_options.PretrainedDiscriminator is { } pretrainedD) TrainingCheckpoint.LoadWeights(pretrainedD, _networks.Discriminator.Network);
            Beginning = (_options.PretrainedGenerator, _options.PretrainedDiscriminator) switch
            {
                (null, null) => "beginning from random weights; give --pretrain-g and --pretrain-d to fine-tune",
                (_, null) => "beginning from a pretrained generator and a random discriminator",
                (null, _) => "beginning from a random generator and a pretrained discriminator",
                _ => "beginning from pretrained weights",
            };
        }

        SavedFile none = new("", 0, "");
        return new RunState
        {
            Epoch = epoch,
            BatchesDone = 0,
            BatchesPerEpoch = BatchesPerEpoch,
            BatchSize = Memory.BatchSize,
            GlobalStep = (epoch - 1) * Updates(BatchesPerEpoch),
            LearningRate = rate,
            Seed = _seed,
            Generator = none,
            Discriminator = none,
        };
    }

    private void RunStep(ReadOnlySpan<int[]> batches, TensorBoardLog board)
    {
        long started = Stopwatch.GetTimestamp(), at = _state.GlobalStep;
        Batch[] assembled = new Batch[batches.Length];
        TrainingStep[] steps = new TrainingStep[batches.Length];
        float frames = 0;
        for (int i = 0; i < batches.Length; i++)
        {
            assembled[i] = _assembler.Assemble(batches[i]);
            steps[i] = StepOf(assembled[i]);
            frames += assembled[i].Mask.Sum() / batches.Length;
        }

        try
        {
            if (steps.Length == 1) Load(0);
            GanUpdate.Run(_networks, steps, steps.Length == 1 ? null : Load, _state.LearningRate, _mean);
        }
        catch (NonFiniteException failure)
        {
            string names = string.Join(", ", assembled.SelectMany(batch => batch.Indices).Distinct().Select(_clips.NameOf));
            throw new TrainingStoppedException(
                $"step {at}, epoch {_state.Epoch}: {failure.Message} with the clips {names}; "
                + "training stops before the weights change, the last save is untouched", failure);
        }

        LastLosses = _mean ?? steps[0].Losses;
        if (at % _config.Train.LogInterval == 0) Log(steps[^1], assembled[^1], board);
        foreach (Batch batch in assembled) batch.Dispose();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        _secondsPerStep = _secondsPerStep == 0 ? seconds : (SpeedMemory * _secondsPerStep) + ((1 - SpeedMemory) * seconds);

        void Load(int i)
        {
            long number = (at * _options.Accumulate) + i;
            _backend.Write([number], _networks.StepNumber);
            _loader.Load(assembled[i], steps[i], number, frames);
        }
    }

    private TrainingStep StepOf(Batch batch)
    {
        if (_steps.TryGetValue(batch.Frames, out TrainingStep? step)) return step;
        StepForm form = new() { Recomputes = Memory.Recompute, IsPart = _options.Accumulate > 1 };
        step = new TrainingStep(_networks, batch.Size, batch.Frames, _arena, _draws, form);
        _steps.Add(batch.Frames, step);
        return step;
    }

    /// <summary>Of the last step; null before the first.</summary>
    public StepLosses? LastLosses { get; private set; }

    private void Log(TrainingStep step, Batch batch, TensorBoardLog board)
    {
        long at = _state.GlobalStep;
        int mels = _config.Data.MelBands, bins = _config.Data.SpecBins, frames = step.RealMel.Shape[1];
        board.Scalars(LastLosses!, _state.LearningRate, at);
        board.Mel("slice/mel_org", _backend.ToArray(step.RealMel).AsSpan(0, frames * mels), mels, at);
        board.Mel("slice/mel_gen", _backend.ToArray(step.GeneratedMel).AsSpan(0, frames * mels), mels, at);
        board.Mel("all/mel", _networks.Mel.Transform.Of(batch.Spec.AsSpan(0, batch.Lengths[0] * bins)), mels, at);
    }

    private SavedEpoch Save(int epoch)
    {
        // The small file first: whoever resumes from this save then need not make it.
        string voice = WriteVoice($"{_experiment.Name}_e{epoch}_s{_state.GlobalStep}", epoch);
        SaveCheckpoint();
        return new SavedEpoch(epoch, _state.GlobalStep, voice);
    }

    private void SaveCheckpoint()
    {
        _store.Save(_networks, _state, _trained.Epoch, _trained.Rate, _options.Keep);
        _savedStep = _state.GlobalStep;
    }

    private string WriteVoice(string name, int epoch)
    {
        string path = Path.Combine(_options.WeightsFolder, name + ".pth");
        VoiceFile.Write(path, _networks.Generator, epoch, _extraction, _state.GlobalStep, _applio);
        return path;
    }

    private long Updates(int batches) => (batches + _options.Accumulate - 1) / _options.Accumulate;

    private TrainProgress Progress(int epoch, int batch, int batches)
    {
        long left = ((_options.Epochs - epoch) * Updates(batches)) + Updates(batches - batch);
        return new TrainProgress(
            epoch, _options.Epochs, batch, batches, _state.GlobalStep, LastLosses!, 1 / _secondsPerStep,
            TimeSpan.FromSeconds(Math.Min(left * _secondsPerStep, 1e9)));
    }
}

/// <summary>Training cannot go on; the message says at which step, why, and with which clips.</summary>
public sealed class TrainingStoppedException(string message, Exception cause) : Exception(message, cause);

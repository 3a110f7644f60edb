using RvcNative.Core;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Training;

/// <summary>
/// Mainline's training loop (train/train.py) over one experiment folder: epochs of bucketed batches, decay of the rate per epoch, saves, and going on from
/// the last save to the same bytes as an unbroken run, because everything random is a function of (seed, step).
/// </summary>
public sealed class Trainer : IDisposable
{
    private const double SpeedMemory = 0.9;
    private readonly ExperimentFolder _experiment;
    private readonly TrainOptions _options;
    private readonly RvcConfig _read, _chosen, _config;
    private readonly TrainingValidation _validation;
    private readonly BucketSampler _sampler;
    private readonly CheckpointStore _store;
    private readonly SaveKeeper _keeper;
    private readonly StepRunner _runner;
    private readonly LossAverages _averages = new();
    private readonly TrainingBeginning _beginning;
    private readonly SkippedSteps _skipped;
    private readonly ClipPlacement _placement;
    private readonly MemoryPlanner _planner;
    private readonly FolderLock _lock;
    private RunState _state;
    private double _secondsPerStep;

    /// <summary>Opens the data, makes the networks and loads what the folder has: its last save, mainline's newest pair, or the pretrained weights.</summary>
    /// <param name="prepare">Makes what the options want and what is not there yet, before any of it is opened and while no other training may use the folder; null for nothing.</param>
    /// <exception cref="IOException">Data, configuration or a checkpoint cannot be used; nothing in the folder is changed.</exception>
    public Trainer(Backend backend, ExperimentFolder experiment, TrainOptions options, Action? prepare = null)
    {
        (_experiment, _options) = (experiment, options);
        _store = new CheckpointStore(experiment.Root);
        _read = ConfigFile.Read(experiment.Config);
        _chosen = TrainingSettings.Chosen(_read, experiment, options);
        MelLossSettings mel = _chosen.MelLoss();
        TrainingSetOptions clips = new() { MagnitudeFloor = mel.SpecFloor };
        _lock = new FolderLock(experiment.Root);
        try
        {
            _beginning = new TrainingBeginning(experiment, _store, options);
            prepare?.Invoke();
            TrainingSet all = Open(experiment, clips);
            _validation = new TrainingValidation(experiment, all, options.Validation, _beginning.GoesOn, folder => Open(folder, clips.ForListening));
            Clips = _validation.Training;
            _config = TrainingSettings.WithSpeakers(_chosen, experiment, _beginning.Generator);
            ulong seed = _beginning.Saved?.Seed ?? options.Seed ?? (ulong)_config.Train.Seed;
            BatchAssembler assembler = new(Clips, _config, options.Version, options.HasPitch);
            ModelPlan plan = _config.Plan(options.Version, options.HasPitch);
            Networks = new GanNetworks(backend, _config, plan, _config.Discriminators(options.Version), seed, mel);
            _placement = new ClipPlacement(backend, Clips, plan, _config.Data.HopSamples);
            _planner = new MemoryPlanner(Networks, assembler.MostFrames, options.Accumulate > 1, _placement.BytesBeside);
            DataSeconds = Clips.Frames.Sum(frames => (double)frames * _config.Data.HopSamples / _config.Data.SampleRateHz);
            WantedBatchSize = options.BatchSize ?? _beginning.Saved?.BatchSize ?? TrainingAdvice.BatchSize(DataSeconds);
            Memory = options.MemoryLimit is { } limit
                ? _planner.Choose(WantedBatchSize, options.Recompute, limit)
                : _planner.Of(WantedBatchSize, options.Recompute);
            int[] speakers = [.. Enumerable.Range(0, Clips.Count).Select(Clips.SpeakerOf)];
            bool balances = (options.BalanceSpeakers ?? _beginning.Saved?.BalancesSpeakers ?? options.FromScratch) && speakers.Distinct().Count() > 1;
            _sampler = new BucketSampler(Clips.Lengths, Memory.BatchSize, seed, Clips.Boundaries, balances ? speakers : null);
            _runner = new StepRunner(Networks, Clips, assembler, options, Memory.Recompute, seed);
            _keeper = new SaveKeeper(experiment, Networks, Clips, _store, options, TrainingSettings.ExtractionOf(experiment, plan));
            _state = _beginning.Load(Networks, Memory.BatchSize, BatchesPerEpoch, seed, _averages) with { BalancesSpeakers = balances };
            _skipped = new SkippedSteps(_store, _beginning, Networks, _averages);
        }
        catch
        {
            _runner?.Dispose();
            _lock.Dispose();
            throw;
        }

        TrainingSet Open(ExperimentFolder folder, TrainingSetOptions how) => TrainingSet.Open(folder.FileList, _chosen, options.Version, options.HasPitch, how);
    }

    /// <summary>How the training begins, in a sentence for the user.</summary>
    public string Beginning => _beginning.Sentence;

    public TrainingSet Clips { get; }

    /// <summary>Of all clips that are trained on.</summary>
    public double DataSeconds { get; }

    /// <summary>The batch that was asked for or is advised; a memory limit may have made it smaller.</summary>
    public int WantedBatchSize { get; }

    /// <summary>Clips of one update.</summary>
    public int EffectiveBatchSize => Memory.BatchSize * _options.Accumulate;

    /// <summary>Batch size and memory of this training.</summary>
    public MemoryNeed Memory { get; }

    /// <summary>What the steps so far have taken of it.</summary>
    public long ArenaBytes => _runner.ArenaBytes;

    /// <summary>What batches of other sizes would take.</summary>
    public IEnumerable<MemoryNeed> MemoryOf(IEnumerable<int> batchSizes) =>
        batchSizes.SelectMany(size => (MemoryNeed[])[_planner.Of(size, recompute: false), _planner.Of(size, recompute: true)]);

    public int BatchesPerEpoch => _sampler.BatchesPerEpoch();

    public GanNetworks Networks { get; }

    public long GlobalStep => _state.GlobalStep;

    /// <summary>Of the last step; null before the first.</summary>
    public StepLosses? LastLosses => _runner.Losses;

    /// <summary>Trains to the last epoch. When cancelled, finishes the step, saves and throws.</summary>
    /// <param name="onSaved">
    /// Called after each save of an epoch, when all its files are on disk, and at the beginning with the one that training goes on from; what it throws ends the training.
    /// </param>
    /// <exception cref="OperationCanceledException">Cancelled; a checkpoint has been written.</exception>
    /// <exception cref="TrainingStoppedException">Losses or gradients are not finite time and again; the last save is untouched.</exception>
    /// <exception cref="TrainingDataException">The disk is full; the last save is untouched.</exception>
    public void Run(Action<TrainProgress>? onStep, Action<string>? onMessage, CancellationToken cancellation, Action<SavedEpoch>? onSaved = null) =>
        DiskSpace.Guard(_experiment.Root, () =>
        {
            _planner.Reserve(Memory, _runner);
            _runner.GatherFrom(_placement.Place(Memory, out string? where));
            using TrainingRecords records = new(_experiment, Networks, _averages, onMessage);
            Train(records, where, onStep, onSaved, cancellation);
        });

    public void Dispose()
    {
        _runner.Dispose();
        _lock.Dispose();
    }

    private void Train(TrainingRecords records, string? whereClipsAre, Action<TrainProgress>? onStep, Action<SavedEpoch>? onSaved, CancellationToken cancellation)
    {
        SavedEpoch? last = _keeper.Begin(_state);
        records.Say(Beginning);
        if (whereClipsAre is not null) records.Say(whereClipsAre);
        if (_state.BalancesSpeakers) records.Say("all speakers are heard for equal hours in each epoch");
        _validation.Begin(records.Say);
        if (_config.Model.Vocoder.Limit() is { } limit) records.Say($"vocoder {_config.Model.Vocoder.FileName()}: {limit}");
        SkippedClip[] damaged = [.. Clips.Excluded.Where(clip => clip.IsDamaged)];
        foreach (SkippedClip clip in damaged) records.Say($"left out: {clip.Name} {clip.Reason}");
        if (damaged.Length > 0) records.Warnings.LeftOut(damaged.Select(clip => clip.Name), _state.GlobalStep, _state.Epoch);
        records.Warnings.AtBeginning(DataSeconds, EffectiveBatchSize, _state.IsFineTuning, _state.GlobalStep, _state.Epoch);

        TrainOptions settled = _options with
        {
            BatchSize = Memory.BatchSize,
            Recompute = Memory.Recompute,
            MemoryLimit = null,
            BalanceSpeakers = _state.BalancesSpeakers,
        };
        RunManifest.Add(_experiment, _state, _chosen, settled, Networks.Backend);

        // What was chosen this time holds when training goes on without being told again.
        if (_chosen != _read) ConfigFile.Update(_chosen, _experiment.Config);

        // A kill may have come between a save and what is done with it.
        if (last is not null)
        {
            if (!_validation.HasMeasured(last)) _validation.Measure(Networks, last, records.Say, records.Scalar);
            onSaved?.Invoke(last);
        }

        while (_state.Epoch <= _options.Epochs)
        {
            if (!RunEpoch(records, onStep, cancellation)) continue;
            int epoch = _state.Epoch;
            records.Epoch(epoch, _state.LearningRate, _state.GlobalStep);
            _state = _state with { Epoch = epoch + 1, BatchesDone = 0, LearningRate = _state.LearningRate * _config.Train.LearningRateDecay };
            if (epoch % _options.SaveEvery != 0 && epoch != _options.Epochs) continue;
            SavedEpoch saved = _keeper.Save(_state, _averages, records);
            if (_state.SkippedInARow == 0) _skipped.Forget();
            records.Say($"saved epoch {epoch}, step {saved.Step}");
            _validation.Measure(Networks, saved, records.Say, records.Scalar);
            onSaved?.Invoke(saved);
        }

        string voice = _keeper.WriteVoice(_experiment.Name, _state);
        records.Say($"done: {_state.Epoch - 1} epochs, {_state.GlobalStep} steps; the voice is {voice}");
    }

    // False where training has gone back to an earlier save.
    private bool RunEpoch(TrainingRecords records, Action<TrainProgress>? onStep, CancellationToken cancellation)
    {
        int[][] batches = _sampler.Epoch(_state.Epoch);
        while (_state.BatchesDone < batches.Length)
        {
            if (cancellation.IsCancellationRequested) Interrupt(records, cancellation);
            StepFailure? failure = _runner.Run(batches.AsSpan(_state.BatchesDone), _state, Done, cancellation);
            _state = _state with { LossScale = _runner.LossScale };
            if (failure is null) continue;
            Advance(skippedInARow: _state.SkippedInARow + 1);
            if (_skipped.After(failure, ref _state, records)) return false;
            onStep?.Invoke(Progress(_state.BatchesDone, batches.Length));
        }

        return true;

        void Done(TrainingStep step, Batch batch)
        {
            records.Step(step, batch, LastLosses!, _state);
            double seconds = _runner.SecondsAnUpdate;
            _secondsPerStep = _secondsPerStep == 0 ? seconds : (SpeedMemory * _secondsPerStep) + ((1 - SpeedMemory) * seconds);
            Advance(skippedInARow: 0);
            onStep?.Invoke(Progress(_state.BatchesDone, batches.Length));
        }

        void Advance(int skippedInARow)
        {
            _keeper.Trained(_state);
            int done = Math.Min(_state.BatchesDone + _options.Accumulate, batches.Length);
            _state = _state with { BatchesDone = done, GlobalStep = _state.GlobalStep + 1, SkippedInARow = skippedInARow };
        }
    }

    private void Interrupt(TrainingRecords records, CancellationToken cancellation)
    {
        bool isNew = _state.GlobalStep != _keeper.SavedStep;
        if (isNew) _keeper.SaveCheckpoint(_state, _averages, voice: null, records);
        records.Say($"interrupted; {(isNew ? "saved at" : "nothing to save since")} step {_state.GlobalStep}, go on with the same command");
        throw new OperationCanceledException(cancellation);
    }

    private long Updates(int batches) => (batches + _options.Accumulate - 1) / _options.Accumulate;

    private TrainProgress Progress(int batch, int batches)
    {
        long left = ((_options.Epochs - _state.Epoch) * Updates(batches)) + Updates(batches - batch);
        return new TrainProgress(
            _state.Epoch, _options.Epochs, batch, batches, _state.GlobalStep, LastLosses!, 1 / _secondsPerStep,
            TimeSpan.FromSeconds(Math.Min(left * _secondsPerStep, 1e9)));
    }
}

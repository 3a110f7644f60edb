using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>Where a training begins: the folder's last save or the one that was asked for, mainline's newest pair, pretrained weights, or random ones. Never another than it says.</summary>
internal sealed class TrainingBeginning
{
    private readonly TrainOptions _options;
    private readonly CheckpointStore _store;
    private readonly MainlinePair? _pair;

    /// <exception cref="FileFormatException">What should be gone on from cannot be; nothing is changed.</exception>
    internal TrainingBeginning(ExperimentFolder experiment, CheckpointStore store, TrainOptions options)
    {
        (_options, _store) = (options, store);
        Saved = store.Open(options.ResumeFrom);
        if (Saved is null) _pair = options.ResumeFrom is { } step ? MainlinePair.At(experiment.Root, step) : MainlinePair.Newest(experiment.Root);
        Generator = Saved is not null ? Path.Combine(experiment.Root, Saved.Generator.Name) : _pair?.Generator ?? options.PretrainedGenerator;
    }

    /// <summary>The save that is gone on from; null where there is none of ours.</summary>
    internal RunState? Saved { get; }

    /// <summary>Whether clips have been trained on in this folder before.</summary>
    internal bool GoesOn => Saved is not null || _pair is not null;

    /// <summary>The generator's file that the networks begin with; null for random weights.</summary>
    internal string? Generator { get; }

    /// <summary>In a sentence for the user.</summary>
    internal string Sentence { get; private set; } = "";

    /// <summary>Loads the networks.</summary>
    /// <param name="averages">Take over what the save has.</param>
    internal RunState Load(GanNetworks networks, int batchSize, int batchesPerEpoch, ulong seed, LossAverages averages)
    {
        if (Saved is not null)
        {
            RunState state = GoOn(Saved, networks, batchSize, batchesPerEpoch, averages, out string changed);
            Sentence = $"going on from {Saved.Generator.Name} at step {Saved.GlobalStep}, epoch {Saved.Epoch}{changed}"
                + (Saved.Fault is null ? "" : $"; this save was found bad: {Saved.Fault}");
            return state;
        }

        (int epoch, double rate, bool? isFineTuning) = _pair is not null ? GoOnAsItsProgram(networks) : BeginAnew(networks);
        SavedFile none = new("", 0, "");
        return new RunState
        {
            Epoch = epoch,
            BatchesDone = 0,
            BatchesPerEpoch = batchesPerEpoch,
            BatchSize = batchSize,
            GlobalStep = (epoch - 1) * (long)((batchesPerEpoch + _options.Accumulate - 1) / _options.Accumulate),
            LearningRate = rate,
            Seed = seed,
            Generator = none,
            Discriminator = none,
            IsFineTuning = isFineTuning,
        };
    }

    /// <summary>Loads a save of ours, at the beginning or when training goes back to it.</summary>
    /// <param name="changed">What is not as the save left it, or nothing.</param>
    internal RunState GoOn(RunState saved, GanNetworks networks, int batchSize, int batchesPerEpoch, LossAverages averages, out string changed)
    {
        _store.Load(networks, saved);
        bool sameBatches = saved.BatchSize == batchSize && saved.BatchesPerEpoch == batchesPerEpoch;
        bool restored = saved.Averages is { } text && averages.Restore(text);
        bool beginsAnew = !sameBatches && saved.BatchesDone > 0;
        if (beginsAnew) averages.BeginEpoch();
        changed = (beginsAnew ? "; the batches have changed since, so this epoch begins anew" : "")
            + (restored ? "" : "; the means of its losses were not saved and begin anew");
        return saved with { BatchSize = batchSize, BatchesPerEpoch = batchesPerEpoch, BatchesDone = sameBatches ? saved.BatchesDone : 0 };
    }

    // As the pair's program goes on. Mainline repeats the epoch of the checkpoint, its rate decayed once more (by ExponentialLR's first step, which leaves
    // epoch 1 alone); Applio begins the next epoch, at the rate that it would have had.
    private (int Epoch, double Rate, bool? IsFineTuning) GoOnAsItsProgram(GanNetworks networks)
    {
        CheckpointHeader header = _pair!.Load(networks);
        bool isApplio = networks.Config.Data.IsApplio || header.Form.IsApplio;
        int epoch = Math.Max(1, isApplio ? header.Epoch + 1 : header.Epoch);
        Sentence = $"going on from {Path.GetFileName(_pair.Generator)} as {(isApplio ? $"Applio does: with epoch {epoch}" : $"mainline does: epoch {epoch} is repeated")}";
        return (epoch, epoch == 1 ? header.CurrentRate : header.CurrentRate * networks.Config.Train.LearningRateDecay, null);
    }

    private (int Epoch, double Rate, bool? IsFineTuning) BeginAnew(GanNetworks networks)
    {
        (string? generator, string? discriminator) = (_options.PretrainedGenerator, _options.PretrainedDiscriminator);
        CheckpointFit.Require(networks, generator, discriminator, mayLackSpeakers: true);
        string fresh = "";
        if (generator is not null)
        {
            TrainingCheckpoint.LoadWeights(generator, networks.Generator.Network, CheckpointFit.SpeakerTable);
            int known = CheckpointFit.SpeakersOf(generator) ?? networks.Generator.Plan.Speakers, wanted = networks.Generator.Plan.Speakers;
            if (known < wanted) fresh = $"; its table has {known} speakers, so those from {known} to {wanted - 1} are added fresh, with random values";
        }

        if (discriminator is not null) TrainingCheckpoint.LoadWeights(discriminator, networks.Discriminator.Network);
        Sentence = (generator, discriminator) switch
        {
            (null, null) when _options.FromScratch => $"beginning from random weights, from scratch: {TrainingAdvice.Scratch}",
            (null, null) => "beginning from random weights; give --pretrain-g and --pretrain-d to fine-tune, or --from-scratch if that is meant",
            (_, null) => "beginning from a pretrained generator and a random discriminator",
            (null, _) => "beginning from a random generator and a pretrained discriminator",
            _ => "beginning from pretrained weights",
        } + fresh;
        return (1, networks.Config.Train.LearningRate, generator is not null || discriminator is not null);
    }
}

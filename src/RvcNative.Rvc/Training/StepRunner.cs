using System.Diagnostics;
using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>Makes updates of batches of any shape: a program for every shape that comes up, all in one arena.</summary>
internal sealed partial class StepRunner : IDisposable
{
    private readonly GanNetworks _networks;
    private readonly BatchAssembler _assembler;
    private readonly TrainOptions _options;
    private readonly StepForm _form;
    private readonly Arena _arena;
    private readonly RandomDraws _draws;
    private readonly BatchLoader _loader;
    private readonly StepDiagnosis _diagnosis;
    private readonly LossScaling _scaling;
    private readonly StepLosses? _mean;
    private readonly Dictionary<int, TrainingStep> _steps = [];

    internal StepRunner(GanNetworks networks, TrainingSet clips, BatchAssembler assembler, TrainOptions options, bool recompute, ulong seed)
    {
        (_networks, _assembler, _options) = (networks, assembler, options);
        bool isPart = options.Accumulate > 1;
        _form = new StepForm { Recomputes = recompute, IsPart = isPart, ClipNorm = networks.Backend.RunsAhead ? options.ClipNorm : null };
        _arena = new Arena(networks.Backend);
        _loader = new BatchLoader(networks.Backend, seed, networks.Generator.Plan.SegmentFrames);
        _draws = new RandomDraws(seed, networks.StepNumber);
        _diagnosis = new StepDiagnosis(networks, clips, _arena);
        _scaling = new LossScaling(networks.Backend);
        if (isPart) _mean = new StepLosses(networks.Discriminator.Count);
    }

    /// <summary>Of the last step; null before the first.</summary>
    internal StepLosses? Losses { get; private set; }

    /// <summary>Of the last updates, on average.</summary>
    internal double SecondsAnUpdate { get; private set; }

    /// <summary>As <see cref="RunState.LossScale"/> has it, after the last update.</summary>
    internal (double Scale, int Updates)? LossScale => _scaling.State;

    internal long ArenaBytes => _arena.Bytes;

    internal void Reserve(long bytes) => _arena.Reserve(bytes);

    /// <summary>Has batches gathered from clips on the device, which it disposes; null has them uploaded.</summary>
    internal void GatherFrom(DeviceClips? clips) => _loader.Clips = clips;

    /// <summary>
    /// Makes an update from the batches that come next; on a device that runs ahead as many as go without a look at their losses. None at all where the losses' scale had to be
    /// lowered first.
    /// </summary>
    /// <param name="batches">All that are left of the epoch.</param>
    /// <param name="state">Where training is: what is random in a step is a function of its number.</param>
    /// <param name="onDone">
    /// Sees each update that was made, in order, with <see cref="Losses"/>. Batch and step are the last ones, before they are used again; a step that is logged is always the last.
    /// </param>
    /// <param name="cancellation">Ends a stretch of updates early; those that are launched are made.</param>
    /// <returns>Null, or why the step after those changed nothing.</returns>
    internal StepFailure? Run(ReadOnlySpan<int[]> batches, RunState state, Action<TrainingStep, Batch> onDone, CancellationToken cancellation)
    {
        _scaling.Begin(state.LossScale);
        return _networks.Backend.RunsAhead ? RunAhead(batches, state, onDone, cancellation) : RunOne(Next(batches), state, onDone);
    }

    public void Dispose()
    {
        _ledger?.Dispose();
        _loader.Clips?.Dispose();
        _arena.Dispose();
    }

    private StepFailure? RunOne(ReadOnlySpan<int[]> batches, RunState state, Action<TrainingStep, Batch> onDone)
    {
        long started = Stopwatch.GetTimestamp();
        using UpdateBatches update = Assemble(batches, state.GlobalStep);
        TrainingStep[] steps = update.Steps;
        Losses = _mean ?? steps[0].Losses;
        try
        {
            if (steps.Length == 1) update.Load(0);
            GanUpdate.Run(_networks, steps, steps.Length == 1 ? null : update.Load, state.LearningRate, _mean, _options.ClipNorm ?? double.PositiveInfinity);
            SecondsAnUpdate = Stopwatch.GetElapsedTime(started).TotalSeconds;
            onDone(steps[^1], update.Batches[^1]);
            return null;
        }
        catch (NonFiniteException failure)
        {
            return _diagnosis.Of(failure, steps, update.Batches, update.Load, LooksAt(state));
        }
    }

    private ReadOnlySpan<int[]> Next(ReadOnlySpan<int[]> batches) => batches[..Math.Min(_options.Accumulate, batches.Length)];

    private UpdateBatches Assemble(ReadOnlySpan<int[]> batches, long globalStep)
    {
        Batch[] assembled = new Batch[batches.Length];
        TrainingStep[] steps = new TrainingStep[batches.Length];
        float frames = 0;
        for (int i = 0; i < batches.Length; i++)
        {
            assembled[i] = _assembler.Assemble(batches[i]);
            steps[i] = StepOf(assembled[i]);
            frames += assembled[i].Mask.Sum() / batches.Length;
        }

        return new UpdateBatches(assembled, steps, Load);

        void Load(int i)
        {
            long number = (globalStep * _options.Accumulate) + i;
            _networks.Backend.Write([number], _networks.StepNumber);
            _loader.Load(assembled[i], steps[i], number, frames);
        }
    }

    /// <summary>Whether to look, when a step fails, for the tensor that went bad first, which takes some time: in the first of several.</summary>
    private static bool LooksAt(RunState state) => state.SkippedInARow == 0;

    private TrainingStep StepOf(Batch batch)
    {
        if (_steps.TryGetValue(batch.Frames, out TrainingStep? step)) return step;
        step = new TrainingStep(_networks, batch.Size, batch.Frames, _arena, _draws, _form);
        _steps.Add(batch.Frames, step);
        return step;
    }

    /// <summary>The batches of one update, the steps of their shapes, and what writes batch i into its step.</summary>
    private sealed record UpdateBatches(Batch[] Batches, TrainingStep[] Steps, Action<int> Load) : IDisposable
    {
        public void Dispose()
        {
            foreach (Batch batch in Batches) batch.Dispose();
        }
    }
}

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
        _form = new StepForm { Recomputes = recompute, IsPart = isPart };
        _arena = new Arena(networks.Backend);
        _loader = new BatchLoader(networks.Backend, seed, networks.Generator.Plan.SegmentFrames);
        _draws = new RandomDraws(seed, networks.StepNumber);
        _diagnosis = new StepDiagnosis(networks, clips, _arena);
        _scaling = new LossScaling(networks.Backend);
        if (isPart) _mean = new StepLosses(networks.Discriminator.Count);
    }

    /// <summary>Of the last step; null before the first.</summary>
    internal StepLosses? Losses { get; private set; }

    /// <summary>Of the last updates.</summary>
    internal double SecondsAnUpdate { get; private set; }

    /// <summary>As <see cref="RunState.LossScale"/> has it, after the last update.</summary>
    internal (double Scale, int Updates)? LossScale => _scaling.State;

    internal long ArenaBytes => _arena.Bytes;

    internal void Reserve(long bytes) => _arena.Reserve(bytes);

    /// <summary>
    /// Makes an update from the batches that come next; on a device that runs ahead as many as go without a look at their losses. None at all where the losses' scale had to be
    /// lowered first.
    /// </summary>
    /// <param name="batches">All that are left of the epoch.</param>
    /// <param name="state">Where training is: what is random in a step is a function of its number.</param>
    /// <param name="onDone">
    /// Sees each update that was made, in order, with <see cref="Losses"/>. Batch and step are the last ones, before they are used again; a step that is logged is always the last.
    /// </param>
    /// <returns>Null, or why the step after those changed nothing.</returns>
    internal StepFailure? Run(ReadOnlySpan<int[]> batches, RunState state, Action<TrainingStep, Batch> onDone)
    {
        _scaling.Begin(state.LossScale);
        return RunsAhead ? RunAhead(batches, state, onDone) : RunOne(batches[..Math.Min(_options.Accumulate, batches.Length)], state, onDone);
    }

    public void Dispose() => _arena.Dispose();

    private StepFailure? RunOne(ReadOnlySpan<int[]> batches, RunState state, Action<TrainingStep, Batch> onDone)
    {
        long started = Stopwatch.GetTimestamp();
        Batch[] assembled = new Batch[batches.Length];
        TrainingStep[] steps = new TrainingStep[batches.Length];
        float frames = 0;
        for (int i = 0; i < batches.Length; i++)
        {
            assembled[i] = _assembler.Assemble(batches[i]);
            steps[i] = StepOf(assembled[i]);
            frames += assembled[i].Mask.Sum() / batches.Length;
        }

        Losses = _mean ?? steps[0].Losses;
        try
        {
            if (steps.Length == 1) Load(0);
            GanUpdate.Run(_networks, steps, steps.Length == 1 ? null : Load, state.LearningRate, _mean, _options.ClipNorm ?? double.PositiveInfinity);
            SecondsAnUpdate = Stopwatch.GetElapsedTime(started).TotalSeconds;
            _scaling.Made();
            onDone(steps[^1], assembled[^1]);
            return null;
        }
        catch (NonFiniteException failure)
        {
            return _scaling.Lower(failure) ? null : _diagnosis.Of(failure, steps, assembled, Load, LooksAt(state));
        }
        finally
        {
            foreach (Batch batch in assembled) batch.Dispose();
        }

        void Load(int i) => this.Load(assembled[i], steps[i], (state.GlobalStep * _options.Accumulate) + i, frames);
    }

    /// <summary>Whether to look, when a step fails, for the tensor that went bad first, which takes some time: in the first of several.</summary>
    private static bool LooksAt(RunState state) => state.SkippedInARow == 0;

    private void Load(Batch batch, TrainingStep step, long number, float wholeFrames = 0)
    {
        _networks.Backend.Write([number], _networks.StepNumber);
        _loader.Load(batch, step, number, wholeFrames);
    }

    private TrainingStep StepOf(Batch batch)
    {
        if (_steps.TryGetValue(batch.Frames, out TrainingStep? step)) return step;
        step = new TrainingStep(_networks, batch.Size, batch.Frames, _arena, _draws, _form);
        _steps.Add(batch.Frames, step);
        return step;
    }
}

using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>Makes updates of batches of any shape: a program for every shape that comes up, all in one arena.</summary>
internal sealed class StepRunner : IDisposable
{
    private readonly GanNetworks _networks;
    private readonly BatchAssembler _assembler;
    private readonly TrainOptions _options;
    private readonly StepForm _form;
    private readonly Arena _arena;
    private readonly RandomDraws _draws;
    private readonly BatchLoader _loader;
    private readonly StepDiagnosis _diagnosis;
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
        if (isPart) _mean = new StepLosses(networks.Discriminator.Count);
    }

    /// <summary>Of the last step; null before the first.</summary>
    internal StepLosses? Losses { get; private set; }

    internal long ArenaBytes => _arena.Bytes;

    internal void Reserve(long bytes) => _arena.Reserve(bytes);

    /// <summary>One update from one batch or from several.</summary>
    /// <param name="step">Updates made before; what is random in this one is a function of it.</param>
    /// <param name="looks">Whether to look, when it fails, for the tensor that went bad first, which takes some time.</param>
    /// <param name="onDone">Sees the last batch and its step before they are used again; not called for a step that failed.</param>
    /// <returns>Null, or why nothing was changed.</returns>
    internal StepFailure? Run(ReadOnlySpan<int[]> batches, long step, double learningRate, bool looks, Action<TrainingStep, Batch> onDone)
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

        Losses = _mean ?? steps[0].Losses;
        try
        {
            if (steps.Length == 1) Load(0);
            GanUpdate.Run(_networks, steps, steps.Length == 1 ? null : Load, learningRate, _mean, _options.ClipNorm ?? double.PositiveInfinity);
            onDone(steps[^1], assembled[^1]);
            return null;
        }
        catch (NonFiniteException failure)
        {
            return _diagnosis.Of(failure, steps, assembled, Load, looks);
        }
        finally
        {
            foreach (Batch batch in assembled) batch.Dispose();
        }

        void Load(int i)
        {
            long number = (step * _options.Accumulate) + i;
            _networks.Backend.Write([number], _networks.StepNumber);
            _loader.Load(assembled[i], steps[i], number, frames);
        }
    }

    public void Dispose() => _arena.Dispose();

    private TrainingStep StepOf(Batch batch)
    {
        if (_steps.TryGetValue(batch.Frames, out TrainingStep? step)) return step;
        step = new TrainingStep(_networks, batch.Size, batch.Frames, _arena, _draws, _form);
        _steps.Add(batch.Frames, step);
        return step;
    }
}

using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Nn;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Networks and steps on the tiny voice without the trainer around them.</summary>
internal sealed class TinySteps : IDisposable
{
    private readonly Arena _arena;
    private readonly BatchLoader _loader;
    private readonly TrainingSet _clips;
    private readonly BatchAssembler _assembler;

    internal TinySteps(TinyRun run, int threads)
    {
        Backend = new CpuBackend(threads);
        ModelPlan plan = TinyVoice.Config.Plan(ModelVersion.V2, hasPitch: true);
        DiscriminatorPlan small = DiscriminatorPlan.Of(ModelVersion.V2).DividedBy(TinyVoice.Config.Train.DiscriminatorDivisor);
        Networks = new GanNetworks(Backend, TinyVoice.Config, plan, small, seed: 5);
        _arena = new Arena(Backend);
        _loader = new BatchLoader(Backend, seed: 5, plan.SegmentFrames);
        _clips = TrainingSet.Open(run["filelist.txt"], TinyVoice.Config, ModelVersion.V2, hasPitch: true);
        _assembler = new BatchAssembler(_clips, TinyVoice.Config, ModelVersion.V2, hasPitch: true);
    }

    internal CpuBackend Backend { get; }

    internal GanNetworks Networks { get; }

    /// <summary>Clips of the set, the longest last.</summary>
    internal int[] ByLength => [.. Enumerable.Range(0, _clips.Count).OrderBy(clip => _clips.Frames[clip])];

    internal Batch Batch(params int[] clips) => _assembler.Assemble(clips);

    internal TrainingStep Step(Batch batch, IDraws? draws = null) => Step(batch.Size, batch.Frames, draws);

    internal TrainingStep Step(int size, int frames, IDraws? draws = null, StepForm form = default) =>
        new(Networks, size, frames, _arena, draws ?? new RandomDraws(5, Networks.StepNumber), form);

    /// <summary>Writes all inputs of a step.</summary>
    internal void Load(Batch batch, TrainingStep step, long number, float wholeFrames = 0)
    {
        Backend.Write([number], Networks.StepNumber);
        _loader.Load(batch, step, number, wholeFrames);
    }

    public void Dispose()
    {
        _arena.Dispose();
        Backend.Dispose();
    }
}

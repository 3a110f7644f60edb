using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Once every shape has been seen, a step leaves the garbage collector nothing to do.</summary>
[Collection(Alone)]
public sealed class SteadyStateTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    internal const string Alone = "measures the whole process";

    // 80 bytes are two enumerators of Network.Refresh; the rest is for what the runtime does by itself.
    private const long MostBytesOfCaller = 1 << 10, MostBytesOfProcess = 16 << 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_allocates_no_managed_memory(int threads)
    {
        const int Warm = 4, Measured = 20;
        using TinySteps steps = new(voice.NewRun(), threads);
        int[] clips = steps.ByLength;
        using Batch small = steps.Batch(clips[0], clips[1]), large = steps.Batch(clips[^1], clips[^2]);
        Assert.NotEqual(small.Frames, large.Frames);
        (Batch Batch, TrainingStep Step)[] shapes = [(small, steps.Step(small)), (large, steps.Step(large))];
        long ofCaller = 0, ofProcess = 0;
        for (int number = 0; number < Warm + Measured; number++)
        {
            (Batch batch, TrainingStep step) = shapes[number % 2];
            steps.Load(batch, step, number);
            long caller = GC.GetAllocatedBytesForCurrentThread(), process = GC.GetTotalAllocatedBytes(precise: true);
            step.Run(1e-3);
            (caller, process) = (GC.GetAllocatedBytesForCurrentThread() - caller, GC.GetTotalAllocatedBytes(precise: true) - process);
            if (number >= Warm) (ofCaller, ofProcess) = (ofCaller + caller, ofProcess + process);
        }

        Assert.InRange(ofCaller / Measured, 0, MostBytesOfCaller);
        Assert.InRange(ofProcess / Measured, 0, MostBytesOfProcess);
    }
}

[CollectionDefinition(SteadyStateTests.Alone, DisableParallelization = true)]
public sealed class RunsAlone;

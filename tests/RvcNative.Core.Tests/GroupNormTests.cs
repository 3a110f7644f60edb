using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

public sealed class GroupNormTests
{
    private const float Epsilon = 1e-5f;

    [Theory]
    [InlineData(1, 1, 2, 1)]
    [InlineData(3, 7, 2, 2)]
    [InlineData(2, 67, 36, 4)]
    [InlineData(2, 131, 96, 96)]
    [InlineData(1, 1033, 37, 37)]
    [InlineData(1, 40, 37, 1)]
    public void Forward_agrees_with_the_formula(int batch, int frames, int channels, int groups)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels], statistics = [batch, groups];
        float[] x = [.. RandomValues.Normal(shape, 1).Select((v, at) => (2 * v) + (at % channels) - 3)];
        float[] gamma = RandomValues.Normal(channels, 3), beta = RandomValues.Normal(channels, 4);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        Guarded mean = Guarded.Output(backend, statistics, new float[batch * groups]), rstd = Guarded.Output(backend, statistics, new float[batch * groups]);
        backend.GroupNorm(
            Guarded.Input(backend, shape, x), Guarded.Input(backend, [channels], gamma), Guarded.Input(backend, [channels], beta), groups, Epsilon,
            y.Tensor, mean.Tensor, rstd.Tensor);

        (double[] wanted, double[] wantedMean, double[] wantedRstd) = ReferenceGroupNorm.Forward(x, shape, gamma, beta, groups, Epsilon);
        double amplified = Math.Max(1, wantedRstd.Max());
        OpRun.AssertClose(wanted, y.Values(), 1e-6 * amplified);
        OpRun.AssertClose(wantedMean, mean.Values());
        OpRun.AssertClose(wantedRstd, rstd.Values(), 1e-6 * amplified);
    }

    [Fact]
    public void Silence_becomes_beta()
    {
        using CpuBackend backend = new(1);
        float[] beta = RandomValues.Normal(4, 1);
        float[] y = OpRun.Forward(backend, (tape, x) => Op.GroupNorm(tape, x[0], x[1], x[2], 2), ([1, 50, 4], new float[200]), ([4], RandomValues.Normal(4, 2)), ([4], beta));
        Assert.Equal(Enumerable.Repeat(beta, 50).SelectMany(row => row), y);
    }

    [Fact]
    public void Groups_that_do_not_fit_and_what_is_differentiated_are_refused()
    {
        using CpuBackend backend = new(1);
        Tape tape = new(backend);
        Tensor x = tape.Input([1, 5, 6]), affine = tape.Input([6]), differentiated = tape.Input([1, 5, 6], requiresGradient: true);
        Assert.Contains("4 groups", Assert.Throws<ArgumentException>(() => Op.GroupNorm(tape, x, affine, affine, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("forward only", Assert.Throws<ArgumentException>(() => Op.GroupNorm(tape, differentiated, affine, affine, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [2, 900, 36];
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 3)), ([36], RandomValues.Normal(36, 4)), ([36], RandomValues.Normal(36, 5))];
        ThreadCounts.AssertSameBytes(backend => OpRun.Forward(backend, (tape, x) => Op.GroupNorm(tape, x[0], x[1], x[2], 4), inputs));

        using CpuBackend two = new(2);
        Tape recorded = new(two);
        Op.GroupNorm(recorded, recorded.Input(shape), recorded.Input([36]), recorded.Input([36]), 36);
        using Arena arena = new(two);
        ThreadCounts.AssertAllocatesNothing(recorded.Compile(arena).Run);
    }
}

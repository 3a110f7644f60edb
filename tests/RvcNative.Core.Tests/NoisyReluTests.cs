using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class NoisyReluTests
{
    private const float Slope = 0.2f;

    [Theory, ClassData(typeof(OpShapes))]
    public void Both_passes_agree_with_the_formula(int batch, int frames, int channels, bool accumulate)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels];
        float[] x = RandomValues.Normal(shape, 1), noise = RandomValues.Normal(shape, 2), dy = RandomValues.Normal(shape, 3), w = RandomValues.Normal(channels, 4);
        Tensor draw = Guarded.Input(backend, shape, noise);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.NoisyRelu(Guarded.Input(backend, shape, x), draw, Guarded.Input(backend, [channels], w), Slope, y.Tensor);
        double Sum(int b, int t, int c) => ReferenceRows.Read(x, shape)(b, t, c) + (ReferenceRows.Read(noise, shape)(b, t, c) * w[c]);
        OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) => Sum(b, t, c) is > 0 and double v ? v : Slope * Sum(b, t, c)), y.Values());

        GuardedGradient dx = new(backend, shape, accumulate), dw = new(backend, [channels], accumulate);
        float[] result = y.Values();
        double[] dv = [.. dy.Select((d, at) => result[at] > 0 ? d : (double)Slope * d)];
        backend.NoisyReluBackward(Guarded.Input(backend, shape, result), draw, Slope, Guarded.Input(backend, shape, dy), dx.Gradient, dw.Gradient);
        dx.AssertIs(dv);
        dw.AssertIs(ReferenceRows.SumRows(shape, (b, t, c) => dv[(((b * frames) + t) * channels) + c] * ReferenceRows.Read(noise, shape)(b, t, c)), 1e-6);
    }

    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = draw.Activations("x"), strength = [shape[2]];
        float slope = draw.Between(1, 9, "slope") / 10f;

        // Sums that no step of the differences brings to the kink.
        float[] x = draw.Values(seed => RandomValues.AwayFromZero(shape.Count, seed, 0.6f));
        float[] noise = draw.Values(seed => RandomValues.Uniform(shape.Count, seed, -0.5f, 0.5f));
        Tensor drawn = GradientCheck.Constant(backend, shape, noise);
        GradientCheck.Run(
            backend, (tape, t) => Op.NoisyRelu(tape, t[0], () => drawn, t[1], slope), [(shape, x), (strength, draw.Values(seed => RandomValues.Uniform(shape[2], seed)))],
            gradientFrom: draw.GradientFrom(shape, strength));
    }

    [Fact]
    public void Noise_that_is_drawn_again_gives_the_gradient_of_noise_that_was_kept()
    {
        Shape shape = [2, 90, 12];
        using CpuBackend backend = new(2);
        Tensor step = GradientCheck.Constant(backend, [1], [3L]);
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 1)), ([12], RandomValues.Normal(12, 2))];
        float[]?[] Gradients(Func<Tape, Func<Tensor>> noise)
        {
            using GradientGraph graph = new(backend, (tape, t) => Op.NoisyRelu(tape, t[0], noise(tape), t[1], Slope), inputs, [0, 0], seeds: [1]);
            return graph.Gradients();
        }

        Tensor? kept = null;
        float[]?[] again = Gradients(tape => () => Op.Normal(tape, 5, step, shape)), once = Gradients(tape => () => kept ??= Op.Normal(tape, 5, step, shape));
        Assert.Equal(once[0], again[0]);
        Assert.Equal(once[1], again[1]);
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [3, 1000, 37];
        using CpuBackend source = new(1);
        Tensor drawn = GradientCheck.Constant(source, shape, RandomValues.Normal(shape, 3));
        (Shape, float[])[] inputs = [(shape, RandomValues.Normal(shape, 4)), ([37], RandomValues.Normal(37, 5))];
        OpRun.AssertThreadsAgree((tape, x) => Op.NoisyRelu(tape, x[0], () => drawn, x[1], Slope), inputs);
        OpRun.AssertAllocatesNothing((tape, x) => Op.NoisyRelu(tape, x[0], () => drawn, x[1], Slope), inputs);
    }
}

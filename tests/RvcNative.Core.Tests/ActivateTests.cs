using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

public sealed class ActivateTests
{
    [Theory, ClassData(typeof(OpShapes))]
    public void Every_activation_agrees_with_the_formula(int batch, int frames, int channels, bool leaks)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels];
        float slope = leaks ? 0.1f : 0;
        float[] x = RandomValues.Normal(shape, 1, 3);
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            Guarded y = Guarded.Output(backend, shape, new float[shape.Count]), inPlace = Guarded.Output(backend, shape, x);
            backend.Activate(Guarded.Input(backend, shape, x), activation, slope, y.Tensor);
            OpRun.AssertClose([.. x.Select(v => ReferenceActivate.Of(v, activation, slope))], y.Values(), 1e-7);
            backend.Activate(inPlace.Tensor, activation, slope, inPlace.Tensor);
            Assert.Equal(y.Values(), inPlace.Values());
        }
    }

    [Theory, ClassData(typeof(OpShapes))]
    public void Gated_linear_units_agree_with_the_formula(int batch, int frames, int channels, bool large)
    {
        using CpuBackend backend = new(2);
        Shape shape = [batch, frames, channels], doubled = [batch, frames, 2 * channels];
        float[] x = RandomValues.Normal(doubled, 1, large ? 30 : 1);
        Guarded y = Guarded.Output(backend, shape, new float[shape.Count]);
        backend.GatedLinear(Guarded.Input(backend, doubled, x), y.Tensor);
        ReferenceRows.At at = ReferenceRows.Read(x, doubled);
        OpRun.AssertClose(ReferenceRows.Of(shape, (b, t, c) => at(b, t, c) * ReferenceActivate.Sigmoid(at(b, t, channels + c))), y.Values());
    }

    [Fact]
    public void What_is_differentiated_is_refused()
    {
        using CpuBackend backend = new(1);
        Tape tape = new(backend);
        Tensor x = tape.Input([1, 2, 4], requiresGradient: true), w = tape.Input([1, 4, 4]);
        Assert.Contains("forward only", Assert.Throws<ArgumentException>(() => Op.Activate(tape, x, Activation.Gelu)).Message, StringComparison.Ordinal);
        Assert.Contains("forward only", Assert.Throws<ArgumentException>(() => Op.GatedLinear(tape, x)).Message, StringComparison.Ordinal);
        Assert.Contains("Silu is forward only",
            Assert.Throws<ArgumentException>(() => Op.Conv(tape, x, w, null, new ConvGeometry(1), new ConvEpilogue(Activation.Silu))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_agree_and_nothing_is_allocated()
    {
        Shape shape = [2, 700, 74];
        float[] values = RandomValues.Normal(shape, 3);
        Func<Tape, Tensor, Tensor> op = (tape, x) => Op.GatedLinear(tape, Op.Activate(tape, x, Activation.Gelu));
        ThreadCounts.AssertSameBytes(backend => OpRun.Forward(backend, (tape, x) => op(tape, x[0]), (shape, values)));

        using CpuBackend two = new(2);
        Tape recorded = new(two);
        op(recorded, recorded.Input(shape));
        using Arena arena = new(two);
        ThreadCounts.AssertAllocatesNothing(recorded.Compile(arena).Run);
    }
}

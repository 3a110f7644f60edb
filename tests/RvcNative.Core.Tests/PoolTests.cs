using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 40, QuietOnSuccess = true)]
public sealed class PoolTests
{
    [Property]
    public void The_larger_of_two_agrees_with_the_formula(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        Shape shape = [draw.Between(1, 3, "batch"), draw.Between(2, 67, "frames"), draw.Between(1, 37, "channels")];
        float[] x = draw.Normal(shape);
        Shape half = [shape[0], shape[1] / 2, shape[2]];
        Guarded y = Guarded.Output(backend, half, new float[half.Count]);
        backend.MaxPool(Guarded.Input(backend, shape, x), y.Tensor);
        ReferenceRows.At read = ReferenceRows.Read(x, shape);
        OpRun.AssertClose(ReferenceRows.Of(half, (b, t, c) => Math.Max(read(b, 2 * t, c), read(b, (2 * t) + 1, c))), y.Values(), 0);
    }

    [Property]
    public void The_mean_of_four_agrees_with_the_formula(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        int rows = draw.Between(2, 17, "rows"), width = draw.Between(2, 17, "width"), outWidth = width / 2;
        Shape shape = [draw.Between(1, 3, "batch"), rows * width, draw.Between(1, 19, "channels")], quarter = [shape[0], rows / 2 * outWidth, shape[2]];
        float[] x = draw.Normal(shape);
        Guarded y = Guarded.Output(backend, quarter, new float[quarter.Count]);
        backend.AveragePool(Guarded.Input(backend, shape, x), width, y.Tensor);
        ReferenceRows.At read = ReferenceRows.Read(x, shape);
        OpRun.AssertClose(
            ReferenceRows.Of(quarter, (b, at, c) =>
            {
                int first = (at / outWidth * 2 * width) + (at % outWidth * 2);
                return (read(b, first, c) + read(b, first + 1, c) + read(b, first + width, c) + read(b, first + width + 1, c)) / 4;
            }),
            y.Values(), 1e-6);
    }

    [Fact]
    public void Threads_agree()
    {
        Shape shape = [2, 60 * 32, 21];
        ThreadCounts.AssertSameBytes(backend =>
            OpRun.Forward(backend, (tape, x) => Op.MaxPool(tape, Op.AveragePool(tape, x[0], 32)), (shape, RandomValues.Normal(shape, 1))));
    }

    [Fact]
    public void Pictures_that_are_none_are_refused()
    {
        using CpuBackend backend = new(1);
        Tape tape = new(backend);
        Assert.Contains("rows of 5", Assert.Throws<ArgumentException>(() => Op.AveragePool(tape, tape.Input([1, 12, 3]), 5)).Message);
        Assert.Throws<ArgumentException>(() => Op.MaxPool(tape, tape.Input([1, 1, 3])));
    }
}

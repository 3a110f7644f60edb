using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

public sealed class GatherTests
{
    private static readonly long[] s_places = [4, 6, 0, 3, 11, 9];

    [Theory, InlineData(1), InlineData(5), InlineData(40)]
    public void Rows_and_the_zeros_behind_them_agree_with_the_formula(int channels)
    {
        using CpuBackend backend = new(2);
        Shape table = [20, channels], shape = [3, 7, channels];
        float[] rows = RandomValues.Normal(table, 1);
        Guarded y = Guarded.Output(backend, shape, RandomValues.Normal(shape, 2));
        Op.Gather(backend, Guarded.Input(backend, table, rows), GradientCheck.Constant(backend, [3, 2], s_places), y.Tensor);
        double[] wanted = ReferenceRows.Of(shape, (b, t, c) => t < s_places[(2 * b) + 1] ? rows[((s_places[2 * b] + t) * channels) + c] : 0);
        Assert.Equal(wanted, y.Values().Select(v => (double)v));
    }

    [Fact]
    public void Ids_are_gathered_whole()
    {
        using CpuBackend backend = new(2);
        Tensor rows = GradientCheck.Constant(backend, [5, 1], [1L << 40, 2, -3, 4, 5]), y = backend.NewTensor([2, 3, 1], DType.I64);
        Op.Gather(backend, rows, GradientCheck.Constant(backend, [2, 2], [2L, 3, 0, 1]), y);
        long[] values = new long[6];
        backend.Read(y, values);
        Assert.Equal([-3, 4, 5, 1L << 40, 0, 0], values);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using CpuBackend backend = new(1);
        Tensor rows = backend.NewTensor([5, 2]), places = backend.NewTensor([1, 2], DType.I64);
        Assert.Contains("y F32 [1,4,3] is not F32 [B,T,2]", Refused(rows, places, backend.NewTensor([1, 4, 3])), StringComparison.Ordinal);
        Assert.Contains("not F32 [B,T,2]", Refused(rows, places, backend.NewTensor([1, 4, 2], DType.I64)), StringComparison.Ordinal);
        Assert.Contains("not I64 [2,2]", Refused(rows, places, backend.NewTensor([2, 4, 2])), StringComparison.Ordinal);

        string Refused(Tensor rows, Tensor places, Tensor y) => Assert.Throws<ArgumentException>(() => Op.Gather(backend, rows, places, y)).Message;
    }
}

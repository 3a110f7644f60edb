using System.Runtime.Intrinsics;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Tests.Convolution;

/// <summary>The forms with fewer products, against the definition's sums.</summary>
[Properties(Arbitrary = [typeof(ToomCookCases)], QuietOnSuccess = true)]
public sealed class ConvToomCookTests : IDisposable
{
    private readonly CpuBackend _backend = new(threads: 2);

    public void Dispose() => _backend.Dispose();

    [Property(MaxTest = 60)]
    public void All_passes_are_the_definitions_sums(ConvCase c)
    {
        Assert.True(HasForm(c));
        ConvRun.AssertAll(_backend, c, ErrorOf(c));
    }

    [Property(MaxTest = 15)]
    public void Any_number_of_threads_gives_the_same_bytes(ConvCase c)
    {
        using CpuBackend one = new(threads: 1), three = new(threads: 3);
        Assert.Equal(ConvRun.Forward(one, c), ConvRun.Forward(three, c));
        Assert.Equal(ConvRun.DataGradient(one, c, true), ConvRun.DataGradient(three, c, true));
        Assert.Equal(ConvRun.WeightGradient(one, c, true), ConvRun.WeightGradient(three, c, true));
    }

    [Property(MaxTest = 30, Arbitrary = [typeof(ToomCookPictureCases)])]
    public void Taps_across_a_picture_stay_what_they_are(ConvCase c)
    {
        Assert.True(HasForm(c));
        ConvRun.AssertAll(_backend, c, ErrorOf(c));
        using CpuBackend one = new(threads: 1), three = new(threads: 3);
        Assert.Equal(ConvRun.Forward(one, c), ConvRun.Forward(three, c));
    }

    [Fact]
    public void Long_items_are_summed_in_chunks()
    {
        ConvCase c = new(ConvGeometry.Same(3), 3, 8200, 128, 128, 5);
        ToomCookTiles tiles = ToomCookTiles.OfForward(c.Geometry, c.Batch, c.Frames, c.OutFrames, c.Cin, c.Cout)!.Value;
        float[] all = ConvRun.Forward(_backend, c);
        Tensor x = _backend.NewTensor(c.InShape), w = _backend.NewTensor(c.WeightShape), y = _backend.NewTensor([1, c.OutFrames, c.Cout]);
        Tensor dy = _backend.NewTensor(c.OutShape), dw = _backend.NewTensor(c.WeightShape), dwOfEach = _backend.NewTensor(c.WeightShape);
        _backend.Write(c.X, x);
        _backend.Write(c.W, w);
        _backend.Write(c.Dy, dy);
        _backend.ConvWeightGradient(x, dy, c.Geometry, new Gradient(dw, false));
        Assert.Equal(3, ToomCookWeightSumJob<Tile6<Lanes8, Vector256<float>>>.ChunksOf(tiles, new WeightSums(x, dy, c.Geometry)));
        for (int item = 0; item < c.Batch; item++)
        {
            Tensor one = Backend.Part(x, (long)item * c.Frames * c.Cin, [1, c.Frames, c.Cin]), dyOfOne = Backend.Part(dy, (long)item * c.OutFrames * c.Cout, [1, c.OutFrames, c.Cout]);
            _backend.Conv(one, w, null, c.Geometry, ConvEpilogue.Plain, y);
            Assert.Equal(all[(item * y.Count)..((item + 1) * y.Count)], _backend.ToArray(y));
            _backend.ConvWeightGradient(one, dyOfOne, c.Geometry, new Gradient(dwOfEach, item > 0));
        }

        float[] together = _backend.ToArray(dw), each = _backend.ToArray(dwOfEach);
        Assert.True(Difference(together, each) < 1e-6, $"{Difference(together, each)}");
    }

    /// <summary>Forms of up to seven points lie under 0.7e-6 of the largest sum of magnitudes; wide layers take up to nine, whose matrices have 2.6 times the norms.</summary>
    private static double ErrorOf(ConvCase c) => c.Geometry.Kernel == 5 && Math.Min(c.Cin, c.Cout) >= 512 ? 2.6e-6 : 1e-6;

    internal static bool HasForm(ConvCase c) => ToomCookTiles.OfForward(c.Geometry, c.Batch, c.Frames, c.OutFrames, c.Cin, c.Cout) is not null;

    private static double Difference(float[] found, float[] wanted)
    {
        double square = 0, of = 0;
        for (int i = 0; i < found.Length; i++)
        {
            square += Math.Pow(found[i] - wanted[i], 2);
            of += Math.Pow(wanted[i], 2);
        }

        return Math.Sqrt(square / of);
    }
}

/// <summary>Random convolutions that have a form: all kernels, columns, dilations, paddings and lengths that do not fill their tiles.</summary>
public static class ToomCookCases
{
    public static Arbitrary<ConvCase> All() => Arb.From(
        from kernel in Gen.Elements(3, 5, 7, 11)
        from dilation in Gen.Choose(1, 5)
        from columns in Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(2, 11)))
        from left in Gen.Choose(0, kernel)
        from right in Gen.Choose(0, kernel * dilation)
        from rows in Gen.Choose(kernel * dilation, 60)
        from batch in Gen.Choose(1, 3)
        from channels in kernel == 5 ? Gen.Frequency((4, Gen.Constant((64, 96))), (1, Gen.Constant((512, 512)))) : Gen.Elements((128, 128), (128, 160), (192, 128))
        from seed in Gen.Choose(1, 100_000)
        let geometry = new ConvGeometry(kernel, 1, dilation, left * dilation, right) { Columns = columns }
        let drawn = new ConvCase(geometry, batch, rows * columns, channels.Item1, channels.Item2, seed)
        where drawn.OutFrames > 0 && drawn.Products < 60_000_000 && ConvToomCookTests.HasForm(drawn)
        select drawn);
}

/// <summary>Random pictures with three taps down and across.</summary>
public static class ToomCookPictureCases
{
    public static Arbitrary<ConvCase> All() => Arb.From(
        from columns in Gen.Choose(1, 40)
        from rows in Gen.Choose(2, 60)
        from padding in Gen.Choose(0, 2).Three()
        from batch in Gen.Choose(1, 3)
        from channels in Gen.Elements((32, 32), (64, 64), (96, 64), (64, 160))
        from seed in Gen.Choose(1, 100_000)
        let across = new ConvAxis(3, PadLeft: padding.Item1, PadRight: 2 - padding.Item1)
        let geometry = new ConvGeometry(3, PadLeft: padding.Item2, PadRight: padding.Item3) { Columns = columns, Across = across }
        let drawn = new ConvCase(geometry, batch, rows * columns, channels.Item1, channels.Item2, seed)
        where drawn.OutFrames > 0 && drawn.Products < 60_000_000 && ConvToomCookTests.HasForm(drawn)
        select drawn);
}

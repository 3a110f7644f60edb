using FsCheck;
using FsCheck.Fluent;

namespace RvcNative.Core.Tests.Convolution;

/// <summary>A convolution to try: its geometry and sizes, and the seed of its values.</summary>
public sealed record ConvCase(ConvGeometry Geometry, int Batch, int Frames, int Cin, int Cout, int Seed)
{
    public int OutFrames => Geometry.OutputFrames(Frames);

    public int WeightCount => Geometry.Taps * (Cin / Geometry.Groups) * Cout;

    /// <summary>Products of one pass, those with padding counted.</summary>
    public long Products => (long)Batch * (Geometry.Transposed ? Frames : OutFrames) * WeightCount;

    public Shape InShape => [Batch, Frames, Cin];

    public Shape OutShape => [Batch, OutFrames, Cout];

    public Shape MaskShape => [Batch, OutFrames];

    public Shape WeightShape => [Geometry.Taps, Cin / Geometry.Groups, Cout];

    public float[] X => Values(InShape.Count, 1);

    public float[] W => Values(WeightCount, 2);

    public float[] Dy => Values(OutShape.Count, 3);

    /// <summary>What a gradient holds before something is added to it.</summary>
    public float[] Before(Shape shape) => Values(shape.Count, 4);

    /// <summary>Values in [-1, 1], the same for the same seed and draw.</summary>
    public float[] Values(int count, int draw)
    {
        Random random = new((Seed * 31) + draw);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (random.NextSingle() * 2) - 1;
        return values;
    }

    public float[] Mask(int draw)
    {
        Random random = new((Seed * 31) + draw);
        float[] mask = new float[Batch * OutFrames];
        for (int i = 0; i < mask.Length; i++) mask[i] = random.Next(4) == 0 ? 0 : 1;
        return mask;
    }
}

/// <summary>Random small convolutions over all that a geometry can say.</summary>
public static class ConvCases
{
    private static readonly Gen<ConvAxis> s_across =
        from kernel in Gen.Choose(1, 5)
        from stride in Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(2, 4)))
        from dilation in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Choose(2, 3)))
        from left in Gen.Choose(0, kernel * dilation)
        from right in Gen.Choose(0, kernel * dilation)
        select new ConvAxis(kernel, stride, dilation, left, right);

    public static Arbitrary<ConvCase> All() => Arb.From(
        from kernel in Gen.Frequency((12, Gen.Choose(1, 11)), (1, Gen.Constant(41)))
        from stride in Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(2, 10)))
        from dilation in Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(2, 5)))
        from transposed in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
        from groups in transposed ? Gen.Constant(1) : Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(2, 5)))
        from columns in Gen.Frequency((2, Gen.Constant(1)), (2, Gen.Choose(2, 37)))
        from across in Gen.Frequency((1, Gen.Constant(ConvAxis.None)), (columns > 1 ? 1 : 0, s_across))
        from left in Gen.Choose(0, kernel * dilation)
        from right in Gen.Choose(0, kernel * dilation)
        from rows in Gen.Choose(1, 40)
        from batch in Gen.Choose(1, 3)
        from cin in Gen.Frequency((3, Gen.Choose(1, 9)), (1, Gen.Choose(10, 50)))
        from cout in Gen.Frequency((3, Gen.Choose(1, 9)), (1, Gen.Choose(10, 50)))
        from seed in Gen.Choose(1, 100_000)
        let geometry = new ConvGeometry(kernel, stride, dilation, left, right) { Groups = groups, Columns = columns, Across = across, Transposed = transposed }
        where Fits(geometry.Down, rows, transposed) && Fits(across, columns, transposed)
        let drawn = new ConvCase(geometry, batch, rows * columns, cin * groups, cout * groups, seed)
        where drawn.Products < 600_000
        select drawn);

    // Integer division rounds an output that is too short by less than a stride up to one place.
    private static bool Fits(ConvAxis axis, int length, bool transposed)
    {
        int reach = ((axis.Kernel - 1) * axis.Dilation) + 1;
        return transposed ? ((length - 1) * axis.Stride) + reach > axis.PadLeft + axis.PadRight : length + axis.PadLeft + axis.PadRight >= reach;
    }
}

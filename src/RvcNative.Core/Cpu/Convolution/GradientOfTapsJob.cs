namespace RvcNative.Core.Cpu.Convolution;

/// <summary>The taps' gradients dw [K,Cin,Cout] = or += from those at the form's points, [points,kernels,Cin,Cout].</summary>
internal unsafe struct GradientOfTapsJob : IJob
{
    private const int Together = 2048;
    internal float* AtPoints, Dw;
    internal ToomCookTiles Tiles;
    internal int Count;
    internal bool Accumulate;

    internal readonly int Parts => Tiles.Kernels * PartsOfKernel;

    private readonly int PartsOfKernel => (Count + Together - 1) / Together;

    public readonly void Run(int part)
    {
        (int kernel, int number) = Math.DivRem(part, PartsOfKernel);
        int first = number * Together, taps = Tiles.Form.Taps, points = Tiles.Form.Points;
        EvenRows rows = new(AtPoints + ((long)kernel * Count) + first, (nint)Tiles.Kernels * Count);
        int tap = kernel * taps;
        RowMixture.Mix(rows, points, Tiles.Form.WeightTransposed, Dw + ((long)tap * Count) + first, Count, Math.Min(taps, Tiles.Taps - tap), Math.Min(Together, Count - first), Accumulate);
    }
}

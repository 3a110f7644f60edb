namespace RvcNative.Core.Tests.Reference;

/// <summary>
/// Convolution as the definition says it, in float64 and one product at a time; never tuned. Beside each sum stands the sum of its
/// products' magnitudes, against which a rounding error is judged.
/// </summary>
public sealed class ReferenceConv(ConvGeometry geometry, int batch, int frames, int cin, int cout)
{
    public int OutFrames { get; } = geometry.OutputFrames(frames);

    /// <summary>Sums of the convolution, [B,T',Cout].</summary>
    public (double[] Sum, double[] Magnitude) Forward(float[] x, float[] w)
    {
        Sums y = new(batch * OutFrames * cout);
        ForEachProduct((xAt, wAt, yAt) => y.Add(yAt, x[xAt], w[wAt]));
        return (y.Sum, y.Magnitude);
    }

    /// <summary>d(loss)/d(x), [B,T,Cin].</summary>
    public (double[] Sum, double[] Magnitude) DataGradient(float[] dy, float[] w)
    {
        Sums dx = new(batch * frames * cin);
        ForEachProduct((xAt, wAt, yAt) => dx.Add(xAt, dy[yAt], w[wAt]));
        return (dx.Sum, dx.Magnitude);
    }

    /// <summary>d(loss)/d(w), [K,Cin/groups,Cout].</summary>
    public (double[] Sum, double[] Magnitude) WeightGradient(float[] x, float[] dy)
    {
        Sums dw = new(geometry.Taps * (cin / geometry.Groups) * cout);
        ForEachProduct((xAt, wAt, yAt) => dw.Add(wAt, x[xAt], dy[yAt]));
        return (dw.Sum, dw.Magnitude);
    }

    /// <summary>Calls back with the places of x, w and y that meet.</summary>
    private void ForEachProduct(Action<int, int, int> meet)
    {
        int groupIn = cin / geometry.Groups, groupOut = cout / geometry.Groups, inColumns = geometry.Columns, outColumns = geometry.OutputColumns;
        List<(int In, int Tap, int Out)> rows = Joined(geometry.Down, frames / inColumns, OutFrames / outColumns);
        List<(int In, int Tap, int Out)> columns = Joined(geometry.Across, inColumns, outColumns);
        for (int b = 0; b < batch; b++)
            foreach ((int xRow, int down, int yRow) in rows)
                foreach ((int xColumn, int across, int yColumn) in columns)
                {
                    int xFrame = (b * frames) + (xRow * inColumns) + xColumn, yFrame = (b * OutFrames) + (yRow * outColumns) + yColumn;
                    int k = (down * geometry.Across.Kernel) + across;
                    for (int co = 0; co < cout; co++)
                        for (int ci = 0; ci < groupIn; ci++)
                        {
                            int channel = (co / groupOut * groupIn) + ci;
                            meet((xFrame * cin) + channel, (((k * groupIn) + ci) * cout) + co, (yFrame * cout) + co);
                        }
                }
    }

    /// <summary>The places of x and y along one axis that a tap joins.</summary>
    private List<(int In, int Tap, int Out)> Joined(ConvAxis axis, int xLength, int yLength)
    {
        List<(int In, int Tap, int Out)> joined = [];
        (int coarseLength, int fineLength) = geometry.Transposed ? (xLength, yLength) : (yLength, xLength);
        for (int coarse = 0; coarse < coarseLength; coarse++)
            for (int k = 0; k < axis.Kernel; k++)
            {
                int fine = (coarse * axis.Stride) + (k * axis.Dilation) - axis.PadLeft;
                if (fine < 0 || fine >= fineLength) continue;
                joined.Add(geometry.Transposed ? (coarse, k, fine) : (fine, k, coarse));
            }

        return joined;
    }

    private readonly struct Sums(int count)
    {
        public double[] Sum { get; } = new double[count];

        public double[] Magnitude { get; } = new double[count];

        public void Add(int at, double a, double b)
        {
            Sum[at] += a * b;
            Magnitude[at] += Math.Abs(a * b);
        }
    }
}

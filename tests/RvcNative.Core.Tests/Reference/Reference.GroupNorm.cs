namespace RvcNative.Core.Tests;

/// <summary>Normalisation of groups of channels over time, [B,T,C], in double.</summary>
internal static class ReferenceGroupNorm
{
    internal static (double[] Y, double[] Mean, double[] Rstd) Forward(float[] x, Shape shape, float[] gamma, float[] beta, int groups, double epsilon)
    {
        int width = shape[2] / groups;
        double count = (double)shape[1] * width;
        ReferenceRows.At read = ReferenceRows.Read(x, shape);
        double[] mean = new double[shape[0] * groups], variance = new double[shape[0] * groups];
        int Group(int item, int channel) => (item * groups) + (channel / width);
        ReferenceRows.Of(shape, (b, t, c) => mean[Group(b, c)] += read(b, t, c) / count);
        ReferenceRows.Of(shape, (b, t, c) => variance[Group(b, c)] += Math.Pow(read(b, t, c) - mean[Group(b, c)], 2) / count);
        double[] rstd = [.. variance.Select(v => 1 / Math.Sqrt(v + epsilon))];
        double[] y = ReferenceRows.Of(shape, (b, t, c) => ((read(b, t, c) - mean[Group(b, c)]) * rstd[Group(b, c)] * gamma[c]) + beta[c]);
        return (y, mean, rstd);
    }
}

namespace RvcNative.Core.Tests;

/// <summary>Weight normalisation over [K,I,O] as its formula says it.</summary>
internal static class ReferenceWeightNorm
{
    internal static (double[] Weight, double[] Norm) Forward(double[] v, double[] g, Shape shape, bool perInput)
    {
        double[] squares = new double[g.Length];
        for (int at = 0; at < v.Length; at++) squares[Scale(at, shape, perInput)] += v[at] * v[at];
        double[] norm = [.. squares.Select(Math.Sqrt)];
        return ([.. v.Select((value, at) => value * g[Scale(at, shape, perInput)] / norm[Scale(at, shape, perInput)])], norm);
    }

    /// <summary>Gradients of v and g.</summary>
    internal static (double[] Dv, double[] Dg) Backward(double[] v, double[] g, double[] dw, Shape shape, bool perInput)
    {
        double[] norm = Forward(v, g, shape, perInput).Norm, sums = new double[g.Length];
        for (int at = 0; at < v.Length; at++) sums[Scale(at, shape, perInput)] += dw[at] * v[at];
        double[] dv = new double[v.Length];
        for (int at = 0; at < v.Length; at++)
        {
            int i = Scale(at, shape, perInput);
            dv[at] = g[i] / norm[i] * (dw[at] - (v[at] * sums[i] / (norm[i] * norm[i])));
        }

        return (dv, [.. sums.Select((sum, i) => sum / norm[i])]);
    }

    private static int Scale(int at, Shape shape, bool perInput) => perInput ? at / shape[2] % shape[1] : at % shape[2];
}

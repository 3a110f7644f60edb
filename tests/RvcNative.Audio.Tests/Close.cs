namespace RvcNative.Audio.Tests;

/// <summary>The tolerances of the goldens' README.</summary>
internal static class Close
{
    internal static void RelL2(ReadOnlySpan<float> expected, ReadOnlySpan<float> got, double tolerance)
    {
        Assert.Equal(expected.Length, got.Length);
        double error = 0, norm = 0;
        for (int i = 0; i < got.Length; i++)
        {
            error += Math.Pow((double)got[i] - expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }
        Assert.True(Math.Sqrt(error) <= tolerance * Math.Sqrt(norm), $"rel_l2 {Math.Sqrt(error / norm):g3} > {tolerance:g3}");
    }

    internal static void Each(ReadOnlySpan<double> expected, ReadOnlySpan<double> got, double absolute = 0, double relative = 0)
    {
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < got.Length; i++)
            Assert.True(Math.Abs(got[i] - expected[i]) <= absolute + relative * Math.Abs(expected[i]),
                $"[{i}] expected {expected[i]:r}, got {got[i]:r}");
    }

    internal static void Each(ReadOnlySpan<float> expected, ReadOnlySpan<float> got, double absolute = 0, double relative = 0) =>
        Each(Doubles(expected), Doubles(got), absolute, relative);

    internal static double[] Doubles(ReadOnlySpan<float> values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < values.Length; i++) doubles[i] = values[i];
        return doubles;
    }
}

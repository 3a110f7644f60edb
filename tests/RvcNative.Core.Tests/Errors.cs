namespace RvcNative.Core.Tests;

/// <summary>How far computed values are from the truth.</summary>
internal static class Errors
{
    /// <summary>||actual - wanted|| / ||wanted||.</summary>
    internal static double RelativeL2(IReadOnlyList<float> actual, IReadOnlyList<double> wanted)
    {
        Assert.Equal(wanted.Count, actual.Count);
        double error = 0, norm = 0;
        for (int i = 0; i < wanted.Count; i++)
        {
            error += (actual[i] - wanted[i]) * (actual[i] - wanted[i]);
            norm += wanted[i] * wanted[i];
        }

        return Math.Sqrt(error / norm);
    }

    /// <summary>Largest |actual - wanted|.</summary>
    internal static double Largest(IReadOnlyList<float> actual, IReadOnlyList<double> wanted)
    {
        Assert.Equal(wanted.Count, actual.Count);
        double largest = 0;
        for (int i = 0; i < wanted.Count; i++)
        {
            double error = Math.Abs(actual[i] - wanted[i]);
            if (!(error <= largest)) largest = double.IsNaN(error) ? double.PositiveInfinity : error;
        }

        return largest;
    }
}

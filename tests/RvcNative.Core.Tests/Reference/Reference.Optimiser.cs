namespace RvcNative.Core.Tests;

/// <summary>AdamW on one value, in double.</summary>
internal static class ReferenceOptimiser
{
    internal static (double Value, double Mean, double Variance) AdamW(
        double value, double gradient, double mean, double variance, float[] schedule, double beta1, double beta2, double epsilon)
    {
        gradient *= schedule[3];
        value *= schedule[0];
        mean = (beta1 * mean) + ((1 - beta1) * gradient);
        variance = (beta2 * variance) + ((1 - beta2) * gradient * gradient);
        return (value - (schedule[1] * mean / ((Math.Sqrt(variance) * schedule[2]) + epsilon)), mean, variance);
    }
}

using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

/// <summary>What came of a trial.</summary>
/// <param name="Error">Largest difference from the reference, relative to the largest value of its tensor.</param>
/// <param name="Failure">Why it failed, or null.</param>
public readonly record struct TrialResult(string Op, string Case, double Error, string? Failure)
{
    private const double LeastSize = 0.01;   // a tensor that is 0 but for rounding errors is measured by what went into it

    /// <summary>Runs a trial on the reference once and on the device twice.</summary>
    public static TrialResult Of(OpTrial trial, Backend reference, Backend device)
    {
        try
        {
            bool coarse = device is KernelBackend { Precision: not Precision.F32 };
            double ofTrial = device is KernelBackend { Device.HasDouble: false } && trial.LimitInSingle is { } single ? single : trial.Limit;
            double limit = ofTrial + (trial.IsWide && device.WideType != DType.F32 ? device.OperandRounding : 0);
            float[][] wanted = Run(trial, reference, coarse), found = Run(trial, device, coarse), again = Run(trial, device, coarse);
            double error = 0;
            for (int tensor = 0; tensor < wanted.Length; tensor++)
            {
                error = Math.Max(error, Difference(wanted[tensor], found[tensor]));
                if (!SameBytes(found[tensor], again[tensor])) return new(trial.Op, trial.Case, error, $"result {tensor} differs between two runs");
            }

            return new(trial.Op, trial.Case, error, error <= limit ? null : $"differs by {error:g2} of the largest value, {limit:g2} is allowed");
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            return new(trial.Op, trial.Case, double.NaN, failure.Message);
        }
    }

    private static float[][] Run(OpTrial trial, Backend backend, bool coarse)
    {
        if (backend.LossScale is { } scale) backend.Write([1f], scale);   // or gradients of losses are others than the reference's
        using TrialRun run = new(backend, seed: 1, coarse);
        trial.Run(run);
        return run.Results();
    }

    private static double Difference(float[] wanted, float[] found)
    {
        double largest = 0, difference = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(wanted[i]));
            double apart = Math.Abs((double)wanted[i] - found[i]);
            if (double.IsNaN(apart)) return double.NaN;
            difference = Math.Max(difference, apart);
        }

        return difference == 0 ? 0 : difference / Math.Max(largest, LeastSize);
    }

    private static bool SameBytes(float[] a, float[] b) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(a).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(b));
}

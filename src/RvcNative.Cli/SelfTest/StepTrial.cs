using System.Runtime.InteropServices;
using RvcNative.Core;
using RvcNative.Gpu;
using RvcNative.Gpu.SelfTest;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.SelfTest;

/// <summary>
/// Three training steps of 40k's layers with few channels: losses and gradients of the first beside the reference's, bytes of the third, which is launched at once as it was
/// recorded, beside another run's, launched kernel by kernel.
/// </summary>
internal static class StepTrial
{
    private const int Batch = 2, Frames = 7, Steps = 3;
    private const double LossLimit = 1e-5, GradientLimit = 5e-4;

    // Of the rounding of operands: what losses and gradients may differ by more.
    private const double LossRoundings = 16, GradientRoundings = 64;

    internal static IEnumerable<TrialResult> Run(Backend reference, Backend device)
    {
        double rounding = device.OperandRounding;
        StepOutcome wanted = Outcome(reference), found = Outcome(device), again = Eager(device);
        yield return Result("losses", wanted.Losses.Zip(found.Losses, (a, b) => Math.Abs(a - b) / Math.Max(1e-3, Math.Abs(a))).Max(), LossLimit + (LossRoundings * rounding));
        yield return Result("generator's gradients", Distance(wanted.Generator, found.Generator), GradientLimit + (GradientRoundings * rounding));
        yield return Result("discriminators' gradients", Distance(wanted.Discriminator, found.Discriminator), GradientLimit + (GradientRoundings * rounding));
        bool same = MemoryMarshal.AsBytes<float>(found.Values).SequenceEqual(MemoryMarshal.AsBytes<float>(again.Values)) && found.Losses.SequenceEqual(again.Losses);
        yield return new TrialResult("training step", "recorded and not", 0, same ? null : "parameters after three steps differ between a recorded run and one of single launches");
    }

    private static StepOutcome Eager(Backend device)
    {
        if (device is not KernelBackend kernels) return Outcome(device);
        bool records = kernels.Records;
        kernels.Records = false;
        try
        {
            return Outcome(device);
        }
        finally
        {
            kernels.Records = records;
        }
    }

    private static TrialResult Result(string what, double error, double limit) =>
        new("training step", what, error, error <= limit ? null : $"differ by {error:g2}, {limit:g2} is allowed");

    private static StepOutcome Outcome(Backend backend)
    {
        RvcConfig config = Presets.Of(ModelVersion.V2, 40000);
        config = config with
        {
            Train = config.Train with { SegmentSamples = 1200 },
            Model = config.Model with
            {
                InterChannels = 8,
                HiddenChannels = 8,
                FilterChannels = 16,
                Layers = 2,
                UpsampleInitialChannel = 64,
                GinChannels = 8,
                Speakers = 4,
            },
        };
        DiscriminatorPlan discriminators = DiscriminatorPlan.Of(ModelVersion.V2).DividedBy(32) with { Periods = [2, 3] };
        using StepBenchmark benchmark = new(backend, config, ModelVersion.V2, hasPitch: true, Batch, Frames, discriminators);
        benchmark.Run();
        double[] losses = [benchmark.Losses.Mel, benchmark.Losses.Kl, benchmark.Losses.FeatureMatching, benchmark.Losses.Generator, benchmark.Losses.Discriminator];
        (float[] generator, float[] discriminator) = benchmark.Gradients();
        for (int step = 1; step < Steps; step++) benchmark.Run();
        (float[] ofGenerator, float[] ofDiscriminator) = benchmark.Values();
        return new StepOutcome(losses, generator, discriminator, [.. ofGenerator, .. ofDiscriminator]);
    }

    /// <summary>|a - b| / |a|, as vectors.</summary>
    private static double Distance(float[] a, float[] b)
    {
        double difference = 0, size = 0;
        for (int i = 0; i < a.Length; i++)
        {
            difference += Math.Pow((double)a[i] - b[i], 2);
            size += (double)a[i] * a[i];
        }

        return Math.Sqrt(difference / size);
    }

    private sealed record StepOutcome(double[] Losses, float[] Generator, float[] Discriminator, float[] Values);
}

using System.Globalization;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>What one convolution of the step takes, ours and others'.</summary>
/// <param name="OneDnn">With the faster of its formats; null without it.</param>
internal sealed record OpTimes(StepConvolution Convolution, RunTimes Ours, RunTimes? OneDnn, string? OneDnnFormat, string? OneDnnImplementation, RunTimes? OpenBlas)
{
    /// <summary>Milliseconds of a step that go here.</summary>
    internal double StepMs => Convolution.Count * Ours.MedianMs;

    internal double Gflops => Convolution.Size.Flop / 1e6 / Ours.MedianMs;

    /// <summary>Our time over oneDNN's.</summary>
    internal double? Ratio => OneDnn is { } peer ? Ours.MedianMs / peer.MedianMs : null;

    /// <summary>That of the fastest runs, which others on the machine disturb less.</summary>
    internal double? MinRatio => OneDnn is { } peer ? Ours.MinMs / peer.MinMs : null;
}

/// <summary>Times one convolution against the peers, after their results were compared with ours.</summary>
internal static class OpsBenchmark
{
    private const double LargestError = 1e-4, SecondsToChoose = 0.02;
    private const int Rounds = 5, RoundsToChoose = 2;

    /// <exception cref="InvalidDataException">A peer computes something else than we do.</exception>
    internal static OpTimes Measure(CpuBackend backend, ConvPeers peers, StepConvolution convolution, double seconds)
    {
        ConvSize size = convolution.Size;
        ConvData data = new(size);
        using OwnTrial ours = new(backend, size, data);
        ours.Run();
        float[] wanted = ours.Result();
        using OneDnnTrial? oneDnn = Fastest([.. peers.OneDnn(size, data).Select(trial => Checked(trial, wanted, convolution))]);
        using OpenBlasTrial? openBlas = peers.OpenBlas(size, data) is { } product ? Checked(product, wanted, convolution) : null;
        List<ConvTrial> trials = [ours];
        if (oneDnn is not null) trials.Add(oneDnn);
        if (openBlas is not null) trials.Add(openBlas);
        RunTimes[] times = TrialRace.Run(trials, seconds, Rounds);
        return new OpTimes(convolution, times[0], oneDnn is null ? null : times[1], oneDnn?.Format.ToString().ToLowerInvariant(), oneDnn?.Implementation,
            openBlas is null ? null : times[^1]);
    }

    /// <summary>||a - b|| / ||b||.</summary>
    internal static double RelativeError(ReadOnlySpan<float> got, ReadOnlySpan<float> wanted)
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            difference += ((double)got[i] - wanted[i]) * ((double)got[i] - wanted[i]);
            norm += (double)wanted[i] * wanted[i];
        }

        return Math.Sqrt(difference / norm);
    }

    private static TTrial Checked<TTrial>(TTrial trial, float[] wanted, StepConvolution convolution) where TTrial : ConvTrial
    {
        trial.Run();
        double error = RelativeError(trial.Result(), wanted);
        if (error < LargestError) return trial;
        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
            $"{convolution.Names[0]} {convolution.Size.Pass}: {trial.Name}'s result differs from ours by {error:g3} (relative), more than {LargestError:g1}; one of the two is wrong, so nothing was timed ({convolution.Size})"));
    }

    private static OneDnnTrial? Fastest(List<OneDnnTrial> trials)
    {
        if (trials.Count == 0) return null;
        RunTimes[] times = TrialRace.Run(trials, SecondsToChoose, RoundsToChoose);
        int best = Array.IndexOf(times, times.MinBy(time => time.MinMs));
        foreach (OneDnnTrial other in trials.Where((_, i) => i != best)) other.Dispose();
        return trials[best];
    }
}

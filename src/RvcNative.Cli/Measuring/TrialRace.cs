using System.Diagnostics;

namespace RvcNative.Cli.Measuring;

/// <summary>Milliseconds of one contestant's runs.</summary>
internal readonly record struct RunTimes(double MedianMs, double MinMs, int Runs)
{
    internal static RunTimes Of(List<double> ms)
    {
        double[] sorted = [.. ms.Order()];
        return new RunTimes((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted.Length);
    }
}

/// <summary>Times several trials of the same convolution in turn, so that whoever else uses the machine hits all of them.</summary>
internal static class TrialRace
{
    private const int RunsOfOneRound = 500;

    /// <param name="trials">Each has run before.</param>
    /// <param name="secondsEach">Time for each trial; every one runs once a round at least, after a run that does not count.</param>
    internal static RunTimes[] Run(IReadOnlyList<ConvTrial> trials, double secondsEach, int rounds)
    {
        List<double>[] ms = [.. trials.Select(_ => new List<double>())];
        int[] runs = new int[trials.Count];
        for (int i = 0; i < runs.Length; i++)
        {
            trials[i].Run();
            double once = Time(trials[i]);
            runs[i] = (int)Math.Clamp(secondsEach * 1000 / rounds / Math.Max(once, 1e-3), 1, RunsOfOneRound);
            Settle(trials, i);
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                // The first after another's turn finds cold caches and sleeping threads.
                trials[i].Run();
                for (int run = 0; run < runs[i]; run++) ms[i].Add(Time(trials[i]));
                Settle(trials, i);
            }
        }

        return [.. ms.Select(RunTimes.Of)];
    }

    private static double Time(ConvTrial trial)
    {
        long started = Stopwatch.GetTimestamp();
        trial.Run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static void Settle(IReadOnlyList<ConvTrial> trials, int ran)
    {
        if (trials.Count > 1 && trials[ran].Settling > TimeSpan.Zero) Thread.Sleep(trials[ran].Settling);
    }
}

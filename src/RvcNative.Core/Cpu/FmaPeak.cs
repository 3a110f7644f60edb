using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu;

/// <summary>
/// How many floating-point operations a second this machine's cores reach in nothing but fused multiply-adds on registers: what every kernel's
/// GFLOP/s is measured against. Ten chains hide an FMA's latency of four or five cycles on two units.
/// </summary>
public static class FmaPeak
{
    private const int Chains = 10, Iterations = 200_000, Rounds = 5;
    private const double SecondsPerRound = 0.1;

    /// <summary>The best of a few rounds on all threads at once, in GFLOP/s; an FMA counts as two operations.</summary>
    public static double Measure(int threads)
    {
        double best = 0;
        for (int round = 0; round < Rounds; round++)
        {
            double[] rates = new double[threads];
            using Barrier start = new(threads);
            Thread[] workers = [.. Enumerable.Range(0, threads).Select(index => new Thread(() =>
            {
                start.SignalAndWait();
                rates[index] = MeasureOne();
            }))];
            foreach (Thread worker in workers) worker.Start();
            foreach (Thread worker in workers) worker.Join();
            best = Math.Max(best, rates.Sum());
        }

        return best;
    }

    private static double MeasureOne()
    {
        long started = Stopwatch.GetTimestamp(), runs = 0;
        float sink = 0;
        double seconds;
        do
        {
            sink += Run();
            runs++;
            seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        while (seconds < SecondsPerRound);

        // The sum is looked at, so that no compiler leaves the loop out; it is never NaN.
        return float.IsNaN(sink) ? 0 : 2.0 * Simd.Width * Chains * Iterations * runs / seconds / 1e9;
    }

    private static float Run() => Simd.Width switch
    {
        16 => Run512(),
        8 => Run256(),
        _ => Run128(),
    };

    private static float Run512()
    {
        Vector512<float> factor = Vector512.Create(0.999f), term = Vector512.Create(0.001f);
        Vector512<float> a = term, b = term, c = term, d = term, e = term, f = term, g = term, h = term, i = term, j = term;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            a = Vector512.FusedMultiplyAdd(a, factor, term);
            b = Vector512.FusedMultiplyAdd(b, factor, term);
            c = Vector512.FusedMultiplyAdd(c, factor, term);
            d = Vector512.FusedMultiplyAdd(d, factor, term);
            e = Vector512.FusedMultiplyAdd(e, factor, term);
            f = Vector512.FusedMultiplyAdd(f, factor, term);
            g = Vector512.FusedMultiplyAdd(g, factor, term);
            h = Vector512.FusedMultiplyAdd(h, factor, term);
            i = Vector512.FusedMultiplyAdd(i, factor, term);
            j = Vector512.FusedMultiplyAdd(j, factor, term);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j);
    }

    private static float Run256()
    {
        Vector256<float> factor = Vector256.Create(0.999f), term = Vector256.Create(0.001f);
        Vector256<float> a = term, b = term, c = term, d = term, e = term, f = term, g = term, h = term, i = term, j = term;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            a = Vector256.FusedMultiplyAdd(a, factor, term);
            b = Vector256.FusedMultiplyAdd(b, factor, term);
            c = Vector256.FusedMultiplyAdd(c, factor, term);
            d = Vector256.FusedMultiplyAdd(d, factor, term);
            e = Vector256.FusedMultiplyAdd(e, factor, term);
            f = Vector256.FusedMultiplyAdd(f, factor, term);
            g = Vector256.FusedMultiplyAdd(g, factor, term);
            h = Vector256.FusedMultiplyAdd(h, factor, term);
            i = Vector256.FusedMultiplyAdd(i, factor, term);
            j = Vector256.FusedMultiplyAdd(j, factor, term);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j);
    }

    private static float Run128()
    {
        Vector128<float> factor = Vector128.Create(0.999f), term = Vector128.Create(0.001f);
        Vector128<float> a = term, b = term, c = term, d = term, e = term, f = term, g = term, h = term, i = term, j = term;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            a = Vector128.FusedMultiplyAdd(a, factor, term);
            b = Vector128.FusedMultiplyAdd(b, factor, term);
            c = Vector128.FusedMultiplyAdd(c, factor, term);
            d = Vector128.FusedMultiplyAdd(d, factor, term);
            e = Vector128.FusedMultiplyAdd(e, factor, term);
            f = Vector128.FusedMultiplyAdd(f, factor, term);
            g = Vector128.FusedMultiplyAdd(g, factor, term);
            h = Vector128.FusedMultiplyAdd(h, factor, term);
            i = Vector128.FusedMultiplyAdd(i, factor, term);
            j = Vector128.FusedMultiplyAdd(j, factor, term);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j);
    }
}

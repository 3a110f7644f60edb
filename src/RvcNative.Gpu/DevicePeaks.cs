using System.Diagnostics;
using RvcNative.Core;

namespace RvcNative.Gpu;

/// <summary>What a device reaches in f32 and in copying, measured; for shares of it.</summary>
/// <param name="Gflops">Multiplications and additions that wait for nothing.</param>
/// <param name="CopyGbps">Bytes read and bytes written together.</param>
public sealed record DevicePeaks(double Gflops, double CopyGbps)
{
    private const int Threads = 1 << 18, LeastTurns = 16, MostTurns = 1 << 16, CopyBytes = 128 << 20, Tries = 3;
    private const double LeastMs = 20;

    /// <exception cref="InvalidOperationException">The device copies or multiplies wrongly.</exception>
    public static DevicePeaks Measure(KernelBackend backend) => new(Products(backend), Copies(backend));

    private static double Products(KernelBackend backend)
    {
        Tensor y = backend.NewTensor([Threads]);
        try
        {
            int turns = LeastTurns;
            double ms = Best(backend, () => backend.PeakProducts(y, 0.5f, 1, turns));
            while (ms < LeastMs && turns < MostTurns)
            {
                turns *= 4;
                ms = Best(backend, () => backend.PeakProducts(y, 0.5f, 1, turns));
            }

            // Each chain comes to rest at 2.
            float[] found = backend.ToArray(y);
            if (turns > 100 && Array.Exists(found, sum => sum != KernelBackend.PeakFlopATurn)) throw new InvalidOperationException($"{backend.Name}: peak_products computes {found[0]}, not {KernelBackend.PeakFlopATurn}");
            return (double)Threads * turns * KernelBackend.PeakFlopATurn / 1e6 / ms;
        }
        finally
        {
            y.Buffer.Storage?.Dispose();
        }
    }

    private static double Copies(KernelBackend backend)
    {
        Tensor x = backend.NewTensor([CopyBytes / sizeof(float)]), y = backend.NewTensor(x.Shape);
        try
        {
            float[] last = [1, 2, 3, 4];
            backend.Write(last, Backend.Part(x, x.Count - last.Length, [last.Length]));
            double ms = Best(backend, () => backend.PeakCopy(x, y));
            float[] found = backend.ToArray(Backend.Part(y, y.Count - last.Length, [last.Length]));
            return found.AsSpan().SequenceEqual(last) ? 2.0 * CopyBytes / 1e6 / ms : throw new InvalidOperationException($"{backend.Name}: peak_copy copies {string.Join(' ', found)}");
        }
        finally
        {
            x.Buffer.Storage?.Dispose();
            y.Buffer.Storage?.Dispose();
        }
    }

    private static double Best(KernelBackend backend, Action run)
    {
        run();
        backend.Wait();
        double best = double.PositiveInfinity;
        for (int i = 0; i < Tries; i++)
        {
            long started = Stopwatch.GetTimestamp();
            run();
            backend.Wait();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return best;
    }
}

using System.Numerics;
using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int LongestTransform = 4096, ShortestTransform = 4;
    private readonly Dictionary<int, Tensor> _turns = [];

    public override void StftMagnitude(Tensor wave, Tensor window, StftSettings settings, Tensor y)
    {
        (int samples, int frames) = (wave.Shape[1], settings.Frames(wave.Shape[1]));
        int count = y.Shape[0] * frames, n = settings.FftSamples, start = (n - settings.WindowSamples) / 2;
        if (IsFast(n))
        {
            Launch(Kernels.StftMagnitude, new Grid(count), wave, window, Turns(n), y, settings.Floor, n, BitOperations.Log2((uint)n) - 1, settings.HopSamples, settings.Padding, start,
                settings.WindowSamples, samples, frames);
            return;
        }

        Launch(Kernels.StftMagnitudeDirect, Each(y.Count), wave, window, Turns(n), y, settings.Floor, n, settings.HopSamples, settings.Padding, start, settings.WindowSamples, samples,
            frames, y.Count);
    }

    public override void StftMagnitudeBackward(Tensor wave, Tensor window, StftSettings settings, Tensor y, Tensor dy, Gradient dwave)
    {
        if (dwave.Tensor is not { } gradient) return;
        (int items, int samples, int frames) = (gradient.Shape[0], wave.Shape[1], settings.Frames(wave.Shape[1]));
        int count = items * frames, n = settings.FftSamples, start = (n - settings.WindowSamples) / 2, bins = settings.Bins;
        long frameBytes = sizeof(float) * (long)count * settings.WindowSamples;
        DeviceStorage scratch = Scratch(frameBytes + (IsFast(n) ? 0 : 2L * sizeof(float) * count * bins));
        KernelArgument of = KernelArgument.Of(scratch, 0, sizeof(float)), spectrum = KernelArgument.Of(scratch, frameBytes, sizeof(float));
        if (IsFast(n))
        {
            Launch(Kernels.StftFrameGradient, new Grid(count), Tail(wave, items), window, Turns(n), Tail(y, items), Tail(dy, items), of, n, BitOperations.Log2((uint)n) - 1,
                settings.HopSamples, settings.Padding, start, settings.WindowSamples, samples, frames);
        }
        else
        {
            Launch(Kernels.StftSpectrumGradientDirect, Each(count * bins), Tail(wave, items), window, Turns(n), Tail(y, items), Tail(dy, items), spectrum, n, settings.HopSamples,
                settings.Padding, start, settings.WindowSamples, samples, frames, count * bins);
            Launch(Kernels.StftFrameGradientDirect, Each(count * settings.WindowSamples), spectrum, window, Turns(n), of, n, start, settings.WindowSamples, count * settings.WindowSamples);
        }

        Launch(Kernels.StftOverlapAdd, Each(gradient.Count), of, gradient, settings.HopSamples, settings.Padding, start, settings.WindowSamples, samples, frames, gradient.Count,
            dwave.Accumulate);
    }

    public override void LogClamp(Tensor x, float floor, Tensor y) => Launch(Kernels.LogClamp, Each(y.Count), x, y, floor, y.Count);

    public override void LogClampBackward(Tensor x, float floor, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        Launch(Kernels.LogClampBackward, Each(to.Count), Tail(x, to.Shape[0]), Tail(dy, to.Shape[0]), to, floor, to.Count, dx.Accumulate);
    }

    /// <summary>Powers of two are transformed in a group's memory, other lengths term by term.</summary>
    private static bool IsFast(int n) => BitOperations.IsPow2(n) && n is >= ShortestTransform and <= LongestTransform;

    /// <summary>[n/2+1,4]: cos and sin of -2 pi k / n, each as a float and what that leaves; made once for a length.</summary>
    private Tensor Turns(int n)
    {
        if (_turns.TryGetValue(n, out Tensor? made)) return made;
        float[] values = new float[4 * ((n / 2) + 1)];
        for (int k = 0; k <= n / 2; k++)
        {
            (double sine, double cosine) = Math.SinCos(-2 * Math.PI * k / n);
            (values[4 * k], values[(4 * k) + 1]) = ((float)cosine, (float)(cosine - (float)cosine));
            (values[(4 * k) + 2], values[(4 * k) + 3]) = ((float)sine, (float)(sine - (float)sine));
        }

        Tensor table = NewTensor([values.Length]);
        Write(values, table);
        _turns.Add(n, table);
        return table;
    }
}

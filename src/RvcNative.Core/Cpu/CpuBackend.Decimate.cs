using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Decimate(Tensor x, Tensor taps, int rate, Tensor y)
    {
        DecimatedRows work = new(Pointer(x), Pointer(taps), taps.Count / 2, rate, x.Shape[1], y.Shape[1], x.Shape[2], Pointer(y));
        ForRows(y.Shape[0] * y.Shape[1], Math.Max(1, x.Shape[2] * taps.Count / TapsAnElement), work);
    }

    public override void DecimateBackward(Tensor taps, int rate, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], channels = to.Shape[2];
        SpreadRows work = new(Tail(dy, items), Pointer(taps), taps.Count / 2, rate, to.Shape[1], dy.Shape[1], channels, Pointer(to), dx.Accumulate);
        ForRows(items * to.Shape[1], Math.Max(1, channels * taps.Count / (rate * TapsAnElement)), work);
    }

    // So many multiplications count as one element when rows are shared out.
    private const int TapsAnElement = 16;

    private readonly struct DecimatedRows(float* x, float* taps, int reach, int rate, int frames, int outFrames, int channels, float* y) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                int item = Math.DivRem(row, outFrames, out int frame), centre = frame * rate;
                int low = Math.Max(-reach, -centre), high = Math.Min(reach, frames - 1 - centre);
                float* from = x + ((((long)item * frames) + centre + low) * channels);
                WeightedRows(from, channels, taps + reach + low, 1, high - low + 1, y + ((long)row * channels), false);
            }
        }
    }

    private readonly struct SpreadRows(
        float* dy, float* taps, int reach, int rate, int frames, int outFrames, int channels, float* dx, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                int item = Math.DivRem(row, frames, out int frame);
                int low = Math.Max(0, frame - reach + rate - 1) / rate, high = Math.Min(outFrames - 1, (frame + reach) / rate);
                float* from = dy + ((((long)item * outFrames) + low) * channels);
                WeightedRows(from, channels, taps + reach + frame - (low * rate), -rate, high - low + 1, dx + ((long)row * channels), accumulate);
            }
        }
    }

    /// <summary>y = or += sum over i of weights[i * step] * x[i], rows of the same channels one after the other. Four sums take turns, so none waits for itself.</summary>
    private static void WeightedRows(float* x, int channels, float* weights, int step, int count, float* y, bool accumulate)
    {
        for (int channel = 0; channel < channels; channel += 2 * Simd.Step)
        {
            Vector<float> a0 = Vector<float>.Zero, a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
            float* from = x + channel, weight = weights;
            int i = 0;
            for (; i <= count - 4; i += 4)
            {
                Add(ref a0, ref a1, from, *weight);
                Add(ref b0, ref b1, from + channels, weight[step]);
                Add(ref c0, ref c1, from + (2 * channels), weight[2 * step]);
                Add(ref d0, ref d1, from + (3 * channels), weight[3 * step]);
                from += 4 * channels;
                weight += 4 * step;
            }

            for (; i < count; i++, from += channels, weight += step) Add(ref a0, ref a1, from, *weight);
            int remaining = channels - channel;
            Simd.Store(a0 + b0 + (c0 + d0), y + channel, remaining, accumulate);
            if (remaining > Simd.Step) Simd.Store(a1 + b1 + (c1 + d1), y + channel + Simd.Step, remaining - Simd.Step, accumulate);
        }

        static void Add(ref Vector<float> low, ref Vector<float> high, float* row, float factor)
        {
            Vector<float> w = new(factor);
            low = Vector.MultiplyAddEstimate(w, Simd.Load(row), low);
            high = Vector.MultiplyAddEstimate(w, Simd.Load(row + Simd.Step), high);
        }
    }
}

using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Interpolate(Tensor x, int rate, Tensor y) =>
        ForRows(x.Shape[0] * x.Shape[1], x.Shape[2] * rate, new LinesBetween(Pointer(x), rate, x.Shape[1], x.Shape[2], Pointer(y)));

    public override void InterpolateBackward(int rate, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], frames = to.Shape[1], channels = to.Shape[2];
        ForRows(items * frames, channels * rate, new LinesGathered(Tail(dy, items), rate, frames, channels, Pointer(to), dx.Accumulate));
    }

    /// <summary>Where output p of a frame lies: from -1/2 to 1/2 frames from the frame's middle.</summary>
    private static double LineOffset(int p, int rate) => ((p + 0.5) / rate) - 0.5;

    private readonly struct LinesBetween(float* x, int rate, int frames, int channels, float* y) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* own = x + ((long)row * channels), to = y + ((long)row * rate * channels);
                float* before = row % frames > 0 ? own - channels : own, after = row % frames < frames - 1 ? own + channels : own;
                for (int p = 0; p < rate; p++, to += channels)
                {
                    double offset = LineOffset(p, rate), weight = Math.Abs(offset);
                    Simd.Map(new Blend((float)(1 - weight), (float)weight), own, offset < 0 ? before : after, to, channels);
                }
            }
        }
    }

    /// <summary>own * a + other * b.</summary>
    private readonly struct Blend(float own, float other) : IBinaryOp
    {
        public Vector<float> Invoke(Vector<float> a, Vector<float> b) => (a * own) + (b * other);
    }

    private readonly struct LinesGathered(float* dy, int rate, int frames, int channels, float* dx, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Simd.Store(Sum(row, channel), dx + ((long)row * channels) + channel, channels - channel, accumulate);
                }
            }
        }

        private readonly Vector<float> Sum(int row, int channel)
        {
            float* own = dy + ((long)row * rate * channels) + channel;
            long frame = (long)rate * channels;
            bool isFirst = row % frames == 0, isLast = row % frames == frames - 1;
            Vector<float> sum = Vector<float>.Zero;
            for (int p = 0; p < rate; p++, own += channels)
            {
                double offset = LineOffset(p, rate), weight = Math.Abs(offset);
                bool reads = offset < 0 ? isFirst : isLast;
                sum += Simd.Load(own) * (float)(reads ? 1 : 1 - weight);
                if (offset < 0 && !isLast) sum += Simd.Load(own + frame) * (float)weight;
                if (offset > 0 && !isFirst) sum += Simd.Load(own - frame) * (float)weight;
            }

            return sum;
        }
    }
}

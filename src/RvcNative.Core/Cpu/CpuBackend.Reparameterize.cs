using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Reparameterize(Tensor x, Tensor noise, float scale, Tensor mask, Tensor z) =>
        ForRows(mask.Count, x.Shape[2], new Sample(Pointer(x), Pointer(noise), scale, Pointer(mask), Pointer(z), z.Shape[2]));

    public override void ReparameterizeBackward(Tensor x, Tensor noise, float scale, Tensor mask, Tensor dz, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], frames = to.Shape[1], channels = dz.Shape[2];
        ForRows(items * frames, 2 * channels, new SampleBack(
            Tail(x, items), Tail(noise, items), scale, Tail(mask, items), Tail(dz, items), Pointer(to), channels, dx.Accumulate));
    }

    private readonly struct Sample(float* x, float* noise, float scale, float* mask, float* z, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* mean = x + (row * 2 * channels), logs = mean + channels, draw = noise + (row * channels), to = z + (row * channels);
                if (mask[row] == 0)
                {
                    Clear(to, channels);
                    continue;
                }

                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> deviation = Simd.Load(draw + channel) * scale * Simd.Exp(Simd.Load(logs + channel));
                    Simd.Store(Simd.Load(mean + channel) + deviation, to + channel, channels - channel);
                }
            }
        }
    }

    private readonly struct SampleBack(
        float* x, float* noise, float scale, float* mask, float* dz, float* dx, int channels, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                int at = row * channels;
                float* logs = x + (2 * at) + channels, to = dx + (2 * at);
                if (mask[row] == 0)
                {
                    if (!accumulate) Clear(to, 2 * channels);
                    continue;
                }

                Simd.Map(new Simd.Copy(), dz + at, to, channels, accumulate);
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> deviation = Simd.Load(noise + at + channel) * scale * Simd.Exp(Simd.Load(logs + channel));
                    Simd.Store(Simd.Load(dz + at + channel) * deviation, to + channels + channel, channels - channel, accumulate);
                }
            }
        }
    }
}

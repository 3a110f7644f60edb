using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void NoisyRelu(Tensor x, Tensor noise, Tensor w, float slope, Tensor y) =>
        ForRows(y.Shape[0] * y.Shape[1], y.Shape[2], new NoisyRows(Pointer(x), Pointer(noise), Pointer(w), slope, Pointer(y), y.Shape[2]));

    public override void NoisyReluBackward(Tensor y, Tensor noise, float slope, Tensor dy, Gradient dx, Gradient dw)
    {
        if (dx.Tensor is { } to)
        {
            MapRows(new LeakySlope(slope), Tail(y, to.Shape[0]), Tail(dy, to.Shape[0]), null, Pointer(to), to.Count, 1, dx.Accumulate);
        }

        if (dw.Tensor is not { } sums) return;
        int items = dy.Shape[0], rows = items * dy.Shape[1], channels = dy.Shape[2], blocks = (rows + SumRows - 1) / SumRows;
        float* partial = Scratch((long)blocks * channels);
        ForRows(blocks, SumRows * channels, new NoiseSums(Tail(y, items), Tail(noise, items), slope, Pointer(dy), partial, rows, channels));
        AddPartialSums(partial, 1, blocks, channels, Pointer(sums), channels, dw.Accumulate);
    }

    private readonly struct NoisyRows(float* x, float* noise, float* w, float slope, float* y, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            Leaky leaky = new(slope);
            for (int row = first; row < end; row++)
            {
                long at = (long)row * channels;
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> v = Simd.Load(x + at + channel) + (Simd.Load(noise + at + channel) * Simd.Load(w + channel));
                    Simd.Store(leaky.Invoke(v), y + at + channel, channels - channel);
                }
            }
        }
    }

    /// <summary>dv * noise summed over blocks of rows; a row here is a block.</summary>
    private readonly struct NoiseSums(float* y, float* noise, float slope, float* dy, float* partial, int rows, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            LeakySlope back = new(slope);
            for (int block = first; block < end; block++)
            {
                int last = Math.Min(rows, (block + 1) * SumRows);
                float* sum = partial + ((long)block * channels);
                Clear(sum, channels);
                for (int row = block * SumRows; row < last; row++)
                {
                    long at = (long)row * channels;
                    for (int channel = 0; channel < channels; channel += Simd.Step)
                    {
                        Vector<float> dv = back.Invoke(Simd.Load(y + at + channel), Simd.Load(dy + at + channel));
                        Simd.Store(dv * Simd.Load(noise + at + channel), sum + channel, channels - channel, accumulate: true);
                    }
                }
            }
        }
    }
}

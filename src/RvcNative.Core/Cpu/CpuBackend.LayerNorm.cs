using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void LayerNorm(Tensor x, Tensor gamma, Tensor beta, float epsilon, Tensor y, Tensor mean, Tensor rstd)
    {
        int channels = y.Shape[2];
        Normalise work = new(Pointer(x), Pointer(gamma), Pointer(beta), epsilon, Pointer(y), Pointer(mean), Pointer(rstd), channels);
        ForRows(mean.Count, channels, work);
    }

    public override void LayerNormBackward(
        Tensor x, Tensor gamma, Tensor mean, Tensor rstd, Tensor dy, Gradient dx, Gradient dgamma, Gradient dbeta)
    {
        int items = dy.Shape[0], rows = items * dy.Shape[1], channels = dy.Shape[2];
        NormalisedRows frames = new(Tail(x, items), Tail(mean, items), Tail(rstd, items), Pointer(dy), channels);
        if (dx.Tensor is { } to)
        {
            int without = (items - to.Shape[0]) * dy.Shape[1];
            ForRows(rows - without, channels, new NormaliseBack(frames.From(without), Pointer(gamma), Pointer(to), dx.Accumulate));
        }

        if (!dgamma.Wanted && !dbeta.Wanted) return;
        int blocks = (rows + SumRows - 1) / SumRows;
        long size = (long)blocks * channels;
        float* gammas = Scratch(2 * size), betas = gammas + size;
        ForRows(blocks, SumRows * channels, new AffineSums(frames, rows, gammas, betas));
        if (dgamma.Tensor is { } g) AddPartialSums(gammas, 1, blocks, channels, Pointer(g), channels, dgamma.Accumulate);
        if (dbeta.Tensor is { } b) AddPartialSums(betas, 1, blocks, channels, Pointer(b), channels, dbeta.Accumulate);
    }

    private readonly struct Normalise(
        float* x, float* gamma, float* beta, float epsilon, float* y, float* mean, float* rstd, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (row * channels), to = y + (row * channels);
                Vector<float> sum = Vector<float>.Zero, squares = Vector<float>.Zero;
                for (int channel = 0; channel < channels; channel += Simd.Step) sum += Simd.First(Simd.Load(from + channel), channels - channel);
                float mu = Simd.Total(sum) / channels;
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> centred = Simd.First(Simd.Load(from + channel) - new Vector<float>(mu), channels - channel);
                    squares += centred * centred;
                }

                float scale = (float)(1 / Math.Sqrt((Simd.Total(squares) / (double)channels) + epsilon));
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> n = (Simd.Load(from + channel) - new Vector<float>(mu)) * scale;
                    Simd.Store((n * Simd.Load(gamma + channel)) + Simd.Load(beta + channel), to + channel, channels - channel);
                }

                (mean[row], rstd[row]) = (mu, scale);
            }
        }
    }

    /// <summary>Frames with what forward has kept of them, and n = (x - mean) * rstd.</summary>
    private readonly struct NormalisedRows(float* x, float* mean, float* rstd, float* dy, int channels)
    {
        public int Channels => channels;

        public NormalisedRows From(int row) => new(x + (row * channels), mean + row, rstd + row, dy + (row * channels), channels);

        public float Rstd(int row) => rstd[row];

        public Vector<float> N(int row, int channel) => (Simd.Load(x + (row * channels) + channel) - new Vector<float>(mean[row])) * rstd[row];

        public Vector<float> Dy(int row, int channel) => Simd.Load(dy + (row * channels) + channel);
    }

    private readonly struct NormaliseBack(NormalisedRows frames, float* gamma, float* dx, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            int channels = frames.Channels;
            for (int row = first; row < end; row++)
            {
                Vector<float> sumG = Vector<float>.Zero, sumGn = Vector<float>.Zero;
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> g = Simd.First(frames.Dy(row, channel) * Simd.Load(gamma + channel), channels - channel);
                    sumG += g;
                    sumGn += Simd.First(g * frames.N(row, channel), channels - channel);
                }

                Vector<float> meanG = new(Simd.Total(sumG) / channels), meanGn = new(Simd.Total(sumGn) / channels);
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> g = frames.Dy(row, channel) * Simd.Load(gamma + channel);
                    Vector<float> d = (g - meanG - (frames.N(row, channel) * meanGn)) * frames.Rstd(row);
                    Simd.Store(d, dx + (row * channels) + channel, channels - channel, accumulate);
                }
            }
        }
    }

    /// <summary>dy * n and dy summed over blocks of rows.</summary>
    private readonly struct AffineSums(NormalisedRows frames, int rows, float* gammas, float* betas) : IRows
    {
        public void Run(int first, int end)
        {
            int channels = frames.Channels;
            for (int block = first; block < end; block++)
            {
                float* gamma = gammas + (block * channels), beta = betas + (block * channels);
                Clear(gamma, channels);
                Clear(beta, channels);
                for (int row = block * SumRows; row < Math.Min(rows, (block + 1) * SumRows); row++)
                {
                    for (int channel = 0; channel < channels; channel += Simd.Step)
                    {
                        Vector<float> d = frames.Dy(row, channel);
                        Simd.Store(d * frames.N(row, channel), gamma + channel, channels - channel, accumulate: true);
                        Simd.Store(d, beta + channel, channels - channel, accumulate: true);
                    }
                }
            }
        }
    }
}

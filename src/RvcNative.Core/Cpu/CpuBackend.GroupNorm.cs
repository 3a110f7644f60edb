using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <summary>
    /// Three passes: the mean, the squares about it, and y. Sums over time are of blocks of <see cref="SumRows"/> frames in float, and over blocks and
    /// channels in double.
    /// </summary>
    public override void GroupNorm(Tensor x, Tensor gamma, Tensor beta, int groups, float epsilon, Tensor y, Tensor mean, Tensor rstd)
    {
        (int items, int frames, int channels) = (y.Shape[0], y.Shape[1], y.Shape[2]);
        int blocks = (frames + SumRows - 1) / SumRows, width = channels / groups;
        long sums = (long)items * blocks * channels;
        float* partial = Scratch(sums + (2L * items * channels)), centre = partial + sums, scale = centre + (items * channels);
        float* means = Pointer(mean), rstds = Pointer(rstd), gammas = Pointer(gamma);

        Clear(centre, items * channels);
        ForRows(items * blocks, SumRows * channels, new ChannelSums(Pointer(x), centre, partial, blocks, frames, channels, squares: false));
        ForRows(items * groups, blocks * width, new GroupMeans(partial, means, blocks, frames, channels, width));
        for (int at = 0; at < items * channels; at++) centre[at] = means[at / width];

        ForRows(items * blocks, SumRows * channels, new ChannelSums(Pointer(x), centre, partial, blocks, frames, channels, squares: true));
        ForRows(items * groups, blocks * width, new GroupMeans(partial, rstds, blocks, frames, channels, width));
        for (int at = 0; at < mean.Count; at++) rstds[at] = (float)(1 / Math.Sqrt((double)rstds[at] + epsilon));
        for (int at = 0; at < items * channels; at++) scale[at] = rstds[at / width] * gammas[at % channels];
        ForRows(items * frames, channels, new CentredRows(Pointer(x), centre, scale, Pointer(beta), Pointer(y), frames, channels));
    }

    /// <summary>partial [items,blocks,C] = sums over a block's frames of x - centre, or of its square.</summary>
    private readonly struct ChannelSums(float* x, float* centre, float* partial, int blocks, int frames, int channels, bool squares) : IRows
    {
        public void Run(int first, int end)
        {
            for (int block = first; block < end; block++)
            {
                int item = block / blocks, frame = block % blocks * SumRows, last = Math.Min(frames, frame + SumRows);
                float* about = centre + (item * channels), sum = partial + ((long)block * channels);
                Clear(sum, channels);
                for (; frame < last; frame++)
                {
                    float* row = x + ((((long)item * frames) + frame) * channels);
                    for (int channel = 0; channel < channels; channel += Simd.Step)
                    {
                        Vector<float> d = Simd.Load(row + channel) - Simd.Load(about + channel);
                        Simd.Store(squares ? d * d : d, sum + channel, channels - channel, accumulate: true);
                    }
                }
            }
        }
    }

    /// <summary>means [items,groups] of what partial sums add up to.</summary>
    private readonly struct GroupMeans(float* partial, float* means, int blocks, int frames, int channels, int width) : IRows
    {
        public void Run(int first, int end)
        {
            int groups = channels / width;
            for (int group = first; group < end; group++)
            {
                double sum = 0;
                float* from = partial + ((long)(group / groups) * blocks * channels) + (group % groups * width);
                for (int block = 0; block < blocks; block++, from += channels)
                {
                    for (int channel = 0; channel < width; channel++) sum += from[channel];
                }

                means[group] = (float)(sum / ((double)frames * width));
            }
        }
    }

    /// <summary>y = (x - centre) * scale + beta, centre and scale [items,C].</summary>
    private readonly struct CentredRows(float* x, float* centre, float* scale, float* beta, float* y, int frames, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + ((long)row * channels), to = y + ((long)row * channels);
                float* about = centre + (row / frames * channels), factor = scale + (row / frames * channels);
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> n = (Simd.Load(from + channel) - Simd.Load(about + channel)) * Simd.Load(factor + channel);
                    Simd.Store(n + Simd.Load(beta + channel), to + channel, channels - channel);
                }
            }
        }
    }
}

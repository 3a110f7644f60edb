using System.Numerics;
using System.Runtime.CompilerServices;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// dy *= mask; dresidual = or += dy; dy *= activation'(y); the sums of each block of frames go to partials [blocks,C].
/// The blocks depend on the shape alone, so the bias gradient does not depend on the threads.
/// </summary>
internal unsafe struct EpilogueBackwardJob : IJob
{
    private const int MostBlocks = 64, LeastRows = 64;
    internal float* Dy, Y, Mask, Residual, Partials;
    internal int Channels, Rows, ResidualFrom;
    internal Activation Activation;
    internal float Slope;
    internal bool AddResidual;

    internal readonly int Blocks => Math.Clamp(Rows / LeastRows, 1, MostBlocks);

    public readonly void Run(int part)
    {
        int first = (int)((long)Rows * part / Blocks), end = (int)((long)Rows * (part + 1) / Blocks);
        float* sums = Partials == null ? null : Partials + ((long)part * Channels);
        if (sums != null) new Span<float>(sums, Channels).Clear();
        for (int row = first; row < end; row++)
        {
            long at = (long)row * Channels;
            if (Mask != null && Mask[row] != 1) Scale(Dy + at, Mask[row]);
            if (Residual != null && row >= ResidualFrom) PassOn(Dy + at, Residual + ((long)(row - ResidualFrom) * Channels));
            if (Activation == Activation.LeakyRelu) LeakyRelu(Dy + at, Y + at);
            else if (Activation == Activation.Tanh) Tanh(Dy + at, Y + at);
            if (sums != null) Add(Dy + at, sums);
        }
    }

    private readonly void Scale(float* dy, float factor)
    {
        int c = 0;
        for (; c <= Channels - Vector<float>.Count; c += Vector<float>.Count) Vector.Store(Vector.Load(dy + c) * factor, dy + c);
        for (; c < Channels; c++) dy[c] *= factor;
    }

    private readonly void PassOn(float* dy, float* residual)
    {
        if (AddResidual) Add(dy, residual);
        else Unsafe.CopyBlockUnaligned(residual, dy, (uint)(sizeof(float) * Channels));
    }

    private readonly void LeakyRelu(float* dy, float* y)
    {
        int c = 0;
        for (; c <= Channels - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector<float> d = Vector.Load(dy + c);
            Vector.Store(Vector.ConditionalSelect(Vector.GreaterThan(Vector.Load(y + c), Vector<float>.Zero), d, d * Slope), dy + c);
        }

        for (; c < Channels; c++) dy[c] = y[c] > 0 ? dy[c] : dy[c] * Slope;
    }

    private readonly void Tanh(float* dy, float* y)
    {
        for (int c = 0; c < Channels; c++) dy[c] *= 1 - (y[c] * y[c]);
    }

    private readonly void Add(float* from, float* to)
    {
        int c = 0;
        for (; c <= Channels - Vector<float>.Count; c += Vector<float>.Count) Vector.Store(Vector.Load(to + c) + Vector.Load(from + c), to + c);
        for (; c < Channels; c++) to[c] += from[c];
    }
}

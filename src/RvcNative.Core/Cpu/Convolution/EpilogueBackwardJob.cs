using System.Numerics;
using System.Runtime.CompilerServices;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// dy *= mask; dresidual = or += dy; dy *= activation'(y); the sums of each block of frames go to partials [blocks,C].
/// The blocks depend on the shape alone, so the bias gradient does not depend on the threads.
/// </summary>
internal unsafe struct EpilogueBackwardJob : IJob
{
    private const int MostBlocks = 64, LeastRows = 64, FloatsAtOnce = 2048;
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
        int rowsAtOnce = Math.Max(1, FloatsAtOnce / Channels);
        for (int row = first; row < end; row += rowsAtOnce) Pass(row, Math.Min(row + rowsAtOnce, end), sums);
    }

    private readonly void Pass(int first, int end, float* sums)
    {
        float* dy = Dy + ((long)first * Channels), y = Y + ((long)first * Channels);
        int count = (end - first) * Channels;
        for (int row = first; Mask != null && row < end; row++) Multiply(Dy + ((long)row * Channels), Mask[row], Channels);
        int from = Math.Max(first, ResidualFrom);
        if (Residual != null && from < end) PassOn(Dy + ((long)from * Channels), Residual + ((long)(from - ResidualFrom) * Channels), (end - from) * Channels);
        if (Activation == Activation.LeakyRelu) LeakyRelu(dy, y, count);
        else if (Activation == Activation.Tanh) Tanh(dy, y, count);
        for (; sums != null && first < end; first++, dy += Channels) Add(dy, sums, Channels);
    }

    private static void Multiply(float* dy, float factor, int count)
    {
        int c = 0;
        for (; c <= count - Vector<float>.Count; c += Vector<float>.Count) Vector.Store(Vector.Load(dy + c) * factor, dy + c);
        for (; c < count; c++) dy[c] *= factor;
    }

    private readonly void PassOn(float* dy, float* residual, int count)
    {
        if (AddResidual) Add(dy, residual, count);
        else Unsafe.CopyBlockUnaligned(residual, dy, (uint)(sizeof(float) * count));
    }

    private readonly void LeakyRelu(float* dy, float* y, int count)
    {
        int c = 0;
        for (; c <= count - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector<float> d = Vector.Load(dy + c);
            Vector.Store(Vector.ConditionalSelect(Vector.GreaterThan(Vector.Load(y + c), Vector<float>.Zero), d, d * Slope), dy + c);
        }

        for (; c < count; c++) dy[c] = y[c] > 0 ? dy[c] : dy[c] * Slope;
    }

    private static void Tanh(float* dy, float* y, int count)
    {
        int c = 0;
        for (; c <= count - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector<float> v = Vector.Load(y + c);
            Vector.Store(Vector.Load(dy + c) * (Vector<float>.One - (v * v)), dy + c);
        }

        for (; c < count; c++) dy[c] *= 1 - (y[c] * y[c]);
    }

    private static void Add(float* from, float* to, int count)
    {
        int c = 0;
        for (; c <= count - Vector<float>.Count; c += Vector<float>.Count) Vector.Store(Vector.Load(to + c) + Vector.Load(from + c), to + c);
        for (; c < count; c++) to[c] += from[c];
    }
}

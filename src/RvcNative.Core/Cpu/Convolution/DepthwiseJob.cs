using System.Numerics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// A convolution whose channels do not meet (as many groups as channels on both sides): lanes are channels, and a few vectors of sums stay in registers while
/// the taps pass by, where a tile of rows and columns would compute one column of each of its own. A part is a range of frames.
/// </summary>
internal unsafe struct DepthwiseJob : IJob
{
    private const int Sums = 4, RowsOfPart = 128;
    internal float* X, Weights, Y;
    internal ConvGeometry Geometry;
    internal int Batch, InFrames, OutFrames, Channels;
    internal StoreEpilogue Epilogue;

    /// <summary>Whether a forward pass is one of these.</summary>
    internal static bool Serves(in ConvGeometry geometry, int inChannels, int outChannels) =>
        geometry is { Groups: > 1, Transposed: false, Columns: 1, Across.Kernel: 1 } && geometry.Groups == inChannels && inChannels == outChannels;

    internal readonly int Parts => (((Batch * OutFrames) - 1) / RowsOfPart) + 1;

    public readonly void Run(int part)
    {
        int block = Sums * Vector<float>.Count, end = Math.Min(Batch * OutFrames, (part + 1) * RowsOfPart);
        for (int channel = 0; channel < Channels; channel += block)
        {
            int count = Math.Min(block, Channels - channel);
            for (int frame = part * RowsOfPart; frame < end; frame++)
            {
                float* y = Y + ((long)frame * Channels) + channel;
                if (count == block) Whole(frame, channel, y);
                else Rest(frame, channel, count, y);
                if (!Epilogue.IsNothing) Epilogue.Apply(y, frame, Channels, channel, count);
            }
        }
    }

    private readonly void Whole(int frame, int channel, float* y)
    {
        (int first, int end) = Taps(frame, out long row);
        float* x = X + (row * Channels) + channel, w = Weights + ((long)first * Channels) + channel;
        Vector<float> a = default, b = default, c = default, d = default;
        int lanes = Vector<float>.Count, step = Geometry.Dilation * Channels;
        for (int tap = first; tap < end; tap++, x += step, w += Channels)
        {
            a = Vector.MultiplyAddEstimate(Vector.Load(x), Vector.Load(w), a);
            b = Vector.MultiplyAddEstimate(Vector.Load(x + lanes), Vector.Load(w + lanes), b);
            c = Vector.MultiplyAddEstimate(Vector.Load(x + (2 * lanes)), Vector.Load(w + (2 * lanes)), c);
            d = Vector.MultiplyAddEstimate(Vector.Load(x + (3 * lanes)), Vector.Load(w + (3 * lanes)), d);
        }

        Vector.Store(a, y);
        Vector.Store(b, y + lanes);
        Vector.Store(c, y + (2 * lanes));
        Vector.Store(d, y + (3 * lanes));
    }

    private readonly void Rest(int frame, int channel, int count, float* y)
    {
        (int first, int end) = Taps(frame, out long row);
        float* x = X + (row * Channels) + channel, w = Weights + ((long)first * Channels) + channel;
        new Span<float>(y, count).Clear();
        for (int tap = first; tap < end; tap++, x += Geometry.Dilation * Channels, w += Channels)
        {
            for (int c = 0; c < count; c++) y[c] = MathF.FusedMultiplyAdd(x[c], w[c], y[c]);
        }
    }

    /// <summary>The taps first … end - 1 of an output frame that meet a frame of its item.</summary>
    /// <param name="row">The frame that the first of them reads, over the whole batch.</param>
    private readonly (int First, int End) Taps(int frame, out long row)
    {
        (int item, int place) = Math.DivRem(frame, OutFrames);
        int start = (place * Geometry.Stride) - Geometry.PadLeft, dilation = Geometry.Dilation;
        int first = start < 0 ? (-start + dilation - 1) / dilation : 0;
        int end = start >= InFrames ? 0 : Math.Min(Geometry.Kernel, ((InFrames - 1 - start) / dilation) + 1);
        row = ((long)item * InFrames) + start + ((long)first * dilation);
        return (first, Math.Max(first, end));
    }
}

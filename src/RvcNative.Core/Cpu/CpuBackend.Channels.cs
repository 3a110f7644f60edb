namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Channels(Tensor x, int first, Tensor y) =>
        ForRows(y.Shape[0] * y.Shape[1], y.Shape[2], new ChannelCopy(Pointer(x) + first, x.Shape[2], Pointer(y), y.Shape[2], y.Shape[2], accumulate: false));

    public override void ChannelsBackward(Tensor dy, int first, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], channels = to.Shape[2];
        ForRows(items * to.Shape[1], channels, new ChannelRangeBack(Tail(dy, items), dy.Shape[2], Pointer(to), channels, first, dx.Accumulate));
    }

    public override void JoinChannels(Tensor a, Tensor b, Tensor y)
    {
        int rows = y.Shape[0] * y.Shape[1], channels = y.Shape[2], left = a.Shape[2];
        ForRows(rows, channels, new ChannelCopy(Pointer(a), left, Pointer(y), channels, left, accumulate: false));
        ForRows(rows, channels, new ChannelCopy(Pointer(b), channels - left, Pointer(y) + left, channels, channels - left, accumulate: false));
    }

    public override void JoinChannelsBackward(Tensor dy, int first, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], channels = to.Shape[2];
        ForRows(items * to.Shape[1], channels, new ChannelCopy(Tail(dy, items) + first, dy.Shape[2], Pointer(to), channels, channels, dx.Accumulate));
    }

    public override void FlipChannels(Tensor x, Tensor y) =>
        ForRows(y.Shape[0] * y.Shape[1], y.Shape[2], new Flip(Pointer(x), Pointer(y), y.Shape[2], accumulate: false));

    public override void FlipChannelsBackward(Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0], channels = to.Shape[2];
        ForRows(items * to.Shape[1], channels, new Flip(Tail(dy, items), Pointer(to), channels, dx.Accumulate));
    }

    /// <summary>Rows of <paramref name="count"/> channels out of wider ones into wider ones.</summary>
    private readonly struct ChannelCopy(float* x, int xStride, float* y, int yStride, int count, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                Simd.Map(new Simd.Copy(), x + ((long)row * xStride), y + ((long)row * yStride), count, accumulate);
            }
        }
    }

    private readonly struct ChannelRangeBack(float* dy, int count, float* dx, int channels, int offset, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* to = dx + (row * channels);
                if (!accumulate) Clear(to, channels);
                Simd.Map(new Simd.Copy(), dy + (row * count), to + offset, count, accumulate);
            }
        }
    }

    private readonly struct Flip(float* x, float* y, int channels, bool accumulate) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (row * channels) + channels - 1, to = y + (row * channels);
                if (accumulate)
                {
                    for (int channel = 0; channel < channels; channel++) to[channel] += from[-channel];
                }
                else
                {
                    for (int channel = 0; channel < channels; channel++) to[channel] = from[-channel];
                }
            }
        }
    }
}

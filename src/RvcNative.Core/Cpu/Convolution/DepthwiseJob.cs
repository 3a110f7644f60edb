using System.Numerics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// A convolution whose channels do not meet (as many groups as channels on both sides): lanes are channels, and a few vectors of sums stay in registers while
/// the taps pass by. Tiles of rows and columns would compute one column of each. A part is a range of frames.
/// </summary>
internal unsafe struct DepthwiseJob(TapSum sum) : IJob
{
    private const int Sums = 4, RowsOfPart = 128;

    /// <summary>Whether a convolution is one of these, forward and not transposed.</summary>
    internal static bool Serves(in ConvGeometry geometry, int inChannels, int outChannels) =>
        geometry.Groups > 1 && geometry.Groups == inChannels && inChannels == outChannels && !geometry.Transposed;

    internal readonly int Parts => ((sum.Map.OutFrames - 1) / RowsOfPart) + 1;

    public readonly void Run(int part)
    {
        int lanes = Vector<float>.Count, channels = sum.OutChannels, end = Math.Min(sum.Map.OutFrames, (part + 1) * RowsOfPart);
        for (int channel = 0; channel < channels; channel += Sums * lanes)
        {
            int count = Math.Min(Sums * lanes, channels - channel);
            for (int frame = part * RowsOfPart; frame < end; frame++)
            {
                float* y = sum.Y + ((long)frame * channels) + channel;
                if (count == Sums * lanes) Whole(frame, channel, y);
                else Rest(frame, channel, count, y);
                if (!sum.Epilogue.IsNothing) sum.Epilogue.Apply(y, frame, channels, channel, count);
            }
        }
    }

    private readonly void Whole(int frame, int channel, float* y)
    {
        Reach reach = Taps(frame, channel);
        float* x = reach.X, w = reach.Weights;
        Vector<float> a = default, b = default, c = default, d = default;
        int lanes = Vector<float>.Count;
        for (int tap = 0; tap < reach.Taps; tap++, x += reach.Step, w += sum.OutChannels)
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
        Reach reach = Taps(frame, channel);
        for (int c = 0; c < count; c++)
        {
            float total = 0;
            for (int tap = 0; tap < reach.Taps; tap++)
                total = MathF.FusedMultiplyAdd(reach.X[(tap * reach.Step) + c], reach.Weights[((long)tap * sum.OutChannels) + c], total);

            y[c] = total;
        }
    }

    /// <summary>The first tap that meets a row of the frame's item: where it reads and its weight, the way to the next, and how many do.</summary>
    private readonly Reach Taps(int frame, int channel)
    {
        TapMap map = sum.Map;
        TapPhase phase = map.Phase(0);
        int perItem = map.OutRows * map.Period, item = frame / perItem, column = frame % map.Period;
        int row = (frame % perItem / map.Period * phase.InStep) + phase.InFirst, step = phase.InTapStep;
        int first = row < 0 ? (-row + step - 1) / step : 0, end = Math.Min(phase.Taps, row >= map.InRows ? 0 : ((map.InRows - 1 - row) / step) + 1);
        float* x = sum.X + (((((long)item * map.InRows) + row + ((long)first * step)) * map.Period) + column) * sum.InChannels + channel;
        return new Reach
        {
            X = x,
            Step = (nint)step * map.Period * sum.InChannels,
            Weights = sum.Weights + ((long)first * sum.OutChannels) + channel,
            Taps = Math.Max(0, end - first),
        };
    }

    private struct Reach
    {
        internal float* X, Weights;
        internal nint Step;
        internal int Taps;
    }
}

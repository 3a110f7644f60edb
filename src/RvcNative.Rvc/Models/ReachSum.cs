using RvcNative.Core;

namespace RvcNative.Rvc.Models;

/// <summary>How far a chain of convolutions sees, in frames of the latent, and at which frames it may be cut so that a stretch has the bits of the whole.</summary>
internal sealed class ReachSum(Backend backend)
{
    internal double Frames { get; private set; }

    /// <summary>A stretch begins at a multiple of so many frames.</summary>
    internal int Step { get; private set; } = 1;

    internal void Add(double frames) => Frames += frames;

    internal void Add(ConvGeometry geometry, int inChannels, int outChannels, int rowsPerFrame) =>
        Add((double)RowsOf(geometry, inChannels, outChannels, rowsPerFrame) / rowsPerFrame);

    /// <summary>The farthest of several chains side by side.</summary>
    /// <param name="chains">Rows that each sees.</param>
    internal void AddFarthest(IEnumerable<int> chains, int rowsPerFrame) => Add((double)chains.Max() / rowsPerFrame);

    /// <summary>Rows that a convolution sees on either side, those included that a backend computes together.</summary>
    internal int RowsOf(ConvGeometry geometry, int inChannels, int outChannels, int rowsPerFrame)
    {
        int together = backend.ConvRowsTogether(geometry, inChannels, outChannels);
        Step = LeastCommonMultiple(Step, together / GreatestCommonDivisor(together, rowsPerFrame));
        return (geometry.Kernel / 2 * geometry.Dilation) + together - 1;
    }

    /// <summary>The step of both.</summary>
    internal int StepWith(ReachSum other) => LeastCommonMultiple(Step, other.Step);

    private static int LeastCommonMultiple(int a, int b) => a / GreatestCommonDivisor(a, b) * b;

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}

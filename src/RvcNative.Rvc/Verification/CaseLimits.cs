namespace RvcNative.Rvc.Verification;

/// <summary>
/// The largest errors that pass in a training or an inference case. In f32 they are those of training-cases.md; where operands of convolutions are rounded with a relative error
/// of up to u, a multiple of u, or of its root, stands in the place of what is smaller.
/// </summary>
/// <param name="rounding">u; 0 in f32.</param>
internal sealed class CaseLimits(double rounding)
{
    private const double PeerFactor = 8, RatioLimit = 2;

    /// <summary>Of values before any gradient, and of losses of the first step.</summary>
    internal double Values { get; } = Math.Max(1e-5, 8 * rounding);

    /// <summary>Of gradients' norms, and of losses behind an update.</summary>
    internal double Losses { get; } = Math.Max(5e-3, 16 * rounding);

    /// <summary>Of nine in ten gradients and final parameters.</summary>
    internal double Gradients { get; } = Math.Max(1e-4, 16 * rounding);

    /// <summary>Of every one of them: where rounding changes the sign of what a leaky ReLU sees its derivative jumps, and of such there is a share of about u, whose root counts.</summary>
    internal double WorstGradient { get; } = Math.Max(2e-2, 8 * Math.Sqrt(rounding));

    /// <summary>Of the geometric mean of our error over PyTorch's in f32; infinite where ours is not of f32.</summary>
    internal double MeanRatio { get; } = rounding > 0 ? double.PositiveInfinity : RatioLimit;

    /// <summary>What passes beside PyTorch's own error, which may be exceeded by a factor.</summary>
    internal static double Beside(double? peerError, double floor) => Math.Max(PeerFactor * (peerError ?? 0), floor);

    public override string ToString() => FormattableString.Invariant(
        $"{Values:g2} for values and the first losses, {Losses:g2} for norms and later losses, {Gradients:g2} for nine in ten gradients and parameters, {WorstGradient:g2} for each");
}

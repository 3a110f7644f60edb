namespace RvcNative.Rvc.Verification;

/// <summary>How one tensor of a case compares.</summary>
/// <param name="Group">Row of the printed table.</param>
/// <param name="Error">Our error in the case's measure.</param>
/// <param name="PeerError">PyTorch's own f32 error in that measure; null where none is stated.</param>
/// <param name="Limit">The largest error that passes.</param>
public sealed record TensorCheck(string Group, string Name, double Error, double? PeerError, double Limit)
{
    public bool Passes => Error <= Limit;
}

/// <summary>The outcome of a golden case.</summary>
/// <param name="Failures">Why the case fails, in words; empty when it passes.</param>
public sealed record CaseReport(string Name, IReadOnlyList<TensorCheck> Checks, IReadOnlyList<string> Failures)
{
    private const double Smallest = 1e-9;

    public bool Passes => Failures.Count == 0;

    /// <summary>What could not be looked at because the case's folder lacks it.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Geometric mean of our error over PyTorch's, over all tensors with a stated peer error; null without any.</summary>
    public double? MeanRatio => GeometricMean(Checks);

    internal static double? GeometricMean(IEnumerable<TensorCheck> checks)
    {
        double sum = 0;
        int count = 0;
        foreach (TensorCheck check in checks)
        {
            if (check.PeerError is not { } peer) continue;
            sum += Math.Log(Math.Max(check.Error, Smallest) / Math.Max(peer, Smallest));
            count++;
        }

        return count == 0 ? null : Math.Exp(sum / count);
    }
}

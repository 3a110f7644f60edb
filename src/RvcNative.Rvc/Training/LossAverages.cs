using System.Buffers.Binary;

namespace RvcNative.Rvc.Training;

/// <summary>A step's figures in the order in which Applio shows them.</summary>
public readonly record struct LossFigures(double Total, double Adversarial, double FeatureMatching, double Kl, double Mel, double Discriminator, double NormG, double NormD)
{
    internal const int Count = 8;

    internal static LossFigures Of(StepLosses losses) => new(
        losses.Total, losses.Generator, losses.FeatureMatching, losses.Kl, losses.Mel, losses.Discriminator, losses.GeneratorGradientNorm,
        losses.DiscriminatorGradientNorm);

    internal static LossFigures Of(ReadOnlySpan<double> values) => new(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);

    internal void CopyTo(Span<double> to) => ((ReadOnlySpan<double>)[Total, Adversarial, FeatureMatching, Kl, Mel, Discriminator, NormG, NormD]).CopyTo(to);
}

/// <summary>
/// Means of the last 50 steps, as Applio's deques have them, and of an epoch's steps so far, and the mel loss of the last epochs. Steps that were skipped are not
/// among them. All of it is part of a save, so means go on over an interruption.
/// </summary>
public sealed class LossAverages
{
    /// <summary>Steps of the moving means.</summary>
    public const int Window = 50;

    /// <summary>Epochs whose mel loss is remembered.</summary>
    public const int EpochsKept = 20;

    private readonly double[] _ring = new double[Window * LossFigures.Count], _sums = new double[LossFigures.Count];
    private readonly List<double> _epochMels = [];
    private int _held, _next, _steps;

    /// <summary>Steps of the epoch that are in its mean.</summary>
    public int EpochSteps => _steps;

    /// <summary>Mean mel losses of the last epochs, oldest first.</summary>
    public IReadOnlyList<double> EpochMels => _epochMels;

    public void Add(LossFigures figures)
    {
        Span<double> place = _ring.AsSpan(_next * LossFigures.Count, LossFigures.Count);
        figures.CopyTo(place);
        _next = (_next + 1) % Window;
        _held = Math.Min(_held + 1, Window);
        for (int i = 0; i < place.Length; i++) _sums[i] += place[i];
        _steps++;
    }

    /// <summary>Of the last 50 steps, or of as many as there have been.</summary>
    public LossFigures WindowMean()
    {
        Span<double> mean = stackalloc double[LossFigures.Count];
        mean.Clear();

        // Oldest first, so that the sum does not hang on where the ring stands.
        for (int step = 0; step < _held; step++)
        {
            int at = ((_next - _held + step + Window) % Window) * LossFigures.Count;
            for (int i = 0; i < mean.Length; i++) mean[i] += _ring[at + i] / _held;
        }

        return LossFigures.Of(mean);
    }

    /// <summary>Ends an epoch.</summary>
    /// <returns>The means of its steps; null when there were none.</returns>
    public LossFigures? EndEpoch()
    {
        if (_steps == 0) return null;
        Span<double> mean = stackalloc double[LossFigures.Count];
        for (int i = 0; i < mean.Length; i++) mean[i] = _sums[i] / _steps;
        BeginEpoch();
        LossFigures figures = LossFigures.Of(mean);
        _epochMels.Add(figures.Mel);
        if (_epochMels.Count > EpochsKept) _epochMels.RemoveAt(0);
        return figures;
    }

    /// <summary>Forgets the steps of an epoch that begins anew.</summary>
    public void BeginEpoch()
    {
        Array.Clear(_sums);
        _steps = 0;
    }

    /// <summary>All that is held, as text for a save.</summary>
    public string Save()
    {
        double[] values = [_held, _next, _steps, .. _sums, .. _ring, .. _epochMels];
        byte[] bytes = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), values[i]);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Takes over what <see cref="Save"/> gave.</summary>
    /// <returns>False when it is not of this form; then nothing is held.</returns>
    public bool Restore(string text)
    {
        const int Fixed = 3 + LossFigures.Count + (Window * LossFigures.Count);
        Span<byte> bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out int written) || written % sizeof(double) != 0) return false;
        double[] values = new double[written / sizeof(double)];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        if (values.Length is < Fixed or > Fixed + EpochsKept || !Array.TrueForAll(values, double.IsFinite)) return false;
        if (values[0] is < 0 or > Window || values[1] is < 0 or >= Window || values[2] is < 0 or > int.MaxValue) return false;
        (_held, _next, _steps) = ((int)values[0], (int)values[1], (int)values[2]);
        values.AsSpan(3, LossFigures.Count).CopyTo(_sums);
        values.AsSpan(3 + LossFigures.Count, _ring.Length).CopyTo(_ring);
        _epochMels.Clear();
        _epochMels.AddRange(values[Fixed..]);
        return true;
    }
}

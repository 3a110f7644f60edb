using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Validation;

/// <summary>Clips to validate on.</summary>
/// <param name="Name">Of <see cref="ValidationSets"/>.</param>
/// <param name="Speaker">In whose voice they are said; null for each one's own.</param>
internal sealed record ValidationSet(string Name, TrainingSet Clips, int? Speaker)
{
    private readonly Dictionary<int, double[]> _pitch = [];

    /// <summary>A clip's own pitch, found once.</summary>
    internal double[] PitchOf(int clip, Func<double[]> find)
    {
        lock (_pitch)
        {
            if (_pitch.TryGetValue(clip, out double[]? known)) return known;
        }

        double[] found = find();
        lock (_pitch) return _pitch[clip] = found;
    }
}

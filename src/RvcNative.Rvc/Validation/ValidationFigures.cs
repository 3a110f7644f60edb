namespace RvcNative.Rvc.Validation;

/// <summary>A mean over clips and its spread.</summary>
/// <param name="Sd">Standard deviation over clips; 0 for one clip.</param>
public readonly record struct Spread(double Mean, double Sd)
{
    /// <summary>Null without values.</summary>
    internal static Spread? Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return null;
        double mean = values.Average();
        return new Spread(mean, values.Count == 1 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }
}

/// <summary>The figures of a set of clips at one save.</summary>
/// <param name="Set">"held_out" or "foreign".</param>
/// <param name="F0Cents">Null where no clip has a frame that is voiced in both.</param>
public sealed record SetFigures(string Set, int Clips, Spread MelL1, Spread Stft, Spread? F0Cents, Spread Vuv)
{
    /// <summary>Of one speaker's clips alone; null for all.</summary>
    public int? Speaker { get; init; }

    internal static SetFigures Of(string set, IReadOnlyCollection<ClipDistance> clips, int? speaker = null) => new(
        set, clips.Count, Spread.Of([.. clips.Select(clip => clip.MelL1)])!.Value, Spread.Of([.. clips.Select(clip => clip.Stft)])!.Value,
        Spread.Of([.. clips.Select(clip => clip.F0Cents).OfType<double>()]), Spread.Of([.. clips.Select(clip => clip.Vuv)])!.Value)
    {
        Speaker = speaker,
    };

    /// <summary>By the names that files and curves use.</summary>
    internal IEnumerable<(string Name, Spread? Value)> Metrics => [("mel_l1", MelL1), ("stft", Stft), ("f0_cents", F0Cents), ("vuv", Vuv)];
}

/// <summary>A save and its figures.</summary>
/// <param name="Voice">Name of its voice file.</param>
/// <param name="Best">Whether it has the least mel_l1 of all saves on what is held out: a label, no advice.</param>
/// <param name="Sets">Over all speakers.</param>
/// <param name="Speakers">Of each speaker, where there are several.</param>
public sealed record ValidatedSave(int Epoch, long Step, string Voice, bool Best, IReadOnlyList<SetFigures> Sets, IReadOnlyList<SetFigures> Speakers);

/// <summary>Names of what is validated on.</summary>
public static class ValidationSets
{
    public const string HeldOut = "held_out", Foreign = "foreign";
}

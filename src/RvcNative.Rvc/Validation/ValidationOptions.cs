using System.Globalization;

namespace RvcNative.Rvc.Validation;

/// <summary>How much is held out.</summary>
public enum HoldOutKind
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>A small share of every speaker who has enough.</summary>
    Auto,

    /// <summary>A share that the user names.</summary>
    Share,

    /// <summary>Nothing: a folder of other recordings takes its place.</summary>
    Folder,
}

/// <summary>What a training is validated on.</summary>
/// <param name="Share">Of each speaker's time, above 0 and at most 0.5; for <see cref="HoldOutKind.Share"/>.</param>
/// <param name="Folder">Of recordings that are not trained on; for <see cref="HoldOutKind.Folder"/>.</param>
/// <param name="ForeignClip">A recording of any voice, said again at every save; null for none.</param>
public sealed record ValidationOptions(HoldOutKind Kind, double Share = 0, string? Folder = null, string? ForeignClip = null)
{
    private const double MostPercent = 50;

    public static ValidationOptions Off { get; } = new(HoldOutKind.Off);

    public static ValidationOptions Auto { get; } = new(HoldOutKind.Auto);

    /// <summary>"auto", "off", per cent of each speaker's time, or a folder.</summary>
    /// <exception cref="ArgumentException">None of them.</exception>
    public static ValidationOptions Parse(string text)
    {
        if (text == "auto") return Auto;
        if (text == "off") return Off;
        if (double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double percent))
        {
            return percent is > 0 and <= MostPercent ? new ValidationOptions(HoldOutKind.Share, percent / 100)
                : throw new ArgumentException($"--validation {text}: a share to hold out is above 0 and at most {MostPercent} per cent");
        }

        return Directory.Exists(text) ? new ValidationOptions(HoldOutKind.Folder, Folder: Path.GetFullPath(text))
            : throw new ArgumentException($"--validation {text}: say auto, off, per cent of each speaker's time (5), or a folder of other recordings; there is no such folder");
    }

    /// <summary>The same without recordings that lie elsewhere: what is trained on is what it was.</summary>
    internal ValidationOptions OnOwnClips => Kind == HoldOutKind.Folder ? Off : this with { ForeignClip = null };

    /// <summary>As the user would say it.</summary>
    public string Text => Kind switch
    {
        HoldOutKind.Share => FormattableString.Invariant($"{100 * Share:0.####}"),
        HoldOutKind.Folder => Folder!,
        _ => Kind.ToString().ToLowerInvariant(),
    };
}

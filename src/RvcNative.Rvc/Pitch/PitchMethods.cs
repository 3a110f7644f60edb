using System.Globalization;
using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Pitch;

/// <summary>Which pitch is wanted, and from which weights.</summary>
public sealed record PitchChoice
{
    /// <summary>Null takes RMVPE where its file is found, else pYIN.</summary>
    public string? Method { get; init; }

    /// <summary>The network's file; null looks where users have them.</summary>
    public string? ModelPath { get; init; }

    /// <summary>For methods with a range of their own; null for 50 Hz.</summary>
    public double? LowestHz { get; init; }

    /// <summary>Null for 1100 Hz.</summary>
    public double? HighestHz { get; init; }

    /// <summary>Of RMVPE alone; null for mainline's.</summary>
    public RmvpePadding? Padding { get; init; }

    /// <summary>An earlier choice, with what this one says of range and padding.</summary>
    internal PitchChoice Over(PitchChoice earlier) => earlier with
    {
        LowestHz = LowestHz ?? earlier.LowestHz,
        HighestHz = HighestHz ?? earlier.HighestHz,
        Padding = Padding ?? earlier.Padding,
    };
}

/// <summary>The methods by name.</summary>
public static class PitchMethods
{
    public const string Rmvpe = "rmvpe", Fcpe = "fcpe", Crepe = "crepe", CrepeTiny = "crepe-tiny", Pyin = "pyin", Pm = "pm";

    /// <summary>Name of RMVPE's pitch with Applio's padding.</summary>
    internal const string RmvpeOfApplio = "rmvpe-applio";

    /// <summary>What a range lies between.</summary>
    public const double LeastHz = 20, MostHz = 2000;

    public static IReadOnlyList<string> Names { get; } = [Rmvpe, Fcpe, Crepe, CrepeTiny, Pyin, Pm];

    /// <summary>Places of the weights below the current folder: ours, mainline's, Applio's; the first that is there is taken.</summary>
    public static IReadOnlyList<string> Places(string method) => method switch
    {
        Rmvpe => ["assets/pitch/rmvpe.pt", "assets/rmvpe/rmvpe.pt", "rvc/models/predictors/rmvpe.pt"],
        Fcpe => ["assets/pitch/fcpe.pt", "assets/pitch/fcpe_c_v001.pt", "assets/fcpe/fcpe.pt", "assets/fcpe/fcpe_c_v001.pt", "rvc/models/predictors/fcpe.pt"],
        Crepe => ["assets/pitch/crepe-full.pth", "assets/pitch/crepe.pth", "assets/crepe/full.pth", "rvc/models/predictors/crepe-full.pth"],
        CrepeTiny => ["assets/pitch/crepe-tiny.pth", "assets/crepe/tiny.pth", "rvc/models/predictors/crepe-tiny.pth"],
        _ => [],
    };

    /// <summary>The weights' file; null when it is in none of its places.</summary>
    /// <param name="root">The folder that the places are in; null for the current one.</param>
    public static string? Find(string method, string? root = null) =>
        Places(method).Select(place => root is null ? place : Path.Combine(root, place)).FirstOrDefault(File.Exists);

    /// <summary>Whether a method is known and needs no file, or has it.</summary>
    public static bool IsAtHand(string method, string? root = null) => Names.Contains(method) && (Places(method).Count == 0 || Find(method, root) is not null);

    /// <summary>The choice with the method that a voice was trained with, where the user names none and it is one of ours whose weights are here.</summary>
    /// <param name="trained">The extractor's name; null where the voice does not say.</param>
    public static PitchChoice AsTrained(PitchChoice choice, string? trained, string? root = null) =>
        choice is { Method: null, ModelPath: null } && trained is not null && ChoiceOf(trained) is { } earlier && IsAtHand(earlier.Method!, root) ? choice.Over(earlier) : choice;

    /// <summary>What to ask for to get an extractor of this name again: a method, or a method and its range, "crepe 60-500 Hz".</summary>
    /// <returns>Null for pitch that no method of ours found.</returns>
    internal static PitchChoice? ChoiceOf(string name)
    {
        if (name == RmvpeOfApplio) return new PitchChoice { Method = Rmvpe, Padding = RmvpePadding.Applio };
        if (Names.Contains(name)) return new PitchChoice { Method = name };
        return name.Split(' ') is [string method, string range, "Hz"] && Names.Contains(method)
            && range.Split('-') is [string lowest, string highest] && Hz(lowest) is { } lowestHz && Hz(highest) is { } highestHz
            ? new PitchChoice { Method = method, LowestHz = lowestHz, HighestHz = highestHz } : null;

        static double? Hz(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double hz) ? hz : null;
    }

    /// <summary>Makes the extractor that a user asks for.</summary>
    /// <param name="note">What to tell the user of a choice that was made for him; null when he made it.</param>
    /// <exception cref="FileNotFoundException">The weights are in none of their places.</exception>
    /// <exception cref="ArgumentException">An unknown method, or a range or file for one that has none.</exception>
    public static IPitchExtractor Create(PitchChoice choice, PitchBackends backends, out string? note, string? root = null)
    {
        note = null;
        string method = choice.Method ?? (choice.ModelPath is not null || Find(Rmvpe, root) is not null ? Rmvpe : Pyin);
        if (choice.Method is null && method == Pyin)
            note = $"pitch by pYIN, for RMVPE's weights are not here ({string.Join(", ", Places(Rmvpe))}); `rvcnative assets fetch rmvpe` brings them";
        if (!Names.Contains(method)) throw new ArgumentException($"a pitch method '{method}' is not known; known are {string.Join(", ", Names)}");
        if (choice.ModelPath is not null && Places(method).Count == 0) throw new ArgumentException($"the pitch method {method} has no weights, so --f0-model says nothing");
        (double lowestHz, double highestHz) = (choice.LowestHz ?? PitchClasses.LowestHz, choice.HighestHz ?? PitchClasses.HighestHz);
        bool isRangeGiven = choice.LowestHz is not null || choice.HighestHz is not null;
        if (isRangeGiven && method is not (Crepe or CrepeTiny or Pm))
            throw new ArgumentException($"the pitch method {method} has a range of its own; --f0-min and --f0-max are for {Crepe}, {CrepeTiny} and {Pm}");
        if (!(lowestHz >= LeastHz && highestHz <= MostHz && lowestHz < highestHz))
            throw new ArgumentException($"a pitch from {lowestHz} to {highestHz} Hz; it lies between {LeastHz} and {MostHz}, the lowest below the highest");
        if (choice.Padding is not null && method != Rmvpe) throw new ArgumentException($"the pitch method {method} knows no padding; --rmvpe-padding is for {Rmvpe}");

        string name = isRangeGiven ? FormattableString.Invariant($"{method} {lowestHz}-{highestHz} Hz") : method;
        return method switch
        {
            Rmvpe => NetworkPitch.Rmvpe(Weights(), backends, choice.Padding ?? RmvpePadding.Mainline),
            Fcpe => NetworkPitch.Fcpe(Weights(), backends),
            Pm => new AutocorrelationPitch(name, lowestHz, highestHz),
            Pyin => new PyinPitch(),
            _ => NetworkPitch.Crepe(name, Weights(), backends, lowestHz, highestHz),
        };

        string Weights()
        {
            if (choice.ModelPath is { } given)
                return File.Exists(given) ? given : throw new FileNotFoundException($"'{given}', the weights for the pitch method {method}, is not there");
            return Find(method, root) ?? throw new FileNotFoundException(
                $"the weights of {method} are not here; looked for {string.Join(", ", Places(method))}. `rvcnative assets fetch {method}` brings them, or name the file with --f0-model");
        }
    }
}

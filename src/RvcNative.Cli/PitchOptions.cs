using System.CommandLine;
using System.CommandLine.Parsing;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Cli;

/// <summary>Options on pitch that `extract`, `infer` and `audition` share.</summary>
internal sealed class PitchOptions
{
    private readonly Option<string?> _method = new("--f0-method")
    {
        Description = $"How pitch is found: {string.Join(", ", PitchMethods.Names)}. By default as the voice or the folder has it; where nothing says, rmvpe if its weights are found, else pyin.",
    };

    private readonly Option<string?> _model = new("--f0-model") { Description = "The weights of the pitch network; looked for in assets/ and Applio's rvc/models by default." };
    private readonly Option<double?> _lowest = new("--f0-min") { Description = "Lowest pitch in Hz, 50 by default; for crepe, crepe-tiny and pm." };
    private readonly Option<double?> _highest = new("--f0-max") { Description = "Highest pitch in Hz, 1100 by default; for crepe, crepe-tiny and pm." };
    private readonly Option<string?> _padding = new("--rmvpe-padding")
    {
        Description = "What RMVPE hears after the end: zeros as in mainline, the default, or the end mirrored as in Applio.",
    };

    internal PitchOptions()
    {
        _method.AcceptOnlyFromAmong([.. PitchMethods.Names]);
        _padding.AcceptOnlyFromAmong("mainline", "applio");
        foreach (Option<double?> bound in (ReadOnlySpan<Option<double?>>)[_lowest, _highest]) Numbers.Within(bound, PitchMethods.LeastHz, PitchMethods.MostHz);
        File.Validators.Add(result =>
        {
            Option[] ways = [_method, _model, _lowest, _highest, _padding];
            if (Array.Find(ways, way => result.GetResult(way) is { Implicit: false }) is { } given)
                result.AddError($"{File.Name} brings the pitch, {given.Name} says how to find it: give one of them.");
        });
    }

    private Option[] All => [_method, _model, _lowest, _highest, _padding, File, Save];

    /// <summary>A curve, or a folder of them.</summary>
    internal Option<string?> File { get; } = new("--f0-file")
    {
        Description = "The pitch itself: a curve, lines of seconds,Hz or .npy with a value each 10 ms; or a folder with NAME.csv or NAME.npy for every NAME.wav.",
    };

    /// <summary>Where the curve that was found is written to.</summary>
    internal Option<string?> Save { get; } = new("--save-f0")
    {
        Description = "Write the pitch that was found: a .csv or .npy file; for several recordings a folder, with NAME.csv for each.",
    };

    /// <exception cref="ArgumentException">One curve is named for several recordings.</exception>
    internal static void Check(int recordings, string? file, string? save)
    {
        if (recordings > 1 && (System.IO.File.Exists(file) || System.IO.File.Exists(save)))
            throw new ArgumentException($"there are {recordings} recordings; --f0-file and --save-f0 name a folder then, with NAME.csv for every recording NAME");
    }

    internal void AddTo(Command command)
    {
        foreach (Option option in All) command.Options.Add(option);
    }

    /// <summary>Refuses all of them beside a voice without pitch.</summary>
    internal void RefuseBeside(Option<bool> noPitch) => noPitch.Validators.Add(result =>
    {
        Option? given = Array.Find(All, option => result.GetResult(option) is { Implicit: false });
        if (result.GetValueOrDefault<bool>() && given is not null) result.AddError($"{noPitch.Name} has no pitch to find, and {given.Name} is about it; leave one of them out.");
    });

    /// <summary>Names of those that were given.</summary>
    internal IEnumerable<string> Given(ParseResult parsed) =>
        All.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    internal PitchChoice Choice(ParseResult parsed) => new()
    {
        Method = parsed.GetValue(_method),
        ModelPath = parsed.GetValue(_model),
        LowestHz = parsed.GetValue(_lowest),
        HighestHz = parsed.GetValue(_highest),
        Padding = parsed.GetValue(_padding) switch { "applio" => RmvpePadding.Applio, "mainline" => RmvpePadding.Mainline, _ => null },
    };
}

using System.CommandLine;
using System.Globalization;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Cli.Commands;

/// <summary>`blend`: voices mixed into one.</summary>
internal static class BlendCommand
{
    internal sealed record Options(IReadOnlyList<BlendPart> Parts, FileInfo Output);

    internal static Command Create()
    {
        Argument<string[]> voices = new("VOICE.pth[=SHARE]")
        {
            Description = "Voices with their shares; without shares all have the same. Shares are divided by their sum.",
            Arity = new ArgumentArity(2, 64),
        };
        Option<FileInfo> output = new("--out", "-o") { Description = "The voice to write.", Required = true };
        Command command = new("blend",
            "Mixes voices into one by the mean of their weights. They must be of one version, sample rate, vocoder and configuration; speakers that not all have are left out."
            + "\n\nExample: rvcnative blend mira.pth=0.7 tom.pth=0.3 --out mixed.pth")
        {
            voices, output,
        };
        voices.Validators.Add(result =>
        {
            try
            {
                _ = PartsOf([.. result.Tokens.Select(token => token.Value)]);
            }
            catch (ArgumentException problem)
            {
                result.AddError(problem.Message);
            }
        });
        command.SetAction(parsed => Run(
            new Options(PartsOf(parsed.GetRequiredValue(voices)), parsed.GetRequiredValue(output)), parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        if (options.Parts.Any(part => Path.GetFullPath(part.Path) == options.Output.FullName))
            throw new ArgumentException($"{options.Output.FullName} would be overwritten; name another file with --out");
        foreach (string note in VoiceBlend.Write(options.Output.FullName, options.Parts)) output.WriteLine(note);
        output.WriteLine($"{options.Output.FullName}: a blend of {options.Parts.Count} voices");
        return CommandLine.Done;
    }

    // A path may hold a '=' of its own; a share is what is a number after the last.
    private static List<BlendPart> PartsOf(string[] voices)
    {
        List<(string Path, double? Share)> read = [];
        foreach (string voice in voices)
        {
            int cut = voice.LastIndexOf('=');
            bool hasShare = double.TryParse(voice.AsSpan(cut + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && cut > 0;
            if (cut > 0 && !hasShare && !File.Exists(voice)) throw new ArgumentException($"'{voice}': '{voice[(cut + 1)..]}' is no share; give VOICE.pth=0.5");
            read.Add(hasShare ? (voice[..cut], share) : (voice, null));
        }

        if (read.Any(part => part.Share is null) && read.Any(part => part.Share is not null))
        {
            throw new ArgumentException($"{read.First(part => part.Share is null).Path} has no share, others have; give all or none");
        }

        return [.. read.Select(part => new BlendPart(part.Path, part.Share ?? 1.0 / read.Count))];
    }
}

using System.CommandLine;
using System.Globalization;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Cli.Commands;

/// <summary>`extract`: pitch and phone features of the chunks, filelist.txt and config.json.</summary>
internal static class ExtractCommand
{
    private const int SuspiciousShown = 20;

    /// <param name="Pitch">Null for a voice without pitch.</param>
    internal sealed record Options(ExperimentFolder Experiment, ExtractOptions How, EmbedderChoice Embedder, PitchChoice? Pitch);

    internal static Command Create()
    {
        Option<string> name = Places.Name(), version = Places.Version();
        Option<DirectoryInfo> logs = Places.Logs();
        Option<bool> noPitch = new("--no-f0") { Description = "For a voice without pitch (speech that need not follow a melody)." };
        Option<string> unvoiced = new("--unvoiced")
        {
            Description = "zero keeps unvoiced frames at 0 Hz; interpolate fills them as mainline does.",
            DefaultValueFactory = _ => "zero",
        };
        unvoiced.AcceptOnlyFromAmong("zero", "interpolate");
        Option<string?> vocoder = TrainCommand.VocoderOption("For which config.json is written: hifigan, mrf or refinegan.");
        Option<bool> restart = new("--restart") { Description = "Remove what was extracted before, whoever made it, and begin anew." };
        Option<string?> embedder = Places.Embedder("contentvec where its files are, else spectral."), v1Features = Places.V1Features("mainline by default.");
        Option<int> threads = Places.Threads();
        PitchOptions pitch = new();
        Command command = new("extract", "Extracts pitch and phone features; writes filelist.txt and config.json. Goes on where it stopped; "
            + "what is not named stays as it was before, and what another method made is computed anew.\n\nExample: rvcnative extract --name mira --version v2")
        {
            name, logs, version, vocoder, embedder, v1Features, noPitch, unvoiced, restart, threads,
        };
        pitch.AddTo(command);
        pitch.RefuseBeside(noPitch);
        command.SetAction(parsed => Run(
            new(Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), new ExtractOptions
            {
                Version = parsed.GetValue(version) == "v1" ? ModelVersion.V1 : ModelVersion.V2,
                Vocoder = TrainCommand.VocoderOf(parsed.GetValue(vocoder)),
                PitchFiles = parsed.GetValue(pitch.File),
                SavePitch = parsed.GetValue(pitch.Save),
                FillUnvoiced = parsed.GetValue(unvoiced) == "interpolate",
                Restart = parsed.GetValue(restart),
                Threads = parsed.GetValue(threads),
            }, Places.EmbedderOf(parsed.GetValue(embedder), parsed.GetValue(v1Features)), parsed.GetValue(noPitch) ? null : pitch.Choice(parsed)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        using StatusLine line = StatusLine.For(output);
        using CpuBackend backend = new(options.How.Threads), weights = new(threads: 1);
        EmbedderChoice embedder = options.How.Restart ? options.Embedder : EarlierMethods.Embedder(options.Experiment, options.How.Version, options.Embedder);
        IFeatureExtractor features = Embedders.ForTraining(backend, embedder, options.How.Version, out string? featureChoice);
        using IDisposable? network = features as IDisposable;
        IPitchExtractor? pitch = PitchOf(options, weights, out string? pitchChoice);
        using IDisposable? tracker = pitch as IDisposable;
        if (pitchChoice is not null) line.Print(pitchChoice);
        line.Print($"{(pitch is null ? "no pitch" : $"pitch by {pitch.Name}")}, {featureChoice ?? $"features of {features.Name}"}");
        ExtractReport report = Extractor.Run(options.Experiment, options.How with { Features = features, Pitch = pitch }, new StageLine(line), interruption.Token);
        foreach (SkippedClip clip in report.Skipped) line.Print($"not used: {clip.Name}: {clip.Reason}");
        if (report.Note is { } note) line.Print(note);
        line.Print($"{report.Clips} chunks: pitch of {report.PitchComputed} and features of {report.FeaturesComputed} computed, the rest was there; "
            + $"{report.Lines} lines in filelist.txt, speakers {string.Join(", ", report.Speakers)}{(report.ConfigWritten ? "; config.json written" : "")}");
        if (report.Pitch is { } curves) PrintPitch(curves, options.How.FillUnvoiced, line);
        return CommandLine.Done;
    }

    // Chunks are short and many: each is worked on by one thread, on a backend of its own.
    private static IPitchExtractor? PitchOf(Options options, CpuBackend weights, out string? note)
    {
        note = null;
        if (options.Pitch is null) return null;
        if (options.How.PitchFiles is not null) return new GivenPitch();
        PitchChoice choice = options.How.Restart ? options.Pitch : EarlierMethods.Pitch(options.Experiment, options.Pitch);
        return PitchMethods.Create(choice, new PitchBackends(weights, () => new CpuBackend(threads: 1)), out note);
    }

    private static void PrintPitch(PitchSummary curves, bool isFilled, StatusLine line)
    {
        string unvoiced = isFilled ? "gaps filled" : string.Create(CultureInfo.InvariantCulture, $"{100 * curves.UnvoicedShare:0}% of the frames unvoiced");
        line.Print(string.Create(CultureInfo.InvariantCulture, $"pitch: median {curves.MedianHz:0} Hz, {unvoiced}; chunk by chunk in {curves.TablePath}"));
        foreach (SkippedClip clip in curves.Suspicious.Take(SuspiciousShown)) line.Print($"pitch of {clip.Name} looks wrong: {clip.Reason}");
        if (curves.Suspicious.Count > SuspiciousShown) line.Print($"and of {curves.Suspicious.Count - SuspiciousShown} more, see {curves.TablePath}");
    }
}

using System.CommandLine;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Commands;

/// <summary>`extract`: pitch and phone features of the chunks, filelist.txt and config.json.</summary>
internal static class ExtractCommand
{
    internal sealed record Options(ExperimentFolder Experiment, ExtractOptions How, EmbedderChoice Embedder);

    internal static Command Create()
    {
        Option<string> name = Places.Name(), version = Places.Version();
        Option<DirectoryInfo> logs = Places.Logs();
        Option<bool> noPitch = new("--no-f0") { Description = "For a voice without pitch (speech that need not follow a melody)." };
        Option<string> unvoiced = new("--unvoiced") { Description = "zero keeps unvoiced frames at 0 Hz; interpolate fills them as mainline does.", DefaultValueFactory = _ => "zero" };
        unvoiced.AcceptOnlyFromAmong("zero", "interpolate");
        Option<string?> vocoder = TrainCommand.VocoderOption("For which config.json is written: hifigan, mrf or refinegan.");
        Option<bool> restart = new("--restart") { Description = "Remove what was extracted before and begin anew." };
        Option<string?> embedder = Places.Embedder("contentvec where its files are, else spectral."), v1Features = Places.V1Features("mainline by default.");
        Option<int> threads = Places.Threads();
        Command command = new("extract", "Extracts pitch and phone features; writes filelist.txt and config.json. Goes on where it stopped.\n\nExample: rvcnative extract --name mira --version v2")
        {
            name, logs, version, vocoder, embedder, v1Features, noPitch, unvoiced, restart, threads,
        };
        command.SetAction(parsed => Run(
            new(Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), new ExtractOptions
            {
                Version = parsed.GetValue(version) == "v1" ? ModelVersion.V1 : ModelVersion.V2,
                Vocoder = parsed.GetValue(vocoder) is { } named ? Vocoders.FromOption(named) : null,
                Pitch = parsed.GetValue(noPitch) ? null : new PyinPitch(),
                FillUnvoiced = parsed.GetValue(unvoiced) == "interpolate",
                Restart = parsed.GetValue(restart),
                Threads = parsed.GetValue(threads),
            }, Places.EmbedderOf(parsed.GetValue(embedder), parsed.GetValue(v1Features))),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        StatusLine line = StatusLine.For(output);
        using CpuBackend backend = new(options.How.Threads);
        IFeatureExtractor features = Embedders.ForTraining(backend, options.Embedder, options.How.Version, out string? choice);
        using IDisposable? network = features as IDisposable;
        line.Print($"pitch by pYIN, {choice ?? $"features of {features.Name}"}");
        ExtractReport report = Extractor.Run(options.Experiment, options.How with { Features = features }, new StageLine(line), interruption.Token);
        foreach (SkippedClip clip in report.Skipped) line.Print($"not used: {clip.Name}: {clip.Reason}");
        if (report.Note is { } note) line.Print(note);
        line.Print($"{report.Clips} chunks: pitch of {report.PitchComputed} and features of {report.FeaturesComputed} computed, the rest was there; "
            + $"{report.Lines} lines in filelist.txt, speakers {string.Join(", ", report.Speakers)}{(report.ConfigWritten ? "; config.json written" : "")}");
        return CommandLine.Done;
    }
}

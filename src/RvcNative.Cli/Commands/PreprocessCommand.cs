using System.CommandLine;
using System.Globalization;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;

namespace RvcNative.Cli.Commands;

/// <summary>`preprocess`: recordings to training chunks.</summary>
internal static class PreprocessCommand
{
    internal sealed record Options(DirectoryInfo Data, ExperimentFolder Experiment, PreprocessOptions How);

    internal static Command Create()
    {
        Argument<DirectoryInfo> data = new("DATA") { Description = "Folder of recordings; folders 0/ 1/ … in it are speakers." };
        Option<string> name = Places.Name();
        Option<DirectoryInfo> logs = Places.Logs();
        Option<string> rate = new("--sample-rate", "-r") { Description = "24k (Applio's), 32k, 40k or 48k.", DefaultValueFactory = _ => "40k" };
        rate.AcceptOnlyFromAmong([.. Presets.SampleRatesHz.Keys]);
        Option<double> seconds = new("--chunk-seconds") { Description = "Length of a chunk, mainline's per.", DefaultValueFactory = _ => 3.7 };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace chunks that another program made." };
        Option<int> threads = Places.Threads();
        Command command = new("preprocess", "Cuts recordings into training chunks: high-pass, silence slicer, normalisation, 16 kHz copies.\n\nExample: rvcnative preprocess recordings --name mira --sample-rate 40k")
        {
            data, name, logs, rate, seconds, overwrite, threads,
        };
        command.SetAction(parsed => Run(
            new(parsed.GetRequiredValue(data), Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), new PreprocessOptions
            {
                SampleRateHz = Presets.SampleRatesHz[parsed.GetRequiredValue(rate)],
                ChunkSeconds = parsed.GetRequiredValue(seconds),
                Overwrite = parsed.GetValue(overwrite),
                Threads = parsed.GetValue(threads),
            }),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        StatusLine line = StatusLine.For(output);
        PreprocessReport report = Preprocessor.Run(
            options.Data.FullName, options.Experiment, options.How, new StageLine(line), interruption.Token);
        foreach (RecordingReport unusable in report.Unusable) line.Print($"not used: {unusable.Recording.RelativePath}: {unusable.Problem}");
        foreach (string ignored in report.Ignored) line.Print($"not audio by its name: {ignored}");
        foreach ((RecordingReport recording, DroppedChunk chunk) in report.Recordings.SelectMany(recording => recording.Dropped.Select(chunk => (recording, chunk))))
        {
            line.Print(string.Create(CultureInfo.InvariantCulture,
                $"dropped: {recording.Recording.RelativePath} at {(double)chunk.StartSample / report.SampleRateHz:f2} s: {chunk.Cause}, peak {chunk.Peak:f3}"));
        }

        if (report.Replaced is { } replaced) line.Print($"earlier chunks were replaced: {replaced}");
        if (report.Note is { } note) line.Print(note);
        line.Print(string.Create(CultureInfo.InvariantCulture,
            $"{(report.Reused ? "already there: " : "")}{report.Recordings.Count} recordings, {report.InputSeconds:f1} s: {report.Chunks} chunks of {report.KeptSeconds:f1} s in all, {report.SilenceSeconds:f1} s of silence left out, {report.DroppedSeconds:f1} s dropped"));
        return CommandLine.Done;
    }
}

/// <summary>Shows a stage's progress on a status line.</summary>
internal sealed class StageLine(StatusLine line) : IProgress<StageProgress>
{
    public void Report(StageProgress value) => line.Update(() => $"{value.Stage} {value.Done}/{value.Total} {value.Item}");
}

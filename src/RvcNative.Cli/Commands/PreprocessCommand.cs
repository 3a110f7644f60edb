using System.CommandLine;
using RvcNative.Audio;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;

namespace RvcNative.Cli.Commands;

/// <summary>`preprocess`: recordings to training slices.</summary>
internal static class PreprocessCommand
{
    internal sealed record Options(DirectoryInfo Data, ExperimentFolder Experiment, PreprocessOptions How);

    internal static Command Create()
    {
        Argument<DirectoryInfo> data = new("DATA") { Description = "Folder of recordings, however deep; where all lie in folders 0/ 1/ … or anna/ bob/ …, these are speakers." };
        Option<string> name = Places.Name();
        Option<DirectoryInfo> logs = Places.Logs();
        Option<string> rate = new("--sample-rate", "-r") { Description = "24k (Applio's), 32k, 40k or 48k.", DefaultValueFactory = _ => "40k" };
        rate.AcceptOnlyFromAmong([.. Presets.SampleRatesHz.Keys]);
        Option<string> slicing = new("--slicing")
        {
            Description = "silence cuts at pauses, which are left out, and then to length; fixed cuts to length alone; none takes every file as one slice.",
            DefaultValueFactory = _ => "silence",
        };
        slicing.AcceptOnlyFromAmong("silence", "fixed", "none");
        Option<double> seconds = new("--chunk-seconds") { Description = "Length of a slice (mainline's per); neighbours share 0.3 s.", DefaultValueFactory = _ => 3.7 };
        Numbers.Within(seconds, PreprocessOptions.LeastChunkSeconds, PreprocessOptions.MostChunkSeconds);
        Option<bool> dropClipped = new("--drop-clipped") { Description = "Leave out files with more than 0.1% of their samples at full scale, which are otherwise reported and used." };
        Option<bool> oneSpeaker = new("--one-speaker") { Description = "Folders are no speakers: all recordings are of one voice." };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace chunks that another program made." };
        Option<int> threads = Places.Threads();
        Command command = new("preprocess", "Cuts recordings into training slices: high-pass, silence slicer, normalisation, 16 kHz copies. "
            + "dataset.json and a table say what became of every second. "
            + "Slices of files and settings that have not changed stay.\n\nExample: rvcnative preprocess recordings --name mira --sample-rate 40k")
        {
            data, name, logs, rate, slicing, seconds, dropClipped, oneSpeaker, overwrite, threads,
        };
        command.SetAction(parsed => Run(
            new(parsed.GetRequiredValue(data), Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), new PreprocessOptions
            {
                SampleRateHz = Presets.SampleRatesHz[parsed.GetRequiredValue(rate)],
                Slicing = Enum.Parse<SlicingMode>(parsed.GetRequiredValue(slicing), ignoreCase: true),
                ChunkSeconds = parsed.GetRequiredValue(seconds),
                DropClipped = parsed.GetValue(dropClipped),
                OneSpeaker = parsed.GetValue(oneSpeaker),
                Overwrite = parsed.GetValue(overwrite),
                Threads = parsed.GetValue(threads),
            }),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        using StatusLine line = StatusLine.For(output);
        PreprocessReport report = Preprocessor.Run(
            options.Data.FullName, options.Experiment, options.How, new StageLine(line), interruption.Token);
        LedgerTable.Print(report, line);
        return CommandLine.Done;
    }
}

/// <summary>Shows a stage's progress on a status line.</summary>
internal sealed class StageLine(StatusLine line) : IProgress<StageProgress>
{
    public void Report(StageProgress value) => line.Update(() => $"{value.Stage} {value.Done}/{value.Total} {value.Item}");
}

using System.CommandLine;
using RvcNative.Core;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>`replay`: a training repeated from its manifest.</summary>
internal static class ReplayCommand
{
    internal sealed record Options(ExperimentFolder Experiment, DirectoryInfo Target, string Device, int Threads)
    {
        internal string Precision { get; init; } = "f32";

        internal string Math { get; init; } = "auto";
    }

    internal static Command Create()
    {
        Option<string> name = Places.Name(), device = Devices.Option(), precision = Devices.PrecisionOption(), math = Devices.MathOption();
        Option<DirectoryInfo> logs = Places.Logs();
        Option<DirectoryInfo> target = new("--to") { Description = "Folder that gets the repeated training: logs/NAME and weights.", Required = true };
        Option<int> threads = Places.Threads();
        Command command = new("replay",
            "Repeats a training from its manifest.json, interruptions included, and compares the bytes of all saves; the training itself is only read. "
            + "On the same kind of machine and with the same version they are the same.\n\nExample: rvcnative replay --name mira --to again")
        {
            name, logs, target, device, precision, math, threads,
        };
        command.SetAction(parsed => Run(
            new(Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), parsed.GetRequiredValue(target), parsed.GetRequiredValue(device),
                parsed.GetValue(threads))
            {
                Precision = parsed.GetRequiredValue(precision),
                Math = parsed.GetRequiredValue(math),
            },
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        using StatusLine line = StatusLine.For(output);
        Replay replay = new(options.Experiment, options.Target.FullName);
        using Backend backend = Devices.Open(options.Device, options.Threads, options.Precision, options.Math);
        foreach (string change in replay.Changes(backend)) line.Print($"not as it was: {change}");
        replay.Run(backend, progress => line.Update(() => TrainRun.Describe(progress)), line.Print, interruption.Token);
        (string? difference, int files) = replay.Compare();
        line.Print(difference is null ? $"replay: {files} files are the same" : $"replay: the first difference is in {difference}");
        return difference is null ? CommandLine.Done : CommandLine.Failed;
    }
}

using System.CommandLine;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>`export-pretrain`: a save as a pretrained pair.</summary>
internal static class ExportPretrainCommand
{
    internal sealed record Options(ExperimentFolder Experiment, long? Step, DirectoryInfo Output);

    internal static Command Create()
    {
        Option<string> name = Places.Name();
        Option<DirectoryInfo> logs = Places.Logs();
        Option<long?> step = new("--step") { Description = "Of the save; default is the newest good one." };
        Option<DirectoryInfo> output = new("--out", "-o")
        {
            Description = "Folder that gets f0G40k.pth and f0D40k.pth, named by pitch and sample rate.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("assets", "pretrained")),
        };
        Command command = new("export-pretrain",
            "Writes G and D of a training as a pretrained pair: weights alone, which train --pretrain-g and --pretrain-d, mainline and Applio begin with."
            + "\n\nExample: rvcnative export-pretrain --name many --out assets/pretrained")
        {
            name, logs, step, output,
        };
        command.SetAction(parsed => Run(
            new(Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), parsed.GetValue(step), parsed.GetRequiredValue(output)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        (string generator, string discriminator, Vocoder vocoder) = PretrainExport.Write(options.Experiment, options.Step, options.Output.FullName);
        foreach (string path in (ReadOnlySpan<string>)[generator, discriminator]) output.WriteLine($"{path}: {new FileInfo(path).Length:N0} bytes");
        if (vocoder != Vocoder.HifiGan) output.WriteLine($"they are of {vocoder.FileName()}, with which RvcNative and Applio begin a training; mainline RVC cannot");
        return CommandLine.Done;
    }
}

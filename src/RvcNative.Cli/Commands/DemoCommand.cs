using System.CommandLine;
using System.Globalization;
using RvcNative.Cli.Demo;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Commands;

/// <summary>`demo`: the whole way on the speech that lies in the program.</summary>
internal static class DemoCommand
{
    private const string Help = """
        Goes the whole way with a small model on bundled speech (public domain): preprocess, extract, train, infer. Takes a few minutes on two cores;
        leaves recordings, spectrograms, the loss curve and index.html that shows them.

        Example: rvcnative demo --vocoder refinegan --out demo-out
        """;

    internal sealed record Options(DirectoryInfo Folder, DemoPlan Plan, ulong Seed, int Threads, string Device = Devices.Cpu);

    internal static Command Create()
    {
        Option<DirectoryInfo> folder = new("--out", "-o")
        {
            Description = "Folder for the result: a new or empty one, or that of an earlier demo.",
            DefaultValueFactory = _ => new DirectoryInfo("demo-out"),
        };
        Option<string?> vocoder = TrainCommand.VocoderOption("What makes the sound: hifigan, mrf or refinegan; default is hifigan.");
        Option<bool> isShort = new("--short") { Description = "The same stages with a few training steps, in well under a minute; nothing can be heard then." };
        Option<ulong> seed = new("--seed") { Description = "Seed of all random numbers; the same seed gives the same files.", DefaultValueFactory = _ => 1234 };
        Option<int> threads = Places.Threads();
        Option<string> device = Devices.Option();
        seed.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string text }] && ulong.TryParse(text, out ulong value) && value > long.MaxValue)
            {
                result.AddError($"--seed {text} is out of range; it is from 0 to {long.MaxValue}");
            }
        });
        Command command = new("demo", Help) { folder, vocoder, isShort, seed, device, threads };
        command.SetAction(parsed => Run(
            new(
                parsed.GetRequiredValue(folder), DemoPlan.Of(TrainCommand.VocoderOf(parsed.GetValue(vocoder)) ?? Vocoder.HifiGan, parsed.GetValue(isShort)),
                parsed.GetValue(seed), parsed.GetValue(threads), parsed.GetRequiredValue(device)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <returns>1 when the mel loss did not fall far enough; a short demo is not asked.</returns>
    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        using StatusLine line = StatusLine.For(output);
        DemoFolder folder = new(options.Folder.FullName);
        DemoResult result = new DemoRun(folder, options.Plan, options.Seed, options.Threads, options.Device, line, interruption.Token).Run();
        line.Print(Text($"{options.Plan.MelLossName}: began at {result.Losses.Began:f1} (mean of the first {result.Losses.BeganSteps} steps), reached {result.Losses.Reached:f1} (mean of the last {result.Losses.ReachedSteps}): {100 * result.Losses.Ratio:f0}% of where it began, {result.Verdict}"));
        line.Print(Text($"the converted recording is {result.Distance.MeanDb:f1} dB from the original on average; its mean spectrum held all the time is {result.Distance.FlatDb:f1} dB from it"));
        line.Print(Text($"took {result.Times.TotalSeconds:f0} s; open {folder.Page}"));
        return result.IsReached || options.Plan.IsShort ? CommandLine.Done : CommandLine.Failed;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.CommandLine;
using RvcNative.Cli.Inspection;
using RvcNative.Core.Cpu;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>`extract-small`: a voice out of a training's checkpoint.</summary>
internal static class ExtractSmallCommand
{
    internal sealed record Options(FileInfo Checkpoint, FileInfo Output, FileInfo? Config, string? SampleRate);

    internal static Command Create()
    {
        Argument<FileInfo> checkpoint = new("G.pth") { Description = "A generator's checkpoint, logs/NAME/G_STEP.pth." };
        Option<FileInfo> output = new("--out", "-o") { Description = "The voice to write.", Required = true };
        Option<FileInfo?> config = new("--config") { Description = "The training's config.json; by default the one beside the checkpoint." };
        Option<string?> sampleRate = new("--sample-rate") { Description = "24k (Applio's), 32k, 40k or 48k: the configuration of that rate, where there is no config.json." };
        sampleRate.AcceptOnlyFromAmong([.. Presets.SampleRatesHz.Keys]);
        Command command = new("extract-small",
            "Makes the small voice file for conversion out of a generator's checkpoint (G). Version, pitch, speakers and vocoder are read off the checkpoint."
            + "\n\nExample: rvcnative extract-small logs/mira/G_2400.pth --out assets/weights/mira_2400.pth")
        {
            checkpoint, output, config, sampleRate,
        };
        sampleRate.Validators.Add(result =>
        {
            if (result.GetResult(config) is not null) result.AddError($"{config.Name} says the sample rate; leave {sampleRate.Name} out.");
        });
        command.SetAction(parsed => Run(
            new Options(parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(output), parsed.GetValue(config), parsed.GetValue(sampleRate)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        string checkpoint = options.Checkpoint.FullName;
        if (!File.Exists(checkpoint)) throw new FileNotFoundException($"{checkpoint}: there is no such file; a generator's checkpoint (G_STEP.pth) is wanted", checkpoint);
        if (options.Output.FullName == checkpoint) throw new ArgumentException($"{checkpoint} would be overwritten; name another file with --out");
        RvcConfig config = ConfigOf(options, out string from);
        using CpuBackend backend = new(0);
        (ModelPlan plan, int epoch) = ExtractedVoice.Write(backend, checkpoint, config, options.Output.FullName);
        output.WriteLine($"{options.Output.FullName}: {plan.Version.ToString().ToLowerInvariant()}, {plan.SampleRateHz} Hz, "
            + $"{(plan.HasPitch ? "with" : "without")} pitch, {plan.Speakers} speakers, epoch {epoch}; configuration {from}");
        if (plan.Vocoder.Limit() is { } limit) output.WriteLine(limit);
        return CommandLine.Done;
    }

    private static RvcConfig ConfigOf(Options options, out string from)
    {
        string checkpoint = options.Checkpoint.FullName, beside = Path.Combine(Path.GetDirectoryName(checkpoint)!, "config.json");
        if (options.Config is { } given)
        {
            from = $"of {given.FullName}";
            return ConfigFile.Read(given.FullName);
        }

        if (options.SampleRate is null && File.Exists(beside))
        {
            from = $"of {beside}";
            return ConfigFile.Read(beside);
        }

        using PthFile file = PthFile.Open(checkpoint);
        ModelShapes shapes = new(file.Root.Get("model", "is it a voice file already?"));
        string[] rates = options.SampleRate is { } rate ? [rate] : [.. shapes.Network.FittingRates()];
        if (rates is not [{ } only])
        {
            throw new ArgumentException($"{checkpoint}: there is no config.json beside it, and its shapes fit {(rates.Length == 0 ? "no configuration of mainline's" : string.Join(" and ", rates))}; "
                + "give --config or --sample-rate");
        }

        from = $"as mainline has it for {only}";
        return Presets.Of(shapes.Network.Version ?? ModelVersion.V2, Presets.SampleRatesHz[only]);
    }
}

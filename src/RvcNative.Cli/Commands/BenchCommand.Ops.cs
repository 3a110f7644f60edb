using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Gpu;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Commands;

/// <summary>`bench ops`: every convolution of a training step, against oneDNN and OpenBLAS where they are installed.</summary>
internal static partial class BenchCommand
{
    internal sealed record OpsOptions(string Config, ModelVersion Version, bool HasPitch, int Batch, int Frames, int Threads, string Filter, string Pass,
        double Seconds, bool Peers, bool Json)
    {
        internal Combination Chosen { get; init; }

        /// <summary>The configuration's for null; tests take smaller ones.</summary>
        internal DiscriminatorPlan? Discriminators { get; init; }

        internal string Device { get; init; } = Devices.Cpu;

        internal string Precision { get; init; } = "f32";

        internal string Math { get; init; } = "auto";
    }

    private static Command CreateOps()
    {
        Option<string> config = Config(), version = Places.Version();
        Option<string?> vocoder = VocoderOption(), discriminator = TrainCommand.DiscriminatorOption();
        Option<bool> noPitch = NoPitch();
        Option<int> batch = new("--batch") { Description = "Items in the batch.", DefaultValueFactory = _ => 4 };
        Option<int> frames = new("--frames") { Description = "Frames of an item.", DefaultValueFactory = _ => 300 };
        Option<int> threads = Places.Threads();
        Option<string> device = Devices.Option(), precision = Devices.PrecisionOption(), math = Devices.MathOption();
        Option<string> filter = new("--filter") { Description = "Only layers whose name has this text.", DefaultValueFactory = _ => "" };
        Option<string> pass = new("--pass") { Description = "Only one pass: forward, data or weight.", DefaultValueFactory = _ => "" };
        pass.AcceptOnlyFromAmong("forward", "data", "weight");
        Option<double> seconds = new("--seconds") { Description = "Time for each convolution and library.", DefaultValueFactory = _ => 0.25 };
        Option<bool> noPeers = new("--no-peers") { Description = "Ours alone." };
        Option<bool> json = new("--json") { Description = "One JSON object a line." };
        Numbers.Within(seconds, 0, int.MaxValue);
        Command command = new("ops",
            "Times every distinct convolution of a training step, each pass; on the processor in turn with oneDNN and OpenBLAS (ratio is ours over oneDNN's), on a device with shares of its measured peaks."
            + "\n\nExample: rvcnative bench ops --config 40k --batch 4 --frames 300 --filter dec.resblocks --pass forward"
            + "\nExample: rvcnative bench ops --vocoder refinegan --filter discriminators.6"
            + "\nExample: rvcnative bench ops --device cuda --precision bf16")
        {
            config, version, vocoder, discriminator, noPitch, batch, frames, device, precision, math, threads, filter, pass, seconds, noPeers, json,
        };
        command.SetAction(parsed => RunOps(
            new(parsed.GetRequiredValue(config), VersionOf(parsed.GetRequiredValue(version)), !parsed.GetValue(noPitch),
                parsed.GetValue(batch), parsed.GetValue(frames), parsed.GetValue(threads), parsed.GetRequiredValue(filter), parsed.GetRequiredValue(pass),
                parsed.GetValue(seconds), !parsed.GetValue(noPeers), parsed.GetValue(json))
            {
                Chosen = new Combination(TrainCommand.VocoderOf(parsed.GetValue(vocoder)), parsed.GetValue(discriminator)),
                Device = parsed.GetRequiredValue(device),
                Precision = parsed.GetRequiredValue(precision),
                Math = parsed.GetRequiredValue(math),
            },
            parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    internal static int RunOps(OpsOptions options, TextWriter output, TextWriter error)
    {
        if (!(options.Seconds > 0)) throw new ArgumentException("--seconds is more than 0");
        RvcConfig config = ConfigOf(options.Config, options.Version, options.Chosen);
        IReadOnlyList<StepConvolution> all = StepConvolutions.Of(
            config, options.Version, options.HasPitch, options.Batch, options.Frames, options.Discriminators);
        List<StepConvolution> chosen = Choose(all, options);
        using Backend opened = Devices.Open(options.Device, options.Threads, options.Precision, options.Math);
        return opened is KernelBackend device ? DeviceOpsBenchmark.Run(device, chosen, options, output) : RunOps((CpuBackend)opened, config, chosen, options, output, error);
    }

    private static int RunOps(CpuBackend backend, RvcConfig config, List<StepConvolution> chosen, OpsOptions options, TextWriter output, TextWriter error)
    {
        ConvPeers peers = options.Peers ? ConvPeers.Installed(backend.Threads) : ConvPeers.None;
        if (options.Peers)
        {
            foreach (string missing in ConvPeers.Missing) error.WriteLine($"rvcnative: goes on without this peer: {missing}");
        }

        double peakGflops = FmaPeak.Measure(backend.Threads);
        if (!options.Json)
        {
            output.WriteLine($"convolutions of a training step, {options.Config} {options.Version.ToString().ToLowerInvariant()}, {config.Model.Vocoder.FileName()}, batch {options.Batch}, {options.Frames} frames");
            output.WriteLine(string.Join(", against ", [backend.Name, .. peers.Names]));
            output.WriteLine(OpsReport.Header);
        }

        List<OpTimes> ops = [];
        foreach (StepConvolution convolution in chosen)
        {
            ops.Add(OpsBenchmark.Measure(backend, peers, convolution, options.Seconds));
            if (!options.Json) output.WriteLine(OpsReport.Line(ops[^1], peakGflops));
        }

        peakGflops = Math.Max(peakGflops, FmaPeak.Measure(backend.Threads));   // others may have had the cores at the first try
        double totalMs = ops.Sum(op => op.StepMs);
        if (!options.Json) OpsReport.PrintSummary(output, ops, peakGflops);
        else foreach (OpTimes op in ops) OpsReport.WriteJson(output, op, totalMs, peakGflops, backend.Threads);
        return CommandLine.Done;
    }

    private static List<StepConvolution> Choose(IReadOnlyList<StepConvolution> all, OpsOptions options)
    {
        ConvPass? pass = options.Pass switch
        {
            "forward" => ConvPass.Forward,
            "data" => ConvPass.DataGradient,
            "weight" => ConvPass.WeightGradient,
            _ => null,
        };
        List<StepConvolution> chosen =
        [
            .. all.Where(each => pass is null || each.Size.Pass == pass)
                .Where(each => each.Names.Any(name => name.Contains(options.Filter, StringComparison.Ordinal)))
                .OrderBy(each => each.Size.Pass),
        ];
        if (chosen.Count > 0) return chosen;
        throw new ArgumentException(
            $"no convolution of the step has '{options.Filter}' in its name; there are, for instance, {string.Join(", ", all.Take(3).Select(each => each.Names[0]))}");
    }
}

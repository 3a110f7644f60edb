using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Commands;

/// <summary>`bench step`: a whole training step, alone or in turn with mainline's in PyTorch.</summary>
internal static partial class BenchCommand
{
    internal sealed record StepOptions(string Config, ModelVersion Version, bool HasPitch, int Batch, int Frames, int Threads, int Steps, int Warmup,
        DirectoryInfo? Repository, string Python, bool Json);

    private static Command CreateStep()
    {
        Option<string> config = Config(), version = Places.Version();
        Option<bool> noPitch = NoPitch();
        Option<int> batch = new("--batch") { Description = "Items in the batch.", DefaultValueFactory = _ => 4 };
        Option<int> frames = new("--frames") { Description = "Frames of an item.", DefaultValueFactory = _ => 300 };
        Option<int> threads = Places.Threads();
        Option<int> steps = new("--steps") { Description = "Steps that are timed.", DefaultValueFactory = _ => 5 };
        Option<int> warmup = new("--warmup") { Description = "Steps before these.", DefaultValueFactory = _ => 2 };
        Option<DirectoryInfo?> repository = new("--rvc-repo")
        {
            Description = "A checkout of mainline RVC, whose step in PyTorch is timed in turn with ours.",
        };
        Option<string> python = new("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "python3" };
        Option<bool> json = new("--json") { Description = "One JSON object." };
        Command command = new("step",
            "Times a training step on random weights: milliseconds by phase, GFLOP/s, memory; the ratio is ours over PyTorch's, below 1 is faster."
            + "\n\nExample: rvcnative bench step --config 40k --batch 4 --frames 300 --rvc-repo ../Retrieval-based-Voice-Conversion-WebUI")
        {
            config, version, noPitch, batch, frames, threads, steps, warmup, repository, python, json,
        };
        command.SetAction(parsed => RunStep(
            new(parsed.GetRequiredValue(config), VersionOf(parsed.GetRequiredValue(version)), !parsed.GetValue(noPitch),
                parsed.GetValue(batch), parsed.GetValue(frames), parsed.GetValue(threads), parsed.GetValue(steps), parsed.GetValue(warmup),
                parsed.GetValue(repository), parsed.GetRequiredValue(python), parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int RunStep(StepOptions options, TextWriter output)
    {
        if (options.Steps < 1 || options.Warmup < 0) throw new ArgumentException("--steps is 1 or more, --warmup 0 or more");
        RvcConfig config = ConfigOf(options.Config, options.Version);
        using CpuBackend backend = new(options.Threads);
        using StepBenchmark benchmark = new(backend, config, options.Version, options.HasPitch, options.Batch, options.Frames);
        using MainlinePeer? peer = Peer(options, config, backend.Threads);
        double peakGflops = FmaPeak.Measure(backend.Threads);
        StepTimes ours = new(), peers = new();
        for (int step = -options.Warmup; step < options.Steps; step++)
        {
            double peerMs = peer?.Run() ?? 0, ms = benchmark.Run();
            if (step < 0) continue;
            ours.Add(ms, benchmark.PhaseMs);
            peers.Add(peerMs, []);
        }

        peakGflops = Math.Max(peakGflops, FmaPeak.Measure(backend.Threads));   // others may have had the cores at the first try
        double gflops = benchmark.StepFlop / 1e6 / ours.MedianMs;
        Facts facts = new Facts($"training step, {options.Config} {options.Version.ToString().ToLowerInvariant()}, on {backend.Name}")
            .Add("config", options.Config).Add("version", options.Version.ToString().ToLowerInvariant()).Add("f0", options.HasPitch)
            .Add("batch", options.Batch).Add("frames", options.Frames).Add("threads", backend.Threads).Add("steps", options.Steps)
            .Add("median_ms", Rounded.Of(ours.MedianMs)).Add("min_ms", Rounded.Of(ours.MinMs))
            .Add("phases_ms", benchmark.PhaseNames.Zip(ours.PhaseMedians, (name, ms) => KeyValuePair.Create(name, Rounded.Of(ms))).ToList())
            .Add("gflop_forward", Rounded.Of(benchmark.ForwardFlop / 1e9)).Add("gflop", Rounded.Of(benchmark.StepFlop / 1e9)).Add("gflops", Rounded.Of(gflops))
            .Add("peak_gflops", Rounded.Of(peakGflops)).Add("share_of_peak", Rounded.Of(gflops / peakGflops))
            .Add("arena_mib", Rounded.Of(benchmark.PlannedBytes / (double)(1 << 20))).Add("peak_rss_mib", Rounded.Of(PeakRssMib()));
        if (peer is not null)
        {
            facts.Add("peer", peer.Name).Add("peer_median_ms", Rounded.Of(peers.MedianMs)).Add("peer_min_ms", Rounded.Of(peers.MinMs))
                .Add("peer_peak_rss_mib", Rounded.Of(peer.PeakRssMib)).Add("ratio", Rounded.Of(ours.MedianMs / peers.MedianMs));
        }

        if (options.Json) JsonLine.Write(output, facts.WriteJson);
        else facts.Print(output);
        return CommandLine.Done;
    }

    private static MainlinePeer? Peer(StepOptions options, RvcConfig config, int threads)
    {
        if (options.Repository is not { } repository) return null;
        if (!File.Exists(Path.Combine(repository.FullName, "infer", "module", "models.py")))
        {
            throw new DirectoryNotFoundException($"{repository.FullName}: is no checkout of mainline RVC: infer/module/models.py is not in it");
        }

        string script = MainlinePeer.FindScript()
            ?? throw new FileNotFoundException(
                $"{MainlinePeer.ScriptPath} is neither above the current folder nor above the program; run from a checkout of RvcNative");
        string version = options.Version.ToString().ToLowerInvariant();
        PeerSettings settings = new(options.Python, repository.FullName, script, version, options.HasPitch, options.Batch, options.Frames, threads);
        return new MainlinePeer(settings, config);
    }

    private static double PeakRssMib()
    {
        using System.Diagnostics.Process self = System.Diagnostics.Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / (double)(1 << 20);
    }

    /// <summary>Times of the steps so far; phases are summed up each for itself.</summary>
    private sealed class StepTimes
    {
        private readonly List<double> _ms = [];
        private readonly List<double[]> _phases = [];

        internal double MedianMs => Median(_ms);

        internal double MinMs => _ms.Min();

        internal IEnumerable<double> PhaseMedians =>
            Enumerable.Range(0, _phases[0].Length).Select(phase => Median(_phases.Select(phases => phases[phase])));

        internal void Add(double ms, double[] phases)
        {
            _ms.Add(ms);
            _phases.Add(phases);
        }

        private static double Median(IEnumerable<double> values)
        {
            double[] sorted = [.. values.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}

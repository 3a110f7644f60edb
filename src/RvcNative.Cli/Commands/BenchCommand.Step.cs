using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Commands;

/// <summary>`bench step`: a whole training step, alone or in turn with mainline's in PyTorch.</summary>
internal static partial class BenchCommand
{
    internal sealed record StepOptions(string Config, ModelVersion Version, bool HasPitch, int Batch, int Frames, int Threads, int Steps, int Warmup,
        DirectoryInfo? Repository, string Python, bool Json)
    {
        /// <summary>Mainline's for null; tests take smaller ones.</summary>
        internal DiscriminatorPlan? Discriminators { get; init; }

        internal string Device { get; init; } = Devices.Cpu;
    }

    private static Command CreateStep()
    {
        Option<string> config = Config(), version = Places.Version(), python = Python();
        Option<bool> noPitch = NoPitch();
        Option<int[]> batch = WholeNumbers.Option("--batch", "Items in the batch; several with commas between are measured one after the other.", 4);
        Option<int[]> frames = WholeNumbers.Option("--frames", "Frames of an item; one or several.", 300);
        Option<int[]> threads = WholeNumbers.Option("--threads", "Threads; 0 takes one per processor; one or several.", 0);
        Option<string> device = Devices.Option();
        Option<int> steps = new("--steps") { Description = "Steps that are timed.", DefaultValueFactory = _ => 5 };
        Option<int> warmup = new("--warmup") { Description = "Steps before these.", DefaultValueFactory = _ => 2 };
        Option<DirectoryInfo?> repository = Repository("whose step in PyTorch is timed in turn with ours.");
        Option<bool> json = new("--json") { Description = "One JSON object a line." };
        Command command = new("step",
            "Times a training step on random weights: milliseconds by phase, GFLOP/s, memory; the ratio is ours over PyTorch's, below 1 is faster."
            + "\n\nExample: rvcnative bench step --config 40k --batch 1,4 --frames 300 --rvc-repo ../Retrieval-based-Voice-Conversion-WebUI")
        {
            config, version, noPitch, batch, frames, device, threads, steps, warmup, repository, python, json,
        };
        command.SetAction(parsed => RunSteps(
            new(parsed.GetRequiredValue(config), VersionOf(parsed.GetRequiredValue(version)), !parsed.GetValue(noPitch), Batch: 0, Frames: 0, Threads: 0,
                parsed.GetValue(steps), parsed.GetValue(warmup), parsed.GetValue(repository), parsed.GetRequiredValue(python), parsed.GetValue(json))
            {
                Device = parsed.GetRequiredValue(device),
            },
            parsed.GetRequiredValue(threads), parsed.GetRequiredValue(batch), parsed.GetRequiredValue(frames), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>Every combination, one after the other.</summary>
    internal static int RunSteps(StepOptions options, int[] threads, int[] batches, int[] frames, TextWriter output)
    {
        if (options.Steps < 1 || options.Warmup < 0) throw new ArgumentException("--steps is 1 or more, --warmup 0 or more");
        StepOptions[] rows =
        [
            .. from threadCount in threads
               from batch in batches
               from frameCount in frames
               select options with { Threads = threadCount, Batch = batch, Frames = frameCount },
        ];
        for (int row = 0; row < rows.Length; row++)
        {
            bool ownPeak = ProcessMemory.StartAnew() || row == 0;
            RunStep(rows[row], ownPeak, output);
        }

        return CommandLine.Done;
    }

    private static void RunStep(StepOptions options, bool ownPeak, TextWriter output)
    {
        RvcConfig config = ConfigOf(options.Config, options.Version);
        using Backend backend = Devices.Open(options.Device, options.Threads);
        bool isCpu = backend is CpuBackend;
        int threads = (backend as CpuBackend)?.Threads ?? Environment.ProcessorCount;
        using StepBenchmark benchmark = new(backend, config, options.Version, options.HasPitch, options.Batch, options.Frames, options.Discriminators);
        using MainlinePeer? peer = options.Repository is not { } repository ? null : new MainlinePeer(
            new PeerSettings(
                options.Python, repository.FullName, MainlinePeer.StepScript, options.Version, options.HasPitch, options.Batch, options.Frames, threads),
            config);
        double peakGflops = isCpu ? FmaPeak.Measure(threads) : 0;
        StepTimes ours = new(), peers = new();
        for (int step = -options.Warmup; step < options.Steps; step++)
        {
            double peerMs = peer?.Run() ?? 0, ms = benchmark.Run();
            if (step < 0) continue;
            ours.Add(ms, benchmark.PhaseMs);
            peers.Add(peerMs, []);
        }

        if (isCpu) peakGflops = Math.Max(peakGflops, FmaPeak.Measure(threads));   // others may have had the cores at the first try
        double gflops = benchmark.StepFlop / 1e6 / ours.Times.MedianMs;
        string version = options.Version.ToString().ToLowerInvariant();
        Facts facts = new Facts($"training step, {options.Config} {version}, on {backend.Name}")
            .Add("config", options.Config).Add("version", version).Add("f0", options.HasPitch)
            .Add("batch", options.Batch).Add("frames", options.Frames).Add("threads", threads).Add("steps", options.Steps)
            .Add("median_ms", Rounded.Of(ours.Times.MedianMs)).Add("min_ms", Rounded.Of(ours.Times.MinMs))
            .Add(isCpu ? "phases_ms" : "launching_ms", benchmark.PhaseNames.Zip(ours.PhaseMedians, (name, ms) => KeyValuePair.Create(name, Rounded.Of(ms))).ToList())
            .Add("gflop_forward", Rounded.Of(benchmark.ForwardFlop / 1e9)).Add("gflop", Rounded.Of(benchmark.StepFlop / 1e9)).Add("gflops", Rounded.Of(gflops))
            .Add("peak_gflops", isCpu ? Rounded.Of(peakGflops) : null).Add("share_of_peak", isCpu ? Rounded.Of(gflops / peakGflops) : null)
            .Add("arena_mib", Rounded.Of(benchmark.PlannedBytes / (double)(1 << 20)))
            .Add("peak_rss_mib", ownPeak ? Rounded.Of(ProcessMemory.PeakMib()) : null);
        if (peer is not null)
        {
            facts.Add("peer", peer.Name).Add("peer_median_ms", Rounded.Of(peers.Times.MedianMs)).Add("peer_min_ms", Rounded.Of(peers.Times.MinMs))
                .Add("peer_peak_rss_mib", Rounded.Of(peer.PeakRssMib)).Add("ratio", Rounded.Of(ours.Times.MedianMs / peers.Times.MedianMs));
        }

        facts.Write(output, options.Json);
    }

    /// <summary>Times of the steps so far; phases are summed up each for itself.</summary>
    private sealed class StepTimes
    {
        private readonly List<double> _ms = [];
        private readonly List<double[]> _phases = [];

        internal RunTimes Times => RunTimes.Of(_ms);

        internal IEnumerable<double> PhaseMedians =>
            Enumerable.Range(0, _phases[0].Length).Select(phase => RunTimes.Of([.. _phases.Select(phases => phases[phase])]).MedianMs);

        internal void Add(double ms, double[] phases)
        {
            _ms.Add(ms);
            _phases.Add(phases);
        }
    }
}

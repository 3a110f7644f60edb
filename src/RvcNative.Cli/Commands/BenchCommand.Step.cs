using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Gpu;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Commands;

/// <summary>`bench step`: a whole training step, alone or in turn with mainline's or Applio's in PyTorch.</summary>
internal static partial class BenchCommand
{
    internal sealed record StepOptions(string Config, ModelVersion Version, bool HasPitch, int Batch, int Frames, int Threads, int Steps, int Warmup,
        BenchPeer Peer, bool Json)
    {
        internal Combination Chosen { get; init; }

        /// <summary>The configuration's for null; tests take smaller ones.</summary>
        internal DiscriminatorPlan? Discriminators { get; init; }

        internal string Device { get; init; } = Devices.Cpu;

        internal string Precision { get; init; } = "f32";

        internal string Math { get; init; } = "auto";
    }

    private static Command CreateStep()
    {
        Option<string> config = Config(), version = Places.Version(), python = Python();
        Option<bool> noPitch = NoPitch();
        Option<int[]> batch = WholeNumbers.Option("--batch", "Items in the batch; several with commas between are measured one after the other.", 4);
        Option<int[]> frames = WholeNumbers.Option("--frames", "Frames of an item; one or several.", 300);
        Option<int[]> threads = WholeNumbers.Option("--threads", "Threads; 0 takes one per processor; one or several.", 0);
        Option<string> device = Devices.Option(), precision = Devices.PrecisionOption(), math = Devices.MathOption();
        Option<int> steps = new("--steps") { Description = "Steps that are timed.", DefaultValueFactory = _ => 5 };
        Option<int> warmup = new("--warmup") { Description = "Steps before these.", DefaultValueFactory = _ => 2 };
        const string Use = "whose step in PyTorch is timed in turn with ours.";
        Option<DirectoryInfo?> repository = Repository(Use), applioRepository = ApplioRepository(Use);
        Option<string?> vocoder = VocoderOption(), discriminator = TrainCommand.DiscriminatorOption(), melLoss = TrainCommand.MelLossOption();
        Option<bool> json = new("--json") { Description = "One JSON object a line." };
        Command command = new("step",
            "Times a training step on random weights: milliseconds by phase, GFLOP/s, memory; the ratio is ours over PyTorch's, below 1 is faster."
            + "\n\nExample: rvcnative bench step --config 40k --batch 1,4 --frames 300 --rvc-repo ../Retrieval-based-Voice-Conversion-WebUI"
            + "\nExample: rvcnative bench step --vocoder refinegan --config 48k --applio-repo ../Applio")
        {
            config, version, vocoder, discriminator, melLoss, noPitch, batch, frames, device, precision, math, threads, steps, warmup, repository, applioRepository, python, json,
        };
        command.SetAction(parsed => RunSteps(
            new(parsed.GetRequiredValue(config), VersionOf(parsed.GetRequiredValue(version)), !parsed.GetValue(noPitch), Batch: 0, Frames: 0, Threads: 0,
                parsed.GetValue(steps), parsed.GetValue(warmup),
                new BenchPeer(parsed.GetValue(repository), parsed.GetValue(applioRepository), parsed.GetRequiredValue(python)), parsed.GetValue(json))
            {
                Device = parsed.GetRequiredValue(device),
                Chosen = new Combination(TrainCommand.VocoderOf(parsed.GetValue(vocoder)), parsed.GetValue(discriminator), parsed.GetValue(melLoss)),
                Precision = parsed.GetRequiredValue(precision),
                Math = parsed.GetRequiredValue(math),
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
        RvcConfig config = options.Peer.Fit(ConfigOf(options.Config, options.Version, options.Chosen), options.Version);
        options.Peer.CheckStep(config, options.Version);
        using Backend backend = Devices.Open(options.Device, options.Threads, options.Precision, options.Math);
        bool isCpu = backend is CpuBackend;
        int threads = (backend as CpuBackend)?.Threads ?? Environment.ProcessorCount;
        using StepBenchmark benchmark = new(backend, config, options.Version, options.HasPitch, options.Batch, options.Frames, options.Discriminators);
        using CheckoutPeer? peer = options.Peer.Start(
            PeerScript.MainlineStep, PeerScript.ApplioStep, config, new PeerSettings(options.Version, options.HasPitch, options.Batch, options.Frames, threads));
        DevicePeaks? peaks = backend is KernelBackend kernels ? DevicePeaks.Measure(kernels) : null;
        double peakGflops = peaks?.Gflops ?? FmaPeak.Measure(threads);
        StepTimes ours = new(), peers = new();
        long managedBytes = 0, collections = 0, waits = 0, taken = 0;
        (List<KeyValuePair<string, double>> Ours, IReadOnlyDictionary<string, double>? Peers)? firstLosses = null;
        for (int step = -options.Warmup; step < options.Steps; step++)
        {
            double peerMs = peer?.Run() ?? 0;
            IDevice? device = (backend as KernelBackend)?.Device;
            long waitsBefore = device?.Waits ?? 0, takenBefore = device?.Allocations ?? 0;
            long allocatedBefore = GC.GetTotalAllocatedBytes(), collectedBefore = GC.CollectionCount(2);
            double ms = benchmark.Run(reads: isCpu || firstLosses is null);
            firstLosses ??= (Named(benchmark.Losses), peer?.Losses);
            if (step < 0) continue;
            waits += (device?.Waits ?? 0) - waitsBefore;
            taken += (device?.Allocations ?? 0) - takenBefore;
            managedBytes += GC.GetTotalAllocatedBytes() - allocatedBefore;
            collections += GC.CollectionCount(2) - collectedBefore;
            ours.Add(ms, benchmark.PhaseMs);
            peers.Add(peerMs, []);
        }

        if (isCpu) peakGflops = Math.Max(peakGflops, FmaPeak.Measure(threads));   // others may have had the cores at the first try
        double? peakMib = ownPeak ? ProcessMemory.PeakMib() : null;
        double gflops = benchmark.StepFlop / 1e6 / ours.Times.MedianMs;
        string version = options.Version.ToString().ToLowerInvariant();
        Facts facts = new Facts($"training step, {options.Config} {version}, {config.Model.Vocoder.FileName()}, on {backend.Name}")
            .Add("config", options.Config).Add("version", version).Add("vocoder", config.Model.Vocoder.FileName())
            .Add("discriminator", config.DiscriminatorName(options.Version)).Add("mel_loss", config.MelLossName()).Add("f0", options.HasPitch)
            .Add("batch", options.Batch).Add("frames", options.Frames).Add("threads", threads).Add("steps", options.Steps)
            .Add("median_ms", Rounded.Of(ours.Times.MedianMs)).Add("min_ms", Rounded.Of(ours.Times.MinMs))
            .Add(isCpu ? "phases_ms" : "launching_ms", benchmark.PhaseNames.Zip(ours.PhaseMedians, (name, ms) => KeyValuePair.Create(name, Rounded.Of(ms))).ToList())
            .Add("gflop_forward", Rounded.Of(benchmark.ForwardFlop / 1e9)).Add("gflop", Rounded.Of(benchmark.StepFlop / 1e9)).Add("gflops", Rounded.Of(gflops))
            .Add("peak_gflops", Rounded.Of(peakGflops)).Add("share_of_peak", Rounded.Of(gflops / peakGflops)).Add("copy_gbps", Rounded.Of(peaks?.CopyGbps))
            .Add("host_waits_in_steps", isCpu ? null : waits - options.Steps).Add("device_allocations", isCpu ? null : taken)
            .Add("arena_mib", Rounded.Of(benchmark.PlannedBytes / (double)(1 << 20)))
            .Add("peak_rss_mib", Rounded.Of(peakMib)).Add("managed_bytes_a_step", managedBytes / options.Steps).Add("collections_of_generation_2", collections)
            .Add("first_losses", firstLosses!.Value.Ours);
        if (peer is not null)
        {
            facts.Add("peer", peer.Name).Add("peer_median_ms", Rounded.Of(peers.Times.MedianMs)).Add("peer_min_ms", Rounded.Of(peers.Times.MinMs))
                .Add("peer_peak_rss_mib", Rounded.Of(peer.PeakRssMib)).Add("ratio", Rounded.Of(ours.Times.MedianMs / peers.Times.MedianMs))
                .Add("memory_ratio", Rounded.Of(peakMib / peer.PeakRssMib))
                .Add("peer_first_losses", firstLosses.Value.Peers?.Select(loss => KeyValuePair.Create(loss.Key, Rounded.Of(loss.Value))).ToList());
        }

        facts.Write(output, options.Json);
    }

    // By the names that the peers give them.
    private static List<KeyValuePair<string, double>> Named(StepLosses losses) =>
    [
        new("mel", Rounded.Of(losses.Mel)), new("kl", Rounded.Of(losses.Kl)), new("fm", Rounded.Of(losses.FeatureMatching)),
        new("gen", Rounded.Of(losses.Generator)), new("disc", Rounded.Of(losses.Discriminator)),
    ];

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

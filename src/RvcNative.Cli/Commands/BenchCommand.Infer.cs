using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Commands;

/// <summary>`bench infer`: the conversion network, alone or in turn with mainline's or Applio's in PyTorch.</summary>
internal static partial class BenchCommand
{
    internal sealed record InferOptions(string Config, ModelVersion Version, bool HasPitch, double Seconds, int Threads, int Runs, int Warmup,
        Vocoder? Vocoder, BenchPeer Peer, bool Json);

    private static Command CreateInfer()
    {
        Option<string> config = Config(), version = Places.Version(), python = Python();
        Option<bool> noPitch = NoPitch();
        Option<double> seconds = new("--seconds") { Description = "Seconds of audio.", DefaultValueFactory = _ => 30 };
        Option<int> threads = Places.Threads();
        Option<int> runs = new("--runs") { Description = "Runs that are timed.", DefaultValueFactory = _ => 5 };
        Option<int> warmup = new("--warmup") { Description = "Runs before these.", DefaultValueFactory = _ => 1 };
        const string Use = "whose network in PyTorch is timed in turn with ours.";
        Option<DirectoryInfo?> repository = Repository(Use), applioRepository = ApplioRepository(Use);
        Option<string?> vocoder = VocoderOption();
        Option<bool> json = new("--json") { Description = "One JSON object." };
        Numbers.Within(seconds, 0, int.MaxValue);
        Command command = new("infer",
            "Times the conversion network (features and pitch to audio) on random weights; the ratio is ours over PyTorch's, below 1 is faster."
            + "\n\nExample: rvcnative bench infer --config 40k --seconds 30 --rvc-repo ../Retrieval-based-Voice-Conversion-WebUI")
        {
            config, version, vocoder, noPitch, seconds, threads, runs, warmup, repository, applioRepository, python, json,
        };
        command.SetAction(parsed => RunInfer(
            new(parsed.GetRequiredValue(config), VersionOf(parsed.GetRequiredValue(version)), !parsed.GetValue(noPitch), parsed.GetValue(seconds),
                parsed.GetValue(threads), parsed.GetValue(runs), parsed.GetValue(warmup), TrainCommand.VocoderOf(parsed.GetValue(vocoder)),
                new BenchPeer(parsed.GetValue(repository), parsed.GetValue(applioRepository), parsed.GetRequiredValue(python)), parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int RunInfer(InferOptions options, TextWriter output)
    {
        if (options.Runs < 1 || options.Warmup < 0) throw new ArgumentException("--runs is 1 or more, --warmup 0 or more");
        RvcConfig config = options.Peer.Fit(ConfigOf(options.Config, options.Version, new Combination(options.Vocoder)), options.Version);
        using CpuBackend backend = new(options.Threads);
        using InferBenchmark benchmark = new(backend, config, options.Version, options.HasPitch, options.Seconds);
        using CheckoutPeer? peer = options.Peer.Start(
            PeerScript.MainlineInfer, PeerScript.ApplioInfer, config,
            new PeerSettings(options.Version, options.HasPitch, 1, benchmark.Frames, backend.Threads));
        double peakGflops = FmaPeak.Measure(backend.Threads);
        List<double> ours = [], peers = [];
        for (int run = -options.Warmup; run < options.Runs; run++)
        {
            double peerMs = peer?.Run() ?? 0, ms = benchmark.Run();
            if (run < 0) continue;
            ours.Add(ms);
            peers.Add(peerMs);
        }

        peakGflops = Math.Max(peakGflops, FmaPeak.Measure(backend.Threads));
        RunTimes own = RunTimes.Of(ours);
        double gflops = benchmark.Flop / 1e6 / own.MedianMs, peakMib = ProcessMemory.PeakMib();
        string version = options.Version.ToString().ToLowerInvariant();
        Facts facts = new Facts($"conversion, {options.Config} {version}, {config.Model.Vocoder.FileName()}, on {backend.Name}")
            .Add("config", options.Config).Add("version", version).Add("vocoder", config.Model.Vocoder.FileName()).Add("f0", options.HasPitch).Add("seconds", options.Seconds)
            .Add("frames", benchmark.Frames).Add("threads", backend.Threads).Add("runs", options.Runs)
            .Add("median_ms", Rounded.Of(own.MedianMs)).Add("min_ms", Rounded.Of(own.MinMs))
            .Add("ms_per_second", Rounded.Of(own.MedianMs / options.Seconds))
            .Add("gflop", Rounded.Of(benchmark.Flop / 1e9)).Add("gflops", Rounded.Of(gflops))
            .Add("peak_gflops", Rounded.Of(peakGflops)).Add("share_of_peak", Rounded.Of(gflops / peakGflops))
            .Add("peak_rss_mib", Rounded.Of(peakMib));
        if (peer is not null)
        {
            RunTimes theirs = RunTimes.Of(peers);
            facts.Add("peer", peer.Name).Add("peer_median_ms", Rounded.Of(theirs.MedianMs)).Add("peer_min_ms", Rounded.Of(theirs.MinMs))
                .Add("peer_peak_rss_mib", Rounded.Of(peer.PeakRssMib)).Add("ratio", Rounded.Of(own.MedianMs / theirs.MedianMs))
                .Add("memory_ratio", Rounded.Of(peakMib / peer.PeakRssMib));
        }

        facts.Write(output, options.Json);
        return CommandLine.Done;
    }
}

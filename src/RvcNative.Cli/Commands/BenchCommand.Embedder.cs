using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Commands;

/// <summary>`bench embedder`: ContentVec's network, alone or in turn with the same in PyTorch.</summary>
internal static partial class BenchCommand
{
    private const string EmbedderScript = "hubert.py";

    // Above it the two do not compute the same; their own rounding differs by some 1e-6.
    private const double MostEmbedderError = 1e-4;

    internal sealed record EmbedderOptions(double Seconds, int Threads, int Runs, int Warmup, string? Peer, bool Json);

    private static Command CreateEmbedder()
    {
        Option<double> seconds = new("--seconds") { Description = "Seconds of audio.", DefaultValueFactory = _ => 30 };
        Option<int> threads = Places.Threads();
        Option<int> runs = new("--runs") { Description = "Runs that are timed.", DefaultValueFactory = _ => 5 };
        Option<int> warmup = new("--warmup") { Description = "Runs before these.", DefaultValueFactory = _ => 1 };
        Option<string?> peer = new("--peer") { Description = "A Python that has PyTorch; the same network and weights there are timed in turn with ours." };
        Option<bool> json = new("--json") { Description = "One JSON object." };
        Command command = new("embedder",
            "Times ContentVec's network (HuBERT base) on random weights; the ratio is ours over PyTorch's, below 1 is faster."
            + "\n\nExample: rvcnative bench embedder --seconds 30 --peer python3")
        {
            seconds, threads, runs, warmup, peer, json,
        };
        command.SetAction(parsed => RunEmbedder(
            new(parsed.GetValue(seconds), parsed.GetValue(threads), parsed.GetValue(runs), parsed.GetValue(warmup), parsed.GetValue(peer), parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int RunEmbedder(EmbedderOptions options, TextWriter output)
    {
        if (options.Runs < 1 || options.Warmup < 0) throw new ArgumentException("--runs is 1 or more, --warmup 0 or more");
        using CpuBackend backend = new(options.Threads);
        using EmbedderBenchmark benchmark = new(backend, options.Seconds);
        benchmark.Run(out float[] features);
        using EmbedderPeer? peer = options.Peer is { } python ? new EmbedderPeer(python, benchmark, backend.Threads) : null;
        double? error = peer?.ErrorOf(features);
        if (error > MostEmbedderError) throw new InvalidDataException($"the peer's features differ from ours by {error:g3} of their norm; they are not the same network");

        double peakGflops = FmaPeak.Measure(backend.Threads);
        List<double> ours = [], peers = [];
        for (int run = -options.Warmup; run < options.Runs; run++)
        {
            double peerMs = peer?.Run() ?? 0, ms = benchmark.Run(out _);
            if (run < 0) continue;
            ours.Add(ms);
            peers.Add(peerMs);
        }

        peakGflops = Math.Max(peakGflops, FmaPeak.Measure(backend.Threads));
        RunTimes own = RunTimes.Of(ours);
        double gflops = benchmark.Flop / 1e6 / own.MedianMs;
        Facts facts = new Facts($"embedder (HuBERT base), on {backend.Name}")
            .Add("seconds", options.Seconds).Add("frames", benchmark.Frames).Add("threads", backend.Threads).Add("runs", options.Runs)
            .Add("median_ms", Rounded.Of(own.MedianMs)).Add("min_ms", Rounded.Of(own.MinMs)).Add("ms_per_second", Rounded.Of(own.MedianMs / options.Seconds))
            .Add("gflop", Rounded.Of(benchmark.Flop / 1e9)).Add("gflops", Rounded.Of(gflops))
            .Add("peak_gflops", Rounded.Of(peakGflops)).Add("share_of_peak", Rounded.Of(gflops / peakGflops))
            .Add("weights_mib", Rounded.Of(benchmark.WeightBytes / 1048576.0)).Add("working_mib", Rounded.Of(benchmark.WorkingBytes / 1048576.0))
            .Add("peak_rss_mib", Rounded.Of(ProcessMemory.PeakMib()));
        if (peer is not null)
        {
            RunTimes theirs = RunTimes.Of(peers);
            facts.Add("peer", peer.Name).Add("peer_median_ms", Rounded.Of(theirs.MedianMs)).Add("peer_min_ms", Rounded.Of(theirs.MinMs))
                .Add("peer_peak_rss_mib", Rounded.Of(peer.PeakRssMib)).Add("peer_difference", error!.Value)
                .Add("ratio", Rounded.Of(own.MedianMs / theirs.MedianMs));
        }

        facts.Write(output, options.Json);
        return CommandLine.Done;
    }

    /// <summary>Our PyTorch module with the benchmark's weights and recording.</summary>
    private sealed class EmbedderPeer : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-peer-").FullName;
        private readonly PeerProcess _process;

        internal EmbedderPeer(string python, EmbedderBenchmark benchmark, int threads)
        {
            try
            {
                string weights = Path.Combine(_folder, "weights.safetensors");
                benchmark.WriteTensors(weights);
                _process = new PeerProcess(python, EmbedderScript, ["--weights", weights, "--sizes", benchmark.Sizes, "--output", Features], threads);
                File.Delete(weights);
            }
            catch
            {
                Directory.Delete(_folder, recursive: true);
                throw;
            }
        }

        internal string Name => _process.Name;

        internal double PeakRssMib => _process.PeakRssMib;

        private string Features => Path.Combine(_folder, "features");

        internal double Run() => _process.Run();

        internal double ErrorOf(float[] features)
        {
            Run();
            return EmbedderBenchmark.ErrorOf(features, Features);
        }

        public void Dispose()
        {
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}

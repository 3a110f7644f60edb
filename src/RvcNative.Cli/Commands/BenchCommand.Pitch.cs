using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Cli.Commands;

/// <summary>`bench pitch`: a pitch network, alone or in turn with the same in PyTorch.</summary>
internal static partial class BenchCommand
{
    private const string RmvpeScript = "rmvpe.py";

    // Above it the two do not compute the same; their own rounding differs by some 1e-6.
    private const double MostPitchError = 1e-4;

    internal sealed record PitchBenchOptions(double Seconds, int Threads, int Runs, int Warmup, string? Peer, bool Json);

    private static Command CreatePitch()
    {
        Option<string> method = new("--method") { Description = "The network.", DefaultValueFactory = _ => PitchMethods.Rmvpe };
        method.AcceptOnlyFromAmong(PitchMethods.Rmvpe);
        Option<double> seconds = new("--seconds") { Description = "Seconds of audio.", DefaultValueFactory = _ => 30 };
        Option<int> threads = Places.Threads();
        Option<int> runs = new("--runs") { Description = "Runs that are timed.", DefaultValueFactory = _ => 5 };
        Option<int> warmup = new("--warmup") { Description = "Runs before these.", DefaultValueFactory = _ => 1 };
        Option<string?> peer = new("--peer") { Description = "A Python with PyTorch, in which the same network on the same weights is timed in turn with ours." };
        Option<bool> json = new("--json") { Description = "One JSON object." };
        Command command = new("pitch",
            "Times RMVPE from the samples to its confidence on random weights; the ratio is ours over PyTorch's, below 1 is faster."
            + "\n\nExample: rvcnative bench pitch --method rmvpe --seconds 30 --peer python3")
        {
            method, seconds, threads, runs, warmup, peer, json,
        };
        command.SetAction(parsed => RunPitch(
            new(parsed.GetValue(seconds), parsed.GetValue(threads), parsed.GetValue(runs), parsed.GetValue(warmup), parsed.GetValue(peer), parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int RunPitch(PitchBenchOptions options, TextWriter output)
    {
        if (options.Runs < 1 || options.Warmup < 0) throw new ArgumentException("--runs is 1 or more, --warmup 0 or more");
        using CpuBackend backend = new(options.Threads);
        using PitchBenchmark benchmark = new(backend, options.Seconds);
        benchmark.Run(out float[] confidence);
        using PitchPeer? peer = options.Peer is { } python ? new PitchPeer(python, benchmark, backend.Threads) : null;
        double? error = peer?.ErrorOf(confidence);
        if (error > MostPitchError) throw new InvalidDataException($"the peer's confidence differs from ours by {error:g3} of its norm; they are not the same network");

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
        Facts facts = new Facts($"pitch by RMVPE, on {backend.Name}")
            .Add("method", PitchMethods.Rmvpe).Add("seconds", options.Seconds).Add("frames", benchmark.Frames)
            .Add("threads", backend.Threads).Add("runs", options.Runs)
            .Add("median_ms", Rounded.Of(own.MedianMs)).Add("min_ms", Rounded.Of(own.MinMs)).Add("ms_per_second", Rounded.Of(own.MedianMs / options.Seconds))
            .Add("gflop", Rounded.Of(benchmark.Flop / 1e9)).Add("gflops", Rounded.Of(gflops))
            .Add("peak_gflops", Rounded.Of(peakGflops)).Add("share_of_peak", Rounded.Of(gflops / peakGflops))
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
    private sealed class PitchPeer : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("rvcnative-peer-").FullName;
        private readonly PeerProcess _process;

        internal PitchPeer(string python, PitchBenchmark benchmark, int threads)
        {
            try
            {
                string weights = Path.Combine(_folder, "weights.safetensors");
                benchmark.WriteTensors(weights);
                _process = new PeerProcess(python, RmvpeScript, ["--weights", weights, "--output", Confidence], threads);
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

        private string Confidence => Path.Combine(_folder, "confidence");

        internal double Run() => _process.Run();

        internal double ErrorOf(float[] confidence)
        {
            Run();
            return PitchBenchmark.ErrorOf(confidence, Confidence);
        }

        public void Dispose()
        {
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}

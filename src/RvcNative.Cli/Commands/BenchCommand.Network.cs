using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Commands;

/// <summary>What `bench embedder` and `bench pitch` share: a network of the front end, alone or in turn with the same in PyTorch.</summary>
internal static partial class BenchCommand
{
    // Above it the two do not compute the same; their own rounding differs by some 1e-6.
    private const double MostNetworkError = 1e-4;

    internal sealed record NetworkOptions(double Seconds, int Threads, int Runs, int Warmup, string? Peer, bool Json);

    /// <param name="run">Gets the options and the output.</param>
    /// <param name="more">Options of the command's own.</param>
    private static Command CreateNetwork(string name, string help, Func<NetworkOptions, TextWriter, int> run, params Option[] more)
    {
        Option<double> seconds = new("--seconds") { Description = "Seconds of audio.", DefaultValueFactory = _ => 30 };
        Option<int> threads = Places.Threads();
        Option<int> runs = new("--runs") { Description = "Runs that are timed.", DefaultValueFactory = _ => 5 };
        Option<int> warmup = new("--warmup") { Description = "Runs before these.", DefaultValueFactory = _ => 1 };
        Option<string?> peer = new("--peer") { Description = "A Python with PyTorch, in which the same network on the same weights is timed in turn with ours." };
        Option<bool> json = new("--json") { Description = "One JSON object." };
        Numbers.Within(seconds, 0, int.MaxValue);
        Command command = new(name, help);
        foreach (Option option in (Option[])[.. more, seconds, threads, runs, warmup, peer, json]) command.Options.Add(option);
        command.SetAction(parsed => run(
            new(parsed.GetValue(seconds), parsed.GetValue(threads), parsed.GetValue(runs), parsed.GetValue(warmup), parsed.GetValue(peer), parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <param name="title">What is measured.</param>
    /// <param name="make">Makes the benchmark for a number of seconds.</param>
    /// <param name="more">Facts of the benchmark's own, after the runs.</param>
    private static int RunNetwork<T>(string title, NetworkOptions options, TextWriter output, Func<Backend, double, T> make, Action<Facts, T>? more = null)
        where T : NetworkBenchmark
    {
        if (options.Runs < 1 || options.Warmup < 0) throw new ArgumentException("--runs is 1 or more, --warmup 0 or more");
        using CpuBackend backend = new(options.Threads);
        using T benchmark = make(backend, options.Seconds);
        benchmark.Run(out float[] result);
        using NetworkPeer? peer = options.Peer is { } python ? new NetworkPeer(python, benchmark, backend.Threads) : null;
        double? error = peer?.ErrorOf(result);
        if (error > MostNetworkError) throw new InvalidDataException($"the peer's result differs from ours by {error:g3} of its norm; they are not the same network");

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
        Facts facts = new Facts($"{title}, on {backend.Name}")
            .Add("seconds", options.Seconds).Add("frames", benchmark.Frames).Add("threads", backend.Threads).Add("runs", options.Runs)
            .Add("median_ms", Rounded.Of(own.MedianMs)).Add("min_ms", Rounded.Of(own.MinMs)).Add("ms_per_second", Rounded.Of(own.MedianMs / options.Seconds))
            .Add("gflop", Rounded.Of(benchmark.Flop / 1e9)).Add("gflops", Rounded.Of(gflops))
            .Add("peak_gflops", Rounded.Of(peakGflops)).Add("share_of_peak", Rounded.Of(gflops / peakGflops));
        more?.Invoke(facts, benchmark);
        facts.Add("peak_rss_mib", Rounded.Of(ProcessMemory.PeakMib()));
        if (peer is not null)
        {
            RunTimes theirs = RunTimes.Of(peers);
            facts.Add("peer", peer.Name).Add("peer_median_ms", Rounded.Of(theirs.MedianMs)).Add("peer_min_ms", Rounded.Of(theirs.MinMs))
                .Add("peer_peak_rss_mib", Rounded.Of(peer.PeakRssMib)).Add("peer_difference", error!.Value)
                .Add("ratio", Rounded.Of(own.MedianMs / theirs.MedianMs)).Add("min_ratio", Rounded.Of(own.MinMs / theirs.MinMs));
        }

        facts.Write(output, options.Json);
        return CommandLine.Done;
    }
}

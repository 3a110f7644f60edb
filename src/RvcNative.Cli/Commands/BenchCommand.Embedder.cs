using System.CommandLine;
using RvcNative.Cli.Measuring;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Commands;

/// <summary>`bench embedder`: ContentVec's network, alone or in turn with the same in PyTorch.</summary>
internal static partial class BenchCommand
{
    private static Command CreateEmbedder() => CreateNetwork(
        "embedder",
        "Times ContentVec's network (HuBERT base) on random weights; the ratio is ours over PyTorch's, below 1 is faster."
            + "\n\nExample: rvcnative bench embedder --seconds 30 --peer python3",
        RunEmbedder);

    private static int RunEmbedder(NetworkOptions options, TextWriter output) => RunNetwork(
        "embedder (HuBERT base)", options, output, (backend, seconds) => new EmbedderBenchmark(backend, seconds),
        (facts, benchmark) => facts
            .Add("weights_mib", Rounded.Of(benchmark.WeightBytes / 1048576.0)).Add("working_mib", Rounded.Of(benchmark.WorkingBytes / 1048576.0)));
}

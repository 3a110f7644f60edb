using System.CommandLine;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Cli.Commands;

/// <summary>`bench pitch`: a pitch network, alone or in turn with the same in PyTorch.</summary>
internal static partial class BenchCommand
{
    private static Command CreatePitch()
    {
        Option<string> method = new("--method") { Description = "The network.", DefaultValueFactory = _ => PitchMethods.Rmvpe };
        method.AcceptOnlyFromAmong(PitchMethods.Rmvpe);
        return CreateNetwork(
            "pitch",
            "Times RMVPE from the samples to its confidence on random weights; the ratio is ours over PyTorch's, below 1 is faster."
                + "\n\nExample: rvcnative bench pitch --method rmvpe --seconds 30 --peer python3",
            RunPitch, method);
    }

    private static int RunPitch(NetworkOptions options, TextWriter output) => RunNetwork(
        "pitch by RMVPE", options, output, (backend, seconds) => new PitchBenchmark(backend, seconds),
        (facts, _) => facts.Add("method", PitchMethods.Rmvpe));
}

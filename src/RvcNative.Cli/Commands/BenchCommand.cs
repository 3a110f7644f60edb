using System.CommandLine;

namespace RvcNative.Cli.Commands;

/// <summary>`bench`: measurements, each under a name of its own.</summary>
internal static partial class BenchCommand
{
    internal static Command Create() =>
        new("bench", "Measures this machine at the work that training does.\n\nExample: rvcnative bench step --config 40k --batch 4 --frames 300")
    {
        CreateStep(),
    };
}

using System.CommandLine;
using System.Globalization;
using RvcNative.Cli.SelfTest;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Gpu;
using RvcNative.Gpu.SelfTest;

namespace RvcNative.Cli.Commands;

/// <summary>`selftest`: every kernel of a device against the CPU backend.</summary>
internal static class SelftestCommand
{
    internal sealed record Options(string Device, bool Json, bool Verbose, string Precision = "f32", string Math = "auto");

    internal static Command Create()
    {
        Option<string> device = Devices.Option(), precision = Devices.PrecisionOption(), math = Devices.MathOption();
        Option<bool> json = new("--json") { Description = "One JSON object a line of the table." };
        Option<bool> verbose = new("--verbose") { Description = "Every trial, not ops." };
        Command command = new("selftest",
            "Runs every op of a device on made-up data beside the processor's, each twice, then finite differences and whole training steps."
            + "\n\nExample: rvcnative selftest --device opencl")
        {
            device, precision, math, json, verbose,
        };
        command.SetAction(parsed => Run(
            new(parsed.GetRequiredValue(device), parsed.GetValue(json), parsed.GetValue(verbose), parsed.GetRequiredValue(precision), parsed.GetRequiredValue(math)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using CpuBackend reference = new();
        using Backend device = Devices.Open(options.Device, threads: 0, options.Precision, options.Math);
        if (!options.Json) output.WriteLine($"selftest of {device.Name}, beside {reference.Name}");
        List<TrialResult> all = [];
        foreach (IGrouping<string, OpTrial> op in OpTrials.All().GroupBy(trial => trial.Op).OrderBy(op => op.Key, StringComparer.Ordinal))
        {
            Report(op.Key, [.. op.Select(trial => TrialResult.Of(trial, reference, device))]);
        }

        // Differences of rounded sums are no derivatives.
        if (device is not KernelBackend { Precision: not Precision.F32 })
        {
            Report("finite differences", [.. FiniteDifferences.Cases().Select(each => FiniteDifferences.Check(device, each.Name, each.Op, each.Inputs))]);
        }

        Report("training step", [.. StepTrial.Run(reference, device)]);
        if (device is KernelBackend kernels)
        {
            if (kernels.Precision != Precision.F32) Report("rounding", [RoundingTrial.Run(kernels)]);
            Report("transpose", [TransposeTrial.Run(kernels)]);
            if (kernels.LossScale is not null) Report("loss scale", [LossScaleTrial.Run(kernels)]);
            DevicePeaks peaks = DevicePeaks.Measure(kernels);
            if (!options.Json) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  peaks: {peaks.Gflops:n0} GFLOP/s, {peaks.CopyGbps:n1} GB/s copied"));
            Report("kernels launched",
                [.. Kernels.Of(kernels.Precision).Select(spec => new TrialResult("kernels launched", spec.Title, 0, kernels.IsCompiled(spec) ? null : "was not launched by any trial"))]);
        }

        int failed = all.Count(result => result.Failure is not null);
        if (!options.Json) output.WriteLine(failed == 0 ? $"selftest: PASS {all.Count} trials" : $"selftest: FAIL {failed} of {all.Count} trials");
        return failed == 0 ? CommandLine.Done : CommandLine.Failed;

        void Report(string name, TrialResult[] results)
        {
            if (all.Count == 0 && !options.Json) output.WriteLine($"  {"op",-22} {"trials",7} {"worst difference",17}");
            all.AddRange(results);
            Print(name, results, options, output);
            output.Flush();
        }
    }

    private static void Print(string name, TrialResult[] results, Options options, TextWriter output)
    {
        double worst = results.Max(result => result.Error);
        int failed = results.Count(result => result.Failure is not null);
        if (options.Json)
        {
            JsonLine.Write(output, json =>
            {
                json.WriteString("op", name);
                json.WriteNumber("trials", results.Length);
                if (double.IsFinite(worst)) json.WriteNumber("worst_difference", worst);
                json.WriteBoolean("pass", failed == 0);
                JsonLine.WriteList(json, "failures", [.. results.Where(result => result.Failure is not null).Select(Describe)]);
            });
            return;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-22} {results.Length,7} {worst,17:0.0e-00}  {(failed == 0 ? "pass" : $"FAIL {failed}")}"));
        foreach (TrialResult result in results)
        {
            if (result.Failure is not null) output.WriteLine($"    FAIL {Describe(result)}");
            else if (options.Verbose) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {result.Error,10:0.0e-00} {result.Case}"));
        }
    }

    private static string Describe(TrialResult result) => $"{result.Op} {result.Case}: {result.Failure}";
}

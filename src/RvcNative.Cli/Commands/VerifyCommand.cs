using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Verification;

namespace RvcNative.Cli.Commands;

/// <summary>`verify`: golden cases against the code that training and conversion use.</summary>
internal static class VerifyCommand
{
    internal sealed record Options(DirectoryInfo[] Cases, int Threads, bool Json, bool Verbose);

    internal static Command Create()
    {
        Argument<DirectoryInfo[]> cases = new("CASE") { Description = "Folders of golden cases, each with a case.json.", Arity = ArgumentArity.OneOrMore };
        Option<int> threads = new("--threads") { Description = "Threads; 0 takes one per processor." };
        Option<bool> json = new("--json") { Description = "One JSON object a case." };
        Option<bool> verbose = new("--verbose") { Description = "Every tensor, not groups." };
        Command command = new("verify", "Runs golden cases and prints our error beside PyTorch's.\n\nExample: rvcnative verify ../shared/golden/train-v2-f0-tiny")
        {
            cases, threads, json, verbose,
        };
        command.SetAction(parsed => Run(
            new(parsed.GetRequiredValue(cases), parsed.GetValue(threads), parsed.GetValue(json), parsed.GetValue(verbose)), parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using CpuBackend backend = new(options.Threads);
        List<TensorCheck> all = [];
        List<string> failed = [];
        foreach (DirectoryInfo directory in options.Cases)
        {
            CaseReport report = Verifier.Run(new GoldenCase(directory.FullName), backend);
            all.AddRange(report.Checks);
            if (!report.Passes) failed.Add(report.Name);
            if (options.Json) PrintJson(report, output);
            else Print(report, options.Verbose, output);
        }

        double? ratio = new CaseReport("", all, []).MeanRatio;
        string mean = ratio is null ? "" : string.Create(CultureInfo.InvariantCulture, $", geometric mean of our error over PyTorch's {ratio:f2}");
        if (!options.Json)
        {
            output.WriteLine(failed.Count == 0
                ? $"verify: PASS {options.Cases.Length} of {options.Cases.Length} cases{mean}"
                : $"verify: FAIL {failed.Count} of {options.Cases.Length} cases: {string.Join(", ", failed)}{mean}");
        }

        return failed.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static void Print(CaseReport report, bool verbose, TextWriter output)
    {
        output.WriteLine($"{report.Name}");
        output.WriteLine($"  {"group",-28} {"tensors",8} {"worst error",12} {"PyTorch's",12} {"mean ratio",11}");
        foreach (IGrouping<string, TensorCheck> group in report.Checks.GroupBy(check => check.Group))
        {
            TensorCheck worst = group.MaxBy(check => check.Error)!;
            double? mean = new CaseReport("", [.. group], []).MeanRatio;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {group.Key,-28} {group.Count(),8} {worst.Error,12:e2} {worst.PeerError,12:e2} {mean,11:f2}"));
            if (!verbose) continue;
            foreach (TensorCheck check in group)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {check.Name,-60} {check.Error,10:e2} {check.PeerError,10:e2} limit {check.Limit:e2}"));
            }
        }

        foreach (string failure in report.Failures) output.WriteLine($"  FAIL {failure}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {(report.Passes ? "pass" : "FAIL")}, geometric mean of our error over PyTorch's: {report.MeanRatio:f2}"));
    }

    private static void PrintJson(CaseReport report, TextWriter output)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("case", report.Name);
            json.WriteBoolean("pass", report.Passes);
            json.WriteNumber("tensors", report.Checks.Count);
            if (report.MeanRatio is { } ratio) json.WriteNumber("mean_ratio", ratio);
            json.WriteStartArray("failures");
            foreach (string failure in report.Failures) json.WriteStringValue(failure);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }
}

using System.CommandLine;
using System.Globalization;
using RvcNative.Core;
using RvcNative.Rvc.Verification;

namespace RvcNative.Cli.Commands;

/// <summary>`verify`: golden cases against the code that training and conversion use.</summary>
internal static class VerifyCommand
{
    internal sealed record Options(DirectoryInfo[] Cases, int Threads, bool Json, bool Verbose, string Device = Devices.Cpu, string Precision = "f32");

    internal static Command Create()
    {
        Argument<DirectoryInfo[]> cases = new("CASE")
        {
            Description = "Folders of golden cases, each with a case.json.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> device = Devices.Option(), precision = Devices.PrecisionOption();
        Option<int> threads = Places.Threads();
        Option<bool> json = new("--json") { Description = "One JSON object a case, and nothing else." };
        Option<bool> verbose = new("--verbose") { Description = "Every tensor, not groups." };
        Command command = new("verify",
            "Runs golden cases and prints our error beside PyTorch's.\n\nExample: rvcnative verify ../shared/golden/train-v2-f0-tiny")
        {
            cases, device, precision, threads, json, verbose,
        };
        command.SetAction(parsed => Run(
            new(parsed.GetRequiredValue(cases), parsed.GetValue(threads), parsed.GetValue(json), parsed.GetValue(verbose),
                parsed.GetRequiredValue(device), parsed.GetRequiredValue(precision)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using Backend backend = Devices.Open(options.Device, options.Threads, options.Precision);
        if (backend.OperandRounding > 0 && !options.Json) output.WriteLine($"{backend.Name}; relative errors that pass: {Verifier.LimitsOf(backend)}");
        List<TensorCheck> all = [];
        List<string> failed = [];
        foreach (DirectoryInfo directory in options.Cases)
        {
            CaseReport report = Report(directory, backend);
            all.AddRange(report.Checks);
            if (!report.Passes) failed.Add(report.Name);
            if (options.Json) PrintJson(report, output);
            else Print(report, options.Verbose, output);
            output.Flush();
        }

        if (!options.Json)
        {
            string mean = Mean(new CaseReport("", all, []));
            output.WriteLine(failed.Count == 0
                ? $"verify: PASS {options.Cases.Length} of {options.Cases.Length} cases{mean}"
                : $"verify: FAIL {failed.Count} of {options.Cases.Length} cases: {string.Join(", ", failed)}{mean}");
        }

        return failed.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    // A case that cannot be run fails in words; those after it are run all the same.
    private static CaseReport Report(DirectoryInfo directory, Backend backend)
    {
        try
        {
            return Verifier.Run(new GoldenCase(directory.FullName), backend);
        }
        catch (Exception failure) when (CommandLine.IsOfInput(failure))
        {
            return new CaseReport(directory.Name, [], [failure.Message]);
        }
    }

    private static void Print(CaseReport report, bool verbose, TextWriter output)
    {
        output.WriteLine(report.Name);
        if (report.Checks.Count > 0) output.WriteLine($"  {"group",-34} {"checks",8} {"worst error",12} {"PyTorch's",12} {"mean ratio",11}");
        foreach (IGrouping<string, TensorCheck> group in report.Checks.GroupBy(check => check.Group))
        {
            TensorCheck worst = group.MaxBy(check => check.Error)!;
            double? mean = new CaseReport("", [.. group], []).MeanRatio;
            output.WriteLine(Text($"  {group.Key,-34} {group.Count(),8} {worst.Error,12:0.00e-00} {worst.PeerError,12:0.00e-00} {mean,11:f2}"));
            if (!verbose) continue;
            foreach (TensorCheck check in group)
            {
                output.WriteLine(Text($"    {check.Name,-60} {check.Error,10:0.00e-00} {check.PeerError,10:0.00e-00} limit {check.Limit:0.00e-00}"));
            }
        }

        foreach (string note in report.Notes) output.WriteLine($"  note {note}");
        foreach (string failure in report.Failures) output.WriteLine($"  FAIL {failure}");
        output.WriteLine($"  {(report.Passes ? "pass" : "FAIL")}{Mean(report)}");
    }

    private static void PrintJson(CaseReport report, TextWriter output) => JsonLine.Write(output, json =>
    {
        json.WriteString("case", report.Name);
        json.WriteBoolean("pass", report.Passes);
        json.WriteNumber("tensors", report.Checks.Count);
        if (report.MeanRatio is { } ratio && double.IsFinite(ratio)) json.WriteNumber("mean_ratio", ratio);
        JsonLine.WriteList(json, "failures", report.Failures);
        JsonLine.WriteList(json, "notes", report.Notes);
    });

    private static string Mean(CaseReport report) => report.MeanRatio is { } ratio
        ? Text($", geometric mean of our error over PyTorch's {ratio:f2}")
        : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

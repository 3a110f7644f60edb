using System.CommandLine;
using System.Diagnostics;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Cli.Commands;

/// <summary>`index`: the retrieval index of a voice.</summary>
internal static class IndexCommand
{
    internal sealed record Options(ExperimentFolder Experiment, IndexOptions How, bool Json);

    internal static Command Create()
    {
        Option<string> name = Places.Name();
        Option<DirectoryInfo> logs = Places.Logs();
        Option<string?> version = new("--version") { Description = "v1 (256 phone features) or v2 (768); by default the features that are there." };
        version.AcceptOnlyFromAmong("v1", "v2");
        Option<ulong> seed = new("--seed") { Description = "The same seed gives the same file." };
        Option<int> threads = Places.Threads();
        Option<bool> json = new("--json") { Description = "One JSON object, and nothing else." };
        Command command = new("index",
            "Builds the retrieval index of a voice from its extracted features, as a file that faiss, mainline and Applio read.\n\nExample: rvcnative index --name mira")
        {
            name, logs, version, seed, threads, json,
        };
        command.SetAction(parsed => Run(
            new(Places.Experiment(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(name)), new IndexOptions
            {
                Dimension = parsed.GetValue(version) switch { "v1" => 256, "v2" => 768, _ => null },
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
            }, parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        using Interruption interruption = new();
        using StatusLine line = StatusLine.For(output);
        long started = Stopwatch.GetTimestamp();
        using CpuBackend backend = new(options.How.Threads);
        IndexReport report = IndexBuilder.Run(
            options.Experiment, options.How, backend, options.Json ? null : new StageLine(line), interruption.Token);
        double elapsedMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (options.Json)
        {
            JsonLine.Write(output, json =>
            {
                json.WriteString("index", report.Path);
                json.WriteString("total", report.TotalPath);
                json.WriteNumber("dimension", report.Dimension);
                json.WriteNumber("frames", report.Frames);
                json.WriteNumber("vectors", report.Vectors);
                json.WriteNumber("lists", report.Lists);
                json.WriteNumber("smallest_list", report.SmallestList);
                json.WriteNumber("largest_list", report.LargestList);
                json.WriteNumber("mean_squared_distance", report.MeanSquaredDistance);
                json.WriteNumber("elapsed_ms", Math.Round(elapsedMs, 3));
            });
            return CommandLine.Done;
        }

        foreach (string older in report.Older) line.Print($"an earlier index is left beside it: {older}");
        string reduced = report.Vectors < report.Frames ? $", reduced to {report.Vectors} centres," : "";
        line.Print(FormattableString.Invariant(
            $"{report.Path}: {report.Frames} frames of {report.Dimension} values{reduced} in {report.Lists} lists of {report.SmallestList} to {report.LargestList}, {elapsedMs / 1000:f1} s"));
        return CommandLine.Done;
    }
}

using System.CommandLine;
using RvcNative.Cli.Diagnosis;
using Spectre.Console;

namespace RvcNative.Cli.Commands;

/// <summary>`doctor`: what this machine has for the engine, what is missing, and what to do about it.</summary>
internal static class DoctorCommand
{
    internal sealed record Options(string Ffmpeg, string Python, bool Json);

    internal static Command Create()
    {
        Option<string> ffmpeg = new("--ffmpeg") { Description = "The ffmpeg to look for.", DefaultValueFactory = _ => "ffmpeg" };
        Option<string> python = new("--python") { Description = "The Python that benchmarks would use.", DefaultValueFactory = _ => "python3" };
        Option<bool> json = new("--json") { Description = "One JSON object a finding." };
        Command command = new("doctor", "Says what this machine has, what is missing, and what to do.\n\nExample: rvcnative doctor")
        {
            ffmpeg, python, json,
        };
        command.SetAction(parsed => Run(
            new(parsed.GetRequiredValue(ffmpeg), parsed.GetRequiredValue(python), parsed.GetValue(json)), parsed.InvocationConfiguration.Output));
        return command;
    }

    internal static int Run(Options options, TextWriter output)
    {
        List<Finding> findings = [.. MachineFindings.All(), .. DeviceFindings.All(), .. ProgramFindings.All(options.Ffmpeg, options.Python)];
        if (options.Json)
        {
            foreach (Finding finding in findings)
            {
                JsonLine.Write(output, json =>
                {
                    json.WriteString("name", finding.Name);
                    json.WriteString("state", finding.State.ToString().ToLowerInvariant());
                    json.WriteString("found", finding.Found);
                    if (finding.Advice is not null) json.WriteString("advice", finding.Advice);
                });
            }
        }
        else
        {
            Print(findings, output);
        }

        return findings.Exists(finding => finding.State == FindingState.Broken) ? CommandLine.Failed : CommandLine.Done;
    }

    private static void Print(List<Finding> findings, TextWriter output)
    {
        if (!Terminal.Is(output))
        {
            foreach (Finding finding in findings)
            {
                output.WriteLine($"{finding.State.ToString().ToLowerInvariant(),-8} {finding.Name}: {finding.Found}");
                if (finding.Advice is not null) output.WriteLine($"{"",-8} {finding.Advice}");
            }

            return;
        }

        Table table = new Table().RoundedBorder().AddColumns("", "", "found", "what to do");
        foreach (Finding finding in findings)
        {
            string colour = finding.State switch { FindingState.Ok => "green", FindingState.Missing => "yellow", _ => "red" };
            table.AddRow($"[{colour}]{finding.State.ToString().ToLowerInvariant()}[/]", Markup.Escape(finding.Name), Markup.Escape(finding.Found),
                Markup.Escape(finding.Advice ?? ""));
        }

        Terminal.Console(output).Write(table);
    }
}

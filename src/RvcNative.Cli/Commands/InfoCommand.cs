using System.CommandLine;
using RvcNative.Cli.Inspection;
using Spectre.Console;

namespace RvcNative.Cli.Commands;

/// <summary>`info`: what a file is and holds, and whether it is whole.</summary>
internal static class InfoCommand
{
    internal sealed record Options(FileInfo[] Files, bool Tensors, bool Json);

    internal static Command Create()
    {
        Argument<FileInfo[]> files = new("FILE")
        {
            Description = "Checkpoints and voices (.pth, .pt), .safetensors, .npy, .wav, .index, TensorBoard event files, config.json.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> tensors = new("--tensors") { Description = "Lists every tensor with type and shape." };
        Option<bool> json = new("--json") { Description = "One JSON object a file." };
        Command command = new("info",
            "Says what files are and hold, and whether they are whole.\n\nExample: rvcnative info assets/weights/mira.pth logs/mira/G_2400.pth")
        {
            files, tensors, json,
        };
        command.SetAction(parsed => Run(
            new(parsed.GetRequiredValue(files), parsed.GetValue(tensors), parsed.GetValue(json)),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    internal static int Run(Options options, TextWriter output, TextWriter error)
    {
        int code = CommandLine.Done;
        foreach (FileInfo file in options.Files)
        {
            try
            {
                Report(FileInspector.Inspect(file.FullName), file.FullName, options, output);
            }
            catch (Exception failure) when (CommandLine.IsOfInput(failure))
            {
                code = CommandLine.Failed;
                if (options.Json) JsonLine.Write(output, json => Fail(json, file.FullName, failure.Message));
                else error.WriteLine($"rvcnative: {failure.Message}");
            }
        }

        return code;
    }

    private static void Report(Inspected found, string path, Options options, TextWriter output)
    {
        if (options.Json)
        {
            JsonLine.Write(output, json =>
            {
                json.WriteString("file", path);
                found.Facts.WriteJson(json);
                if (!options.Tensors) return;
                json.WriteStartArray("tensors_list");
                foreach (TensorEntry tensor in found.Tensors)
                {
                    json.WriteStartObject();
                    json.WriteString("name", tensor.Name);
                    json.WriteString("type", tensor.Type);
                    json.WriteStartArray("shape");
                    foreach (int length in tensor.Shape) json.WriteNumberValue(length);
                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return;
        }

        found.Facts.Print(output);
        if (options.Tensors && found.Tensors.Count > 0) PrintTensors(found.Tensors, output);
    }

    private static void PrintTensors(IReadOnlyList<TensorEntry> tensors, TextWriter output)
    {
        if (!Terminal.Is(output))
        {
            foreach (TensorEntry tensor in tensors) output.WriteLine($"  {tensor.Name} {tensor.Type} [{string.Join(", ", tensor.Shape)}]");
            return;
        }

        Table table = new Table().RoundedBorder().AddColumns("tensor", "type", "shape");
        foreach (TensorEntry tensor in tensors)
        {
            table.AddRow(Markup.Escape(tensor.Name), tensor.Type, Markup.Escape($"[{string.Join(", ", tensor.Shape)}]"));
        }

        Terminal.Console(output).Write(table);
    }

    private static void Fail(System.Text.Json.Utf8JsonWriter json, string path, string problem)
    {
        json.WriteString("file", path);
        json.WriteString("error", problem);
    }
}

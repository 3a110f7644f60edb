using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RvcNative.Rvc.Tests.Export;

/// <summary>
/// onnxruntime-node as an independent reader of ONNX files. RVCNATIVE_ORT_NODE names a folder in which `npm install --ignore-scripts
/// onnxruntime-node` has run; without it such tests are skipped.
/// </summary>
internal static class OnnxRuntimeNode
{
    private const string Script = """
        const fs = require("fs"), [module_, model, folder] = process.argv.slice(1), ort = require(module_);
        (async () => {
          const session = await ort.InferenceSession.create(model, { executionProviders: ["cpu"] });
          const feeds = {};
          for (const input of JSON.parse(fs.readFileSync(folder + "/inputs.json"))) {
            const bytes = fs.readFileSync(folder + "/" + input.name), buffer = new Uint8Array(bytes).buffer;
            feeds[input.name] = new ort.Tensor(input.type, input.type === "int64" ? new BigInt64Array(buffer) : new Float32Array(buffer), input.shape);
          }
          const audio = (await session.run(feeds)).audio;
          fs.writeFileSync(folder + "/audio", Buffer.from(audio.data.buffer, audio.data.byteOffset, audio.data.byteLength));
          console.log(JSON.stringify({ inputs: session.inputNames, outputs: session.outputNames, shape: audio.dims }));
        })().catch(failure => { console.error(failure.message); process.exit(1); });
        """;

    internal sealed record Result(string[] Inputs, string[] Outputs, int[] Shape, float[] Audio);

    internal static string Folder
    {
        get
        {
            string folder = Environment.GetEnvironmentVariable("RVCNATIVE_ORT_NODE") ?? "";
            Skip.If(folder.Length == 0, "RVCNATIVE_ORT_NODE names no folder with onnxruntime-node");
            return Path.Combine(Path.GetFullPath(folder), "node_modules", "onnxruntime-node");
        }
    }

    /// <param name="work">An empty folder for the inputs' bytes.</param>
    /// <param name="inputs">Name, shape and values: float[] or long[].</param>
    internal static Result Run(string model, string work, params (string Name, int[] Shape, Array Values)[] inputs)
    {
        string module = Folder;
        List<string> list = [];
        foreach ((string name, int[] shape, Array values) in inputs)
        {
            bool isFloat = values is float[];
            File.WriteAllBytes(Path.Combine(work, name),
                isFloat ? MemoryMarshal.AsBytes<float>((float[])values).ToArray() : MemoryMarshal.AsBytes<long>((long[])values).ToArray());
            list.Add(string.Create(CultureInfo.InvariantCulture,
                $$"""{"name":"{{name}}","type":"{{(isFloat ? "float32" : "int64")}}","shape":[{{string.Join(',', shape)}}]}"""));
        }

        File.WriteAllText(Path.Combine(work, "inputs.json"), $"[{string.Join(',', list)}]");
        ProcessStartInfo start = new("node", ["-e", Script, module, model, work]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.GetAwaiter().GetResult());
        JsonElement said = JsonDocument.Parse(output).RootElement;
        return new Result(
            [.. said.GetProperty("inputs").EnumerateArray().Select(name => name.GetString()!)],
            [.. said.GetProperty("outputs").EnumerateArray().Select(name => name.GetString()!)],
            [.. said.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())],
            MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(work, "audio"))).ToArray());
    }
}

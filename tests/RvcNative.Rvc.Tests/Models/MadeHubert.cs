using System.Text.Json;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Verification;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Tests.Models;

/// <summary>Small HuBERTs: made-up ones, and the golden case's.</summary>
internal static class MadeHubert
{
    /// <summary>Two layers, with an odd positional kernel and strides of its own.</summary>
    internal static HubertPlan Plan { get; } = new()
    {
        Convolutions = [new(12, 9, 4), new(20, 3, 2), new(16, 2, 3)],
        HiddenChannels = 24,
        FilterChannels = 40,
        Heads = 3,
        Layers = 2,
        PositionKernel = 7,
        PositionGroups = 2,
        FinalChannels = 10,
    };

    /// <summary>As wide as voices want, else as small as can be.</summary>
    internal static HubertPlan Wide { get; } = new()
    {
        Convolutions = [new(8, 10, 5), new(8, 3, 2), new(8, 3, 2), new(8, 3, 2), new(8, 3, 2), new(8, 2, 2), new(8, 2, 2)],
        FilterChannels = 8,
        Layers = 1,
        PositionKernel = 4,
        PositionGroups = 768,
    };

    internal static Dictionary<string, FileTensor> Tensors(HubertPlan plan, ulong seed = 5)
    {
        using RvcNative.Core.Cpu.CpuBackend backend = new(1);
        Dictionary<string, FileTensor> tensors = [];
        foreach (Parameter parameter in new HubertNetwork(backend, plan).Weights.Parameters.Parameters)
        {
            int[] shape = parameter.CheckpointShape.ToArray();
            tensors.Add(parameter.Name, FileTensor.FromFloat32(shape, ProceduralStream.Parameter(parameter.Name, shape, seed)));
        }

        return tensors;
    }

    /// <summary>A folder with config.json and model.safetensors.</summary>
    internal static void Write(string folder, HubertPlan plan, ulong seed = 5)
    {
        Directory.CreateDirectory(folder);
        SafetensorsFile.Write(Path.Combine(folder, "model.safetensors"), [.. Tensors(plan, seed)]);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config(plan));
    }

    internal static string Config(HubertPlan plan) =>
        $"{{\"num_attention_heads\": {plan.Heads}, \"conv_stride\": [{string.Join(',', plan.Convolutions.Select(conv => conv.Stride))}], \"hidden_act\": \"gelu\"}}";

    internal static LoadedHubert Load(Backend backend, HubertPlan plan)
    {
        Dictionary<string, FileTensor> tensors = Tensors(plan);
        using HubertTensors made = HubertTensors.Made("made up", tensors.Select(tensor => (tensor.Key, tensor.Value.Shape)), (name, _) => tensors[name].ToFloat32());
        return HubertFile.Load(backend, made, new HubertConfig(plan.Heads, [.. plan.Convolutions.Select(conv => conv.Stride)], null));
    }

    /// <summary>A folder with one of the golden case's files under a name that is looked for, and its config.json.</summary>
    internal static void CopyGolden(string folder, string file, string name)
    {
        string golden = GoldenCases.Find("hubert-tiny");
        Skip.IfNot(File.Exists(Path.Combine(golden, file)), $"{file} is not here");
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(golden, file)));
        using JsonDocument description = JsonDocument.Parse(File.ReadAllText(Path.Combine(golden, "case.json")));
        File.WriteAllText(Path.Combine(folder, "config.json"), description.RootElement.GetProperty("params").GetProperty("config").GetRawText());
    }

    internal static float[] Wave(int samples, int seed = 1)
    {
        Random random = new(seed);
        float[] wave = new float[samples];
        for (int i = 0; i < samples; i++) wave[i] = (0.3f * MathF.Sin(i * (0.05f + (0.00001f * (i % 7000))))) + (0.02f * (random.NextSingle() - 0.5f)) + 0.01f;
        return wave;
    }
}

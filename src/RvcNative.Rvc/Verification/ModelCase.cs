using System.Text.Json;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Verification;

/// <summary>What a training or an inference case is made of: its model, weights, inputs and random numbers (training-cases.md).</summary>
internal sealed class ModelCase
{
    private readonly GoldenCase _golden;
    private readonly ulong _seed;

    internal ModelCase(GoldenCase golden)
    {
        _golden = golden;
        JsonElement model = golden.Description.GetProperty("model");
        string name = model.GetProperty("vocoder").GetString() ?? "";
        Vocoder vocoder = Vocoders.FromFile(name)
            ?? throw new FileFormatException(golden.Place("case.json"), $"names the vocoder '{name}'; known are {Vocoders.FileNames}");
        RvcConfig config = ConfigFile.Read(golden.Place("config.json"));
        Config = config with { Model = config.Model with { Vocoder = vocoder } };
        Version = model.GetProperty("version").GetString() == "v1" ? ModelVersion.V1 : ModelVersion.V2;
        HasPitch = model.GetProperty("f0").GetBoolean();
        Plan = Config.Plan(Version, HasPitch);
        _seed = golden.Description.GetProperty("seed").GetUInt64();
        IsProcedural = golden.Description.GetProperty("weights").GetString() == "procedural";
    }

    internal RvcConfig Config { get; }

    internal ModelPlan Plan { get; }

    internal ModelVersion Version { get; }

    internal bool HasPitch { get; }

    internal bool IsProcedural { get; }

    /// <summary>Procedural weights, or those of the case's checkpoint.</summary>
    /// <param name="letter">G or D.</param>
    internal void LoadWeights(Network network, string letter)
    {
        if (!IsProcedural)
        {
            TrainingCheckpoint.LoadWeights(_golden.Place($"{letter}_0.pth"), network);
            return;
        }

        Dictionary<string, float> scales = [];
        if (_golden.Description.TryGetProperty("weight_scale", out JsonElement list))
        {
            foreach (JsonProperty scale in list.EnumerateObject()) scales[scale.Name] = scale.Value.GetSingle();
        }

        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            float[] values = ProceduralStream.Parameter(parameter.Name, parameter.CheckpointShape.ToArray(), _seed);
            if (scales.TryGetValue(parameter.Name, out float factor))
            {
                for (int i = 0; i < values.Length; i++) values[i] *= factor;
            }

            network.Load(parameter, values);
        }

        network.Refresh();
    }

    /// <summary>An input tensor in its golden layout, stored or procedural.</summary>
    internal float[] Floats(string name, out int[] shape)
    {
        if (_golden.HasInput(name))
        {
            shape = _golden.Input(name).Shape;
            return _golden.Input(name).ToFloat32();
        }

        if (!_golden.Description.TryGetProperty("procedural_inputs", out JsonElement all) || !all.TryGetProperty(name, out JsonElement entry))
        {
            shape = _golden.Input(name).Shape;
            return [];
        }

        float[] values = Stream(entry, out shape);
        if (entry.TryGetProperty("zero_past_length", out JsonElement zero) && zero.GetBoolean()) ClearPastLengths(name, values, shape);
        return values;
    }

    internal long[] Integers(string name) => _golden.Input(name).ToInt64();

    /// <summary>A random draw of a step, in the golden layout.</summary>
    internal float[] Noise(string name, int step, out int[] shape)
    {
        string key = $"noise.{name}.step{step}";
        if (_golden.HasInput(key))
        {
            shape = _golden.Input(key).Shape;
            return _golden.Input(key).ToFloat32();
        }

        return Stream(_golden.Description.GetProperty("noise").GetProperty(key), out shape);
    }

    /// <summary>Writes the step's draws into the tensors that the networks asked for.</summary>
    internal void WriteNoise(Backend backend, InjectedDraws draws, int step)
    {
        foreach ((string name, Tensor tensor) in draws.Tensors)
        {
            // The cases' overtones begin at phase 0.
            if (name.EndsWith(Draws.InitialPhase, StringComparison.Ordinal))
            {
                backend.Write(new float[tensor.Count], tensor);
                continue;
            }

            // Draws of activations are [B,C,T] in PyTorch; a source's is [B,samples,harmonics] there too.
            float[] values = Noise(name, step, out int[] shape);
            bool isSource = name.StartsWith("dec.m_source", StringComparison.Ordinal);
            backend.Write(isSource ? values : Layouts.SwapLast(values, shape[0], shape[1], shape[2]), tensor);
        }
    }

    private float[] Stream(JsonElement entry, out int[] shape)
    {
        shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        int count = shape.Aggregate(1, (product, size) => product * size);
        return ProceduralStream.Uniform(entry.GetProperty("stream").GetString()!, _seed, count, entry.GetProperty("offset").GetDouble(),
            entry.GetProperty("scale").GetDouble());
    }

    private void ClearPastLengths(string name, float[] values, int[] shape)
    {
        long[] lengths = Integers("phone_lengths");
        int hop = Config.Data.HopSamples, last = shape[^1], middle = shape[1];
        for (int item = 0; item < shape[0]; item++)
        {
            long length = lengths[item];
            for (int row = 0; row < middle; row++)
            {
                for (int column = 0; column < last; column++)
                {
                    bool past = name switch { "phone" => row >= length, "wave" => column >= length * hop, _ => column >= length };
                    if (past) values[(((item * middle) + row) * last) + column] = 0;
                }
            }
        }
    }
}

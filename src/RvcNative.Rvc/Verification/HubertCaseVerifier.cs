using System.Globalization;
using System.Text.Json;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Verification;

/// <summary>HuBERT encoders (kinds hubert-tiny and hubert-base): every inner result of every recording, and the same from each of the case's weight files.</summary>
internal sealed class HubertCaseVerifier(GoldenCase golden, Backend backend)
{
    private readonly Dictionary<string, Dictionary<string, float[]>> _results = [];

    internal static CaseReport Run(GoldenCase golden, Backend backend) => new HubertCaseVerifier(golden, backend).Run();

    private CaseReport Run()
    {
        ToleranceChecks checks = new(golden);
        HubertConfig config = HubertConfig.Of(golden.Place("case.json"), golden.Param("config"));
        ulong seed = golden.Description.GetProperty("seed").GetUInt64();
        List<(string Name, int[] Shape)> shapes =
        [
            .. golden.Description.GetProperty("parameters").EnumerateArray()
                .Select(entry => (entry[0].GetString()!, entry[1].EnumerateArray().Select(size => size.GetInt32()).ToArray())),
        ];
        using HubertTensors made = HubertTensors.Made(golden.Place("case.json"), shapes, (name, shape) => ProceduralStream.Parameter(name, shape, seed));
        LoadedHubert network = HubertFile.Load(backend, made, config);
        using (network.Encoder) checks.Each(name => Compute(network.Encoder, name), name => name.EndsWith("_odd", StringComparison.Ordinal) ? "odd length" : "values");

        foreach (JsonProperty file in golden.Files)
        {
            if (file.Name.EndsWith(".json", StringComparison.Ordinal)) continue;   // tables of names
            if (!golden.Has(file.Name))
            {
                checks.Note($"{file.Name} is not in the folder");
                continue;
            }

            using HubertTensors tensors = HubertTensors.Open(golden.Place(file.Name));
            LoadedHubert same = HubertFile.Load(backend, tensors, config);
            using (same.Encoder)
            {
                bool equal = same.Hash == network.Hash && Array.TrueForAll(
                    [.. _results.Keys], wave => same.Encoder.Run(Wave(wave), same.Encoder.Plan.Layers, final: true).AsSpan().SequenceEqual(_results[wave]["final"]));
                checks.Fact("files", file.Name, equal, "the network in this file gives other features than the case's weights");
            }
        }

        return checks.Report();
    }

    private float[] Wave(string suffix) => golden.Input("wav" + suffix).ToFloat32();

    private FileTensor? Compute(HubertEncoder encoder, string name)
    {
        string suffix = name.EndsWith("_odd", StringComparison.Ordinal) ? "_odd" : "", key = name[..(name.Length - suffix.Length)];
        if (!_results.TryGetValue(suffix, out Dictionary<string, float[]>? results)) _results.Add(suffix, results = All(encoder, Wave(suffix)));
        if (!results.TryGetValue(key, out float[]? values)) return null;
        int frames = encoder.Plan.FramesOf(Wave(suffix).Length), width = values.Length / frames;
        return key == "conv_features"
            ? FileTensor.FromFloat32([width, frames], Layouts.SwapLast(values, 1, frames, width))
            : FileTensor.FromFloat32([frames, width], values);
    }

    private Dictionary<string, float[]> All(HubertEncoder encoder, float[] wave)
    {
        HubertPlan plan = encoder.Plan;
        int frames = plan.FramesOf(wave.Length), last = plan.Layers;
        float[] features = encoder.Features(wave), ones = new float[frames];
        Array.Fill(ones, 1);

        Tape tape = new(backend);
        Tensor input = tape.Input([1, frames, plan.FeatureChannels]), mask = tape.Input([1, frames]);
        HubertStates states = encoder.Network.Record(tape, input, mask, last);
        foreach (Tensor state in (IEnumerable<Tensor>)[states.Projected, .. states.Layers]) tape.Keep(state);
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write(features, input);
        backend.Write(ones, mask);
        program.Run();
        Dictionary<string, float[]> results = new() { ["conv_features"] = features, ["projected"] = backend.ToArray(states.Projected) };
        for (int layer = 0; layer <= last; layer++) results[$"hidden_{layer.ToString(CultureInfo.InvariantCulture)}"] = backend.ToArray(states.Layers[layer]);

        // What voices hear, by the way that extraction and conversion go.
        results["v2"] = encoder.Run(wave, last, final: false);
        if (plan.FinalChannels == 0) return results;
        results["final_proj"] = results["final"] = results["v1_applio"] = encoder.Run(wave, last, final: true);
        if (last >= EmbedderFeatures.MainlineV1Layer) results["v1"] = encoder.Run(wave, EmbedderFeatures.MainlineV1Layer, final: true);
        return results;
    }
}

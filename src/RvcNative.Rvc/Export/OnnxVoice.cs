using System.Globalization;
using RvcNative.Formats;
using RvcNative.Formats.Onnx;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Export;

/// <summary>Where an exported voice takes the noise of its harmonic source from.</summary>
public enum SourceNoise
{
    /// <summary>The graph draws it anew at every run, as mainline's own export did.</summary>
    Random,

    /// <summary>An input more, source_noise [1,N,1], N = T * samples a frame: the same input gives the same audio.</summary>
    Input,

    /// <summary>There is none: the same input gives the same audio, but consonants lack their breath.</summary>
    None,
}

/// <summary>
/// A voice as an ONNX graph of opset 17: text encoder, flow and decoder, from phone features and pitch to audio. Inputs are those of mainline's
/// former export, in its order and under its names (infer/modules/onnx/export.py: phone, phone_lengths, pitch, pitchf, ds, rnd), for programs
/// that read such files go by either; pitchf is what the network calls nsff0, ds the speaker's id. As there, rnd [1,C,T] is the latent's
/// noise at the size that it is to have: conversion in PyTorch takes 0.66666 times a standard normal.
/// </summary>
public static class OnnxVoice
{
    private const int Opset = 17;

    /// <summary>The graph of a voice.</summary>
    /// <param name="synthesizer">With the voice's weights.</param>
    /// <param name="extraction">Written into the file's metadata where it is known.</param>
    /// <exception cref="ArgumentException">Its decoder is no HiFi-GAN.</exception>
    public static OnnxModel Of(Synthesizer synthesizer, SourceNoise noise = SourceNoise.Random, VoiceExtraction? extraction = null)
    {
        ModelPlan plan = synthesizer.Plan;
        if (plan.Vocoder != Vocoder.HifiGan)
        {
            throw new ArgumentException($"a voice with {plan.Vocoder.FileName()} has no ONNX form here: programs that read RVC voices as ONNX know HiFi-GAN alone. "
                + "Export it as safetensors or pth, or train the voice with --vocoder hifigan");
        }

        GraphBuilder graph = new();
        ExportWeights weights = new(synthesizer);
        LayerGraph layers = new(graph, weights);
        List<OnnxValue> inputs =
        [
            new("phone", FileDType.Float32, [1, "frames", plan.PhoneChannels]),
            new("phone_lengths", FileDType.Int64, [1]),
        ];
        if (plan.HasPitch)
        {
            inputs.Add(new OnnxValue("pitch", FileDType.Int64, [1, "frames"]));
            inputs.Add(new OnnxValue("pitchf", FileDType.Float32, [1, "frames"]));
        }

        inputs.Add(new OnnxValue("ds", FileDType.Int64, [1]));
        inputs.Add(new OnnxValue("rnd", FileDType.Float32, [1, plan.InterChannels, "frames"]));
        bool takesNoise = plan.HasPitch && noise == SourceNoise.Input;
        if (takesNoise) inputs.Add(new OnnxValue("source_noise", FileDType.Float32, [1, "samples", 1]));

        FrameMask mask = FrameMask.Of(graph, "phone", "phone_lengths");
        string speaker = graph.Add("Unsqueeze", [graph.Add("Gather", [layers.Plain("emb_g.weight"), "ds"]), graph.List(2)]);
        string prior = new TextEncoderGraph(layers, plan, mask).Prior("phone", plan.HasPitch ? "pitch" : null);
        string mean = graph.Slice(prior, 1, 0, plan.InterChannels), logs = graph.Slice(prior, 1, plan.InterChannels, plan.InterChannels);
        string z = layers.Multiply(layers.Add(mean, layers.Multiply(graph.Add("Exp", [logs]), "rnd")), mask.Row);
        z = layers.Multiply(new FlowGraph(layers, plan).Inverse(z, speaker, mask.Row), mask.Row);
        DecoderGraph decoder = new(layers, plan);
        string? source = plan.HasPitch ? decoder.Source("pitchf", takesNoise ? "source_noise" : null, noise == SourceNoise.Random) : null;
        graph.Output(decoder.Audio(z, source, speaker), "audio");
        weights.RequireAllUsed();
        return new OnnxModel(
            graph.Build("rvc", inputs, [new OnnxValue("audio", FileDType.Float32, [1, 1, "samples"])]), Opset, Metadata(plan, extraction));
    }

    private static Dictionary<string, string> Metadata(ModelPlan plan, VoiceExtraction? extraction)
    {
        Dictionary<string, string> metadata = new()
        {
            ["version"] = plan.Version.ToString().ToLowerInvariant(),
            ["f0"] = plan.HasPitch ? "1" : "0",
            ["sample_rate_hz"] = plan.SampleRateHz.ToString(CultureInfo.InvariantCulture),
            ["samples_per_frame"] = plan.SamplesPerFrame.ToString(CultureInfo.InvariantCulture),
            ["speakers"] = plan.Speakers.ToString(CultureInfo.InvariantCulture),
        };
        if (extraction is not null) metadata["features"] = extraction.Features;
        return metadata;
    }
}

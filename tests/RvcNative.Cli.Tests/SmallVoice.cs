using RvcNative.Audio;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Tests;

/// <summary>A voice of a few thousand weights and something for it to say.</summary>
internal static class SmallVoice
{
    internal static void Write(string path, bool hasPitch = true, ModelVersion version = ModelVersion.V2)
    {
        ModelPlan plan = new()
        {
            Version = version,
            HasPitch = hasPitch,
            SampleRateHz = 32000,
            SpecChannels = 129,
            SegmentFrames = 32,
            InterChannels = 4,
            HiddenChannels = 4,
            FilterChannels = 4,
            Heads = 2,
            Layers = 1,
            KernelSize = 3,
            ResBlock = "2",
            ResBlockKernels = [3],
            ResBlockDilations = [[1, 2]],
            UpsampleRates = [320],
            UpsampleInitialChannel = 4,
            UpsampleKernels = [320],
            Speakers = 2,
            GinChannels = 4,
        };
        using CpuBackend backend = new(1);
        Synthesizer synthesizer = new(backend, plan, training: false, seed: 3);
        VoiceFile.Write(path, synthesizer, 5, new VoiceExtraction("spectral", "pyin", FillsUnvoiced: false));
    }

    /// <summary>A fifth of a second.</summary>
    internal static void Say(string path) =>
        WavFile.Write(path, [.. Enumerable.Range(0, 3200).Select(i => 0.4f * MathF.Sin(i * 0.06f) * MathF.Sin(i * 0.0009f))], 16000);
}

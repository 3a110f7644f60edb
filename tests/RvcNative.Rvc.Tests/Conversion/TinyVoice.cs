using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Tests.Conversion;

/// <summary>Voices of a few thousand weights that run at a real rate, 400 samples a frame.</summary>
internal static class TinyVoice
{
    internal static ModelPlan Plan(ModelVersion version = ModelVersion.V2, bool hasPitch = true) => new()
    {
        Version = version,
        HasPitch = hasPitch,
        SampleRateHz = 40000,
        SpecChannels = 129,
        SegmentFrames = 32,
        InterChannels = 8,
        HiddenChannels = 8,
        FilterChannels = 16,
        Heads = 2,
        Layers = 2,
        KernelSize = 3,
        ResBlock = "1",
        ResBlockKernels = [3],
        ResBlockDilations = [[1, 2]],
        UpsampleRates = [10, 40],
        UpsampleInitialChannel = 4,
        UpsampleKernels = [16, 80],
        Speakers = 3,
        GinChannels = 8,
    };

    /// <summary>A voice whose decoder reaches far, at a rate so low that pieces of many windows are quick.</summary>
    internal static ModelPlan Plan(Vocoder vocoder) => Plan() with
    {
        Vocoder = vocoder,
        SampleRateHz = 1200,
        UpsampleRates = [3, 4],
        UpsampleKernels = [6, 8],
        UpsampleInitialChannel = 128,
    };

    /// <summary>All weights random, those too that begin at 0 or 1.</summary>
    internal static Synthesizer Build(Backend backend, ModelPlan plan, bool training = false, ulong seed = 7)
    {
        Synthesizer synthesizer = new(backend, plan, training);
        foreach (Parameter parameter in synthesizer.Network.Parameters.Parameters)
        {
            synthesizer.Network.Load(parameter, ProceduralStream.Parameter(parameter.Name, parameter.CheckpointShape.ToArray(), seed));
        }

        synthesizer.Network.Refresh();
        return synthesizer;
    }

    /// <summary>The voice as a file, and read again.</summary>
    internal static VoiceFile InFile(string path, ModelPlan plan, VoiceExtraction? extraction = null)
    {
        using CpuBackend backend = new(1);
        VoiceFile.Write(path, Build(backend, plan), 20, extraction);
        return VoiceFile.Read(path);
    }
}

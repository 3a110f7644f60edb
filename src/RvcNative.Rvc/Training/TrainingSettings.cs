using RvcNative.Formats.Pth;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>The configuration that a training really has: config.json, what the user chose beside it, and in a folder of Applio's its number of speakers.</summary>
internal static class TrainingSettings
{
    private const string SpeakerTable = "emb_g.weight";

    /// <param name="read">config.json as it is.</param>
    /// <param name="checkpoint">The generator that training goes on from or begins with; null for random weights.</param>
    /// <exception cref="TrainingDataException">The vocoder cannot be made in this configuration.</exception>
    internal static RvcConfig Of(RvcConfig read, ExperimentFolder experiment, TrainOptions options, string? checkpoint)
    {
        RvcConfig config = read;
        if (options.Vocoder is { } vocoder) config = config with { Model = config.Model with { Vocoder = vocoder } };
        if (config.Model.Vocoder != Vocoder.HifiGan && !options.HasPitch)
        {
            throw new TrainingDataException($"{config.Model.Vocoder.FileName()} needs the pitch; train without --no-f0, or with --vocoder hifigan.");
        }

        if (config.Model.Vocoder == Vocoder.RefineGan && RefineGanGenerator.FaultOf(config.Model, options.HasPitch) is { } fault)
        {
            throw new TrainingDataException($"'{experiment.Config}': {fault}. Delete it and run `rvcnative extract --vocoder refinegan` for one that fits.");
        }

        if (ApplioInfo.Read(experiment) is not { } info) return config;

        // As Applio: the table of the checkpoint, else one row for each speaker of the data.
        int speakers = (checkpoint is null ? null : SpeakersOf(checkpoint)) ?? info.Speakers ?? config.Model.Speakers;
        return speakers == config.Model.Speakers ? config : config with { Model = config.Model with { Speakers = speakers } };
    }

    private static int? SpeakersOf(string path)
    {
        using PthFile file = PthFile.Open(path);
        return file.Root.TryGet("model", out PickleNode model) && model.TryGet(SpeakerTable, out PickleNode table) && table.Tensor().Shape is [int rows, _] ? rows : null;
    }
}

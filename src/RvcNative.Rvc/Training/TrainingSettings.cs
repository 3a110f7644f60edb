using RvcNative.Audio;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>What a configuration and the user's choices beside it make of a training; where nothing is chosen, the peers' combinations.</summary>
public static class TrainingSettings
{
    public static DiscriminatorPlan Discriminators(this RvcConfig config, ModelVersion version) =>
        DiscriminatorPlan.Of(config.DiscriminatorName(version)).DividedBy(config.Train.DiscriminatorDivisor);

    /// <summary>The discriminators' version, named or else the vocoder's: Applio trains RefineGAN with v3 and MRF HiFi-GAN with v2, HiFi-GAN has its voice's version.</summary>
    public static string DiscriminatorName(this RvcConfig config, ModelVersion version) => config.Train.Discriminator ?? (config.Model.Vocoder, version) switch
    {
        (Vocoder.RefineGan, _) => "v3",
        (Vocoder.HifiGan, ModelVersion.V1) => "v1",
        _ => "v2",
    };

    public static MelLossSettings MelLoss(this RvcConfig config) => config.MelLossName() switch
    {
        "spec" => MelLossSettings.Mainline,
        "multi-scale" => MelLossSettings.RefineGan,
        _ => MelLossSettings.Applio,
    };

    /// <summary>One of <see cref="TrainSettings.MelLossNames"/>, named or else the vocoder's; with HiFi-GAN that of the program whose configuration it is.</summary>
    public static string MelLossName(this RvcConfig config) => config.Train.MelLoss ?? config.Model.Vocoder switch
    {
        Vocoder.RefineGan => "multi-scale",
        Vocoder.MrfHifiGan => "wave",
        _ => config.Data.IsApplio ? "wave" : "spec",
    };

    /// <summary>config.json with what the user chose this time.</summary>
    /// <exception cref="TrainingDataException">The vocoder cannot be made in this configuration.</exception>
    internal static RvcConfig Chosen(RvcConfig config, ExperimentFolder experiment, TrainOptions options)
    {
        RvcConfig chosen = config with
        {
            Model = config.Model with { Vocoder = options.Vocoder ?? config.Model.Vocoder },
            Train = config.Train with { Discriminator = options.Discriminator ?? config.Train.Discriminator, MelLoss = options.MelLoss ?? config.Train.MelLoss },
        };
        Vocoder vocoder = chosen.Model.Vocoder;
        if (vocoder != Vocoder.HifiGan && !options.HasPitch)
        {
            throw new TrainingDataException($"{vocoder.FileName()} needs the pitch; train without --no-f0, or with --vocoder hifigan.");
        }

        if (vocoder == Vocoder.RefineGan && RefineGanGenerator.FaultOf(chosen.Model, options.HasPitch) is { } fault)
        {
            throw new TrainingDataException($"'{experiment.Config}': {fault}. Delete it and run `rvcnative extract --vocoder refinegan` for one that fits.");
        }

        return chosen;
    }

    /// <summary>In a folder of Applio's the speakers of the checkpoint, or those of the data where these are more, as Applio counts them; elsewhere those of the configuration.</summary>
    /// <param name="checkpoint">The generator that training goes on from or begins with; null for random weights.</param>
    internal static RvcConfig WithSpeakers(RvcConfig config, ExperimentFolder experiment, string? checkpoint)
    {
        if (ApplioInfo.Read(experiment) is not { } info) return config;
        int? ofCheckpoint = checkpoint is null ? null : CheckpointFit.SpeakersOf(checkpoint);
        int speakers = ofCheckpoint is { } rows ? Math.Max(rows, info.Speakers ?? 0) : info.Speakers ?? config.Model.Speakers;
        return speakers == config.Model.Speakers ? config : config with { Model = config.Model with { Speakers = speakers } };
    }

    /// <summary>Who made the features and the pitch that the voice is trained on, which mainline's folder does not say; null where nobody does.</summary>
    internal static VoiceExtraction? ExtractionOf(ExperimentFolder experiment, ModelPlan plan)
    {
        ExtractRecord record = ExtractRecord.Read(experiment);
        if (record.FeaturesOf(plan.PhoneChannels) is { } features)
        {
            return new VoiceExtraction(features, plan.HasPitch ? record.Pitch?.Name : null, record.Pitch?.FillsUnvoiced ?? false)
            {
                FeaturesHash = record.HashOf(plan.PhoneChannels),
                MedianPitchHz = plan.HasPitch ? MedianHz(experiment) : null,
                SpeakerNames = new LedgerStore(experiment).Read()?.SpeakerNames ?? [],
            };
        }

        return ApplioInfo.Read(experiment)?.Embedder is { } embedder
            ? new VoiceExtraction(embedder, null, FillsUnvoiced: false) { MedianPitchHz = plan.HasPitch ? MedianHz(experiment) : null }
            : null;
    }

    // Of the training set's pitch files, in which filled frames cannot be told from voiced ones.
    private static double? MedianHz(ExperimentFolder experiment)
    {
        string? curves = Array.Find([experiment.PitchHz, experiment.ApplioPitchHz], Directory.Exists);
        return curves is null ? null : PitchTuning.MedianHz(Directory.EnumerateFiles(curves, "*.npy").SelectMany(path => NpyFile.Read(path).ToFloat64()));
    }
}

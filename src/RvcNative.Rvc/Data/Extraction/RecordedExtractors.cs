using RvcNative.Core;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Data;

/// <summary>The extractors that made a training's pitch and features, opened again to make more of the same.</summary>
public sealed class RecordedExtractors : IDisposable
{
    internal RecordedExtractors(IPitchExtractor? pitch, IFeatureExtractor features, bool fillsUnvoiced) => (Pitch, Features, FillsUnvoiced) = (pitch, features, fillsUnvoiced);

    /// <summary>Null for a voice without pitch.</summary>
    public IPitchExtractor? Pitch { get; }

    public IFeatureExtractor Features { get; }

    public bool FillsUnvoiced { get; }

    /// <summary>By extract.json; where another program made the features, ContentVec or the embedder that Applio names, and RMVPE.</summary>
    /// <exception cref="FileNotFoundException">A network's files are not there.</exception>
    /// <exception cref="TrainingDataException">The pitch was given, or a network has other weights now.</exception>
    public static RecordedExtractors Open(Backend backend, ExperimentFolder experiment, ModelVersion version, bool hasPitch)
    {
        int channels = Embedders.ChannelsOf(version);
        ExtractRecord record = ExtractRecord.Read(experiment);
        string name = record.FeaturesOf(channels) ?? ApplioInfo.Read(experiment)?.Embedder ?? Embedders.ContentVec;
        IFeatureExtractor features = Embedders.ForTraining(backend, Embedders.ChoiceOf(name), version, out _);
        try
        {
            if (record.HashOf(channels) is { } hash && hash != features.Hash)
            {
                throw new TrainingDataException(
                    $"'{experiment.Root}' holds features of '{name}' with weights of SHA-256 {hash}, and the network at hand has {features.Hash}; bring the other one back.");
            }

            return new RecordedExtractors(hasPitch ? PitchOf(backend, record) : null, features, record.Pitch?.FillsUnvoiced ?? false);
        }
        catch
        {
            (features as IDisposable)?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        (Pitch as IDisposable)?.Dispose();
        (Features as IDisposable)?.Dispose();
    }

    private static IPitchExtractor PitchOf(Backend backend, ExtractRecord record)
    {
        string name = record.Pitch?.Name ?? PitchMethods.Rmvpe;
        PitchChoice choice = PitchMethods.ChoiceOf(name)
            ?? throw new TrainingDataException($"the pitch of this training is of '{name}', which finds none in other recordings; validate on clips of its own (--validation auto).");
        return PitchMethods.Create(choice, new PitchBackends(backend), out _);
    }
}

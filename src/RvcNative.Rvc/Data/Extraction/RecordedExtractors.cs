using System.Globalization;
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

    internal PitchMethod? PitchMethod => Pitch is null ? null : new PitchMethod(Pitch.Name, FillsUnvoiced);

    /// <summary>By extract.json; where another program made the features, ContentVec or the embedder that Applio names, and RMVPE.</summary>
    /// <exception cref="FileNotFoundException">A network's files are not there.</exception>
    /// <exception cref="TrainingDataException">The pitch was given, or a network has other weights now.</exception>
    public static RecordedExtractors Open(Backend backend, ExperimentFolder experiment, ModelVersion version, bool hasPitch)
    {
        int channels = version == ModelVersion.V1 ? 256 : 768;
        ExtractRecord record = ExtractRecord.Read(experiment);
        string name = record.FeaturesOf(channels) ?? ApplioInfo.Read(experiment)?.Embedder ?? Embedders.ContentVec;
        bool isLast = name.EndsWith(EmbedderFeatures.LastLayerSuffix, StringComparison.Ordinal);
        EmbedderChoice choice = new() { Embedder = Embedders.NameOf(name), V1Features = isLast ? V1Features.Applio : V1Features.Mainline };
        IFeatureExtractor features = Embedders.ForTraining(backend, choice, version, out _);
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

    // A name is a method, or a method and its range: "crepe 60-500 Hz".
    private static IPitchExtractor PitchOf(Backend backend, ExtractRecord record)
    {
        string name = record.Pitch?.Name ?? PitchMethods.Rmvpe;
        string[] parts = name.Split(' ', '-');
        string method = PitchMethods.Names.Where(known => name.StartsWith(known, StringComparison.Ordinal)).MaxBy(known => known.Length)
            ?? throw new TrainingDataException($"the pitch of this training is of '{name}', which finds none in other recordings; validate on clips of its own (--validation auto).");
        bool hasRange = name.EndsWith(" Hz", StringComparison.Ordinal) && parts.Length >= 4;
        return PitchMethods.Create(new PitchChoice
        {
            Method = method,
            LowestHz = hasRange ? double.Parse(parts[^3], CultureInfo.InvariantCulture) : null,
            HighestHz = hasRange ? double.Parse(parts[^2], CultureInfo.InvariantCulture) : null,
        }, new PitchBackends(backend), out _);
    }
}

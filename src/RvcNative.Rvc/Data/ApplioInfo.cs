using System.Text.Json;

namespace RvcNative.Rvc.Data;

/// <summary>What Applio notes of a training in logs/NAME/model_info.json.</summary>
/// <param name="Speakers">Speakers of the data, for which a model is made; null when it does not say.</param>
/// <param name="Embedder">Name of the phone features' extractor; null when it does not say.</param>
/// <param name="Duration">Length of all recordings, as Applio writes it ("00:10:31"); null when it does not say.</param>
public sealed record ApplioInfo(int? Speakers, string? Embedder, string? Duration)
{
    private const string FileName = "model_info.json";

    /// <summary>Null in a folder that is not Applio's.</summary>
    /// <exception cref="TrainingDataException">The file cannot be read.</exception>
    internal static ApplioInfo? Read(ExperimentFolder experiment)
    {
        string path = Path.Combine(experiment.Root, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            int? speakers = root.TryGetProperty("speakers_id", out JsonElement count) && count.TryGetInt32(out int number) && number > 0 ? number : null;
            return new ApplioInfo(speakers, Text("embedder_model"), Text("total_dataset_duration"));

            string? Text(string key) => root.TryGetProperty(key, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new TrainingDataException($"'{path}' cannot be read ({failure.Message}); delete it to train with as many speakers as config.json says.");
        }
    }
}

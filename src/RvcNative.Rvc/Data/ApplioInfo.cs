using System.Text.Json;

namespace RvcNative.Rvc.Data;

/// <summary>What Applio notes of a training in logs/NAME/model_info.json.</summary>
/// <param name="Speakers">Speakers of the data, for which a model is made; null when it does not say.</param>
/// <param name="Embedder">Name of the phone features' extractor; null when it does not say.</param>
internal sealed record ApplioInfo(int? Speakers, string? Embedder)
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
            string? embedder = root.TryGetProperty("embedder_model", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
            return new ApplioInfo(speakers, embedder);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new TrainingDataException($"'{path}' cannot be read ({failure.Message}); delete it to train with as many speakers as config.json says.");
        }
    }
}

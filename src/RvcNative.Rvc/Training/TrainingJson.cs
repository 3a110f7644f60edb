using System.Text.Json.Serialization;

namespace RvcNative.Rvc.Training;

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<SaveRecord>))]
[JsonSerializable(typeof(List<TrainingWarning>))]
[JsonSerializable(typeof(RunManifest))]
internal sealed partial class TrainingJson : JsonSerializerContext
{
    /// <summary>What to do about a damaged list of saves or warnings.</summary>
    internal const string ListIsNotNeeded = "delete it: a new one is begun, and no save depends on it";
}

using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RvcNative.Formats;

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
    /// <returns>An empty list where there is no such file.</returns>
    /// <exception cref="FileFormatException">It is not such a list.</exception>
    internal static List<T> Read<T>(string path, JsonTypeInfo<List<T>> type)
    {
        if (!File.Exists(path)) return [];
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? [];
        }
        catch (JsonException failure)
        {
            throw new FileFormatException(path, $"cannot be read ({failure.Message}); delete it: a new one is begun, and no save depends on it", failure);
        }
    }

    internal static void Write<T>(string path, List<T> list, JsonTypeInfo<List<T>> type) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, list, type));
}

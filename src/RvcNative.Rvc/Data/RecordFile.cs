using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using RvcNative.Formats;

namespace RvcNative.Rvc.Data;

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PreprocessRecord))]
[JsonSerializable(typeof(ExtractRecord))]
internal sealed partial class DataJson : JsonSerializerContext;

/// <summary>A small json file on how a stage was made.</summary>
internal static class RecordFile
{
    internal static T? Read<T>(string path, JsonTypeInfo<T> type, Func<T> damaged) where T : class
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type) ?? damaged();
        }
        catch (JsonException)
        {
            return damaged();
        }
    }

    internal static void Write<T>(string path, T record, JsonTypeInfo<T> type) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, record, type));
}

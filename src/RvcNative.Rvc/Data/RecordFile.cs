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
[JsonSerializable(typeof(DatasetLedger))]
[JsonSerializable(typeof(LedgerFile))]
[JsonSerializable(typeof(ExtractRecord))]
internal sealed partial class DataJson : JsonSerializerContext;

/// <summary>Values of an enumeration in files, spelled as keys are: too_short.</summary>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower) where T : struct, Enum
{
    internal static string Spell(T value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

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

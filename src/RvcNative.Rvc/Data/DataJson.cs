using System.Text.Json;
using System.Text.Json.Serialization;

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

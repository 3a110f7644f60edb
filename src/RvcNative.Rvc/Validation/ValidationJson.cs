using System.Text.Json.Serialization;

namespace RvcNative.Rvc.Validation;

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ValidationRecord))]
internal sealed partial class ValidationJson : JsonSerializerContext;

using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using RvcNative.Formats;
using RvcNative.Formats.Pth;

namespace RvcNative.Rvc.Verification;

/// <summary>
/// Holds a checkpoint's tree against the lines of a contents-*.json: tensors by SHA-256, plain values, containers by type and size.
/// </summary>
internal static class CheckpointContents
{
    /// <summary>What is wrong at the place that a line of contents-*.json names; null when nothing is.</summary>
    internal static string? Difference(JsonElement line, PickleValue root)
    {
        PickleValue? value = root;
        foreach (JsonElement step in line.GetProperty("path").EnumerateArray()) value = value is null ? null : Step(value, step);
        if (value is null) return "is missing";
        if (line.TryGetProperty("tensor", out JsonElement dtype))
        {
            return value is PickleTensor tensor ? TensorDifference(line, dtype.GetString()!, tensor) : $"is a {value.TypeName}, not a tensor";
        }

        if (line.TryGetProperty("container", out JsonElement container)) return ContainerDifference(line, container.GetString()!, value);
        return IsEqual(line.GetProperty("value"), line.GetProperty("type").GetString()!, value)
            ? null
            : $"is another {value.TypeName} than {line.GetProperty("value").GetRawText()}";
    }

    private static PickleValue? Step(PickleValue value, JsonElement step) => value switch
    {
        PickleDict dict => dict.Entries.FirstOrDefault(entry => IsKey(entry.Key, step)).Value,
        PickleList list when step.TryGetInt32(out int i) && i < list.Items.Count => list.Items[i],
        PickleTuple tuple when step.TryGetInt32(out int i) && i < tuple.Items.Count => tuple.Items[i],
        _ => null,
    };

    private static bool IsKey(PickleValue key, JsonElement step) => step.ValueKind == JsonValueKind.String
        ? key is PickleString text && text.Value == step.GetString()
        : key is PickleInt number && number.Value == step.GetInt64();

    private static string? TensorDifference(JsonElement line, string dtype, PickleTensor tensor)
    {
        int[] shape = [.. line.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        if (tensor.DType.TorchName() != dtype || !tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            return $"is {tensor.DType.TorchName()} [{string.Join(", ", tensor.Shape)}], not {dtype} [{string.Join(", ", shape)}]";
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(tensor.Load().Data));
        return hash == line.GetProperty("sha256").GetString() ? null : $"has elements with the SHA-256 {hash}";
    }

    // A dict may hold more than is listed: bytes and foreign objects have no line.
    private static string? ContainerDifference(JsonElement line, string container, PickleValue value)
    {
        int size = line.GetProperty("size").GetInt32(), found = value switch
        {
            PickleDict dict => dict.Entries.Count,
            PickleList list => list.Items.Count,
            PickleTuple tuple => tuple.Items.Count,
            _ => -1,
        };
        bool fits = value is PickleDict ? found >= size : found == size;
        return value.TypeName == container && fits ? null : $"is a {value.TypeName} of {found}, not a {container} of {size}";
    }

    private static bool IsEqual(JsonElement expected, string type, PickleValue value) => value switch
    {
        PickleInt number => type == "int" && number.Value == BigInteger.Parse(expected.GetRawText(), CultureInfo.InvariantCulture),
        PickleFloat number => type == "float" && expected.ValueKind == JsonValueKind.Number && expected.GetDouble().Equals(number.Value),
        PickleString text => type == "str" && text.Value == expected.GetString(),
        PickleBool flag => type == "bool" && flag.Value == (expected.ValueKind == JsonValueKind.True),
        PickleNone => type == "NoneType" && expected.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}

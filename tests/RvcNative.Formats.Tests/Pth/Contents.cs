using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using RvcNative.Formats.Pth;

namespace RvcNative.Formats.Tests.Pth;

/// <summary>Holds a checkpoint against a golden contents-*.json: every tensor by SHA-256, every plain value, every container's size.</summary>
internal static class Contents
{
    internal static void AssertEqual(string contentsPath, PickleNode root, bool exact = true)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(contentsPath));
        foreach (JsonElement line in document.RootElement.EnumerateArray())
        {
            PickleValue? value = Find(root.Value, [.. line.GetProperty("path").EnumerateArray()]);
            Assert.True(value is not null, $"missing: {line}");
            if (line.TryGetProperty("tensor", out JsonElement dtype)) AssertTensor(line, dtype.GetString()!, Assert.IsType<PickleTensor>(value));
            else if (line.TryGetProperty("container", out JsonElement container)) AssertContainer(line, container.GetString()!, value, exact);
            else AssertPlain(line.GetProperty("value"), line.GetProperty("type").GetString()!, value);
        }
    }

    private static PickleValue? Find(PickleValue value, JsonElement[] path)
    {
        foreach (JsonElement step in path)
        {
            PickleValue? next = value switch
            {
                PickleDict dict when step.ValueKind == JsonValueKind.String => dict[step.GetString()!],
                PickleDict dict => dict[step.GetInt32()],
                PickleList list => list.Items[step.GetInt32()],
                PickleTuple tuple => tuple.Items[step.GetInt32()],
                _ => null,
            };
            if (next is null) return null;
            value = next;
        }

        return value;
    }

    private static void AssertTensor(JsonElement line, string dtype, PickleTensor tensor)
    {
        FileTensor loaded = tensor.Load();
        Assert.Equal(dtype, loaded.DType.TorchName());
        Assert.Equal(line.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()), loaded.Shape);
        Assert.Equal(line.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(loaded.Data)));
    }

    private static void AssertContainer(JsonElement line, string container, PickleValue value, bool exact)
    {
        Assert.Equal(container, value.TypeName);
        int size = value switch
        {
            PickleDict dict => dict.Entries.Count,
            PickleList list => list.Items.Count,
            _ => ((PickleTuple)value).Items.Count,
        };
        int expected = line.GetProperty("size").GetInt32();
        Assert.True(exact ? size == expected : size >= expected, $"{size} items: {line}");
    }

    private static void AssertPlain(JsonElement expected, string type, PickleValue value)
    {
        Assert.Equal(type == "NoneType" ? "None" : type, value.TypeName);
        switch (value)
        {
            case PickleInt number: Assert.Equal(BigInteger.Parse(expected.GetRawText()), number.Value); break;
            case PickleFloat number: Assert.Equal(expected.GetDouble(), number.Value); break;
            case PickleString text: Assert.Equal(expected.GetString(), text.Value); break;
            case PickleBool flag: Assert.Equal(expected.GetBoolean(), flag.Value); break;
            default: Assert.IsType<PickleNone>(value); break;
        }
    }
}

using System.Text;
using System.Text.Json;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>
/// A voice file's contents moved between .pth and .safetensors without loss: tensors as they are, under mainline's names, and all other keys as
/// one JSON text, "voice", in the metadata.
/// </summary>
public static class VoiceTensors
{
    private const string MetadataKey = "voice", WeightKey = "weight";

    /// <summary>Writes a voice as .safetensors.</summary>
    /// <returns>The voice's vocoder.</returns>
    /// <exception cref="FileFormatException">It is no voice file.</exception>
    public static Vocoder WriteSafetensors(string voice, string path)
    {
        PickleDict root = Read(voice);
        List<KeyValuePair<string, FileTensor>> tensors = [];
        PickleDict rest = new();
        foreach ((PickleValue key, PickleValue value) in root.Entries)
        {
            if (key is not PickleString { Value: var name }) continue;
            if (name == WeightKey) tensors.AddRange(((PickleDict)value).Entries.Select(entry => KeyValuePair.Create(((PickleString)entry.Key).Value, ((PickleTensor)entry.Value).Load())));
            else if (PickleText.IsPlain(value)) rest[name] = value;
        }

        SafetensorsFile.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt", [MetadataKey] = PickleText.Of(rest) });
        return VocoderOf(root);
    }

    /// <summary>Writes a voice as mainline's .pth: weights in half precision, weight normalisation under the names that every version of PyTorch's loaders takes.</summary>
    /// <returns>The voice's vocoder.</returns>
    /// <exception cref="FileFormatException">It is no voice file.</exception>
    public static Vocoder WritePth(string voice, string path)
    {
        PickleDict root = Read(voice);
        PthFile.Write(path, root);
        return VocoderOf(root);
    }

    private static Vocoder VocoderOf(PickleDict root) =>
        Vocoders.OfParameters(((PickleDict)root[WeightKey]).Entries.Select(entry => ((PickleString)entry.Key).Value));

    // The root of a voice, with mainline's names and half precision.
    private static PickleDict Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file; a voice (.pth or .safetensors) is wanted", path);
        return IsSafetensors(path) ? ReadSafetensors(path) : ReadPth(path);
    }

    private static bool IsSafetensors(string path)
    {
        byte[] head = new byte[9];
        using FileStream stream = File.OpenRead(path);
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head[8] == (byte)'{' && head[0] != 'P';
    }

    private static PickleDict ReadPth(string path)
    {
        _ = VoiceFile.Read(path);                           // says what is wrong with it, if anything
        PickleNode root = PthFile.Read(path);
        PickleDict result = new(ordered: true), weight = new();
        foreach (string name in root[WeightKey].Keys) weight[WeightNames.Plain(name)] = Half(root[WeightKey][name].Tensor().Load());
        foreach ((PickleValue key, PickleNode value) in root.Entries) result.Set(key, key is PickleString { Value: WeightKey } ? weight : value.Value);
        return result;
    }

    private static PickleDict ReadSafetensors(string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        if (!file.Metadata.TryGetValue(MetadataKey, out string? text))
        {
            throw new FileFormatException(path, $"has no '{MetadataKey}' in its metadata, so it is no voice that `export` wrote; give the voice's .pth");
        }

        PickleDict root = new(ordered: true), weight = new();
        foreach ((string name, FileTensor tensor) in file.Tensors) weight[name] = Half(tensor);
        root[WeightKey] = weight;
        try
        {
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            foreach (JsonProperty entry in document.RootElement.EnumerateObject()) root[entry.Name] = PickleText.Read(entry.Value);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new FileFormatException(path, $"its metadata '{MetadataKey}' is not the JSON that `export` writes: {fault.Message}", fault);
        }

        return root;
    }

    private static FileTensor Half(FileTensor tensor) =>
        tensor.DType is FileDType.Float32 or FileDType.Float64 ? FileTensor.FromFloat16(tensor.Shape, tensor.ToFloat32()) : tensor;
}

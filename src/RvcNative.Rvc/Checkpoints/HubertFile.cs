using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>
/// HuBERT encoders as files: fairseq's hubert_base.pt, or Hugging Face's folder of config.json with pytorch_model.bin or model.safetensors, or either of those alone. Tensors that
/// the network has not (masked_spec_embed, label embeddings, heads) are left alone.
/// </summary>
public static class HubertFile
{
    private const int NamesShown = 6, HashDigits = 16;
    private const string Config = "config.json", Preprocessor = "preprocessor_config.json";
    private static readonly string[] s_weightFiles = ["model.safetensors", "pytorch_model.bin", "hubert_base.pt"];

    /// <summary>The file of weights that a path means: itself, or what lies in the folder. Null when there is none.</summary>
    public static string? Find(string path) =>
        File.Exists(path) ? path : s_weightFiles.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);

    /// <summary>Reads a network.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or no weights in the folder.</exception>
    /// <exception cref="FileFormatException">Damaged, or not a network that can be used; the message says what to do.</exception>
    public static LoadedHubert Load(Backend backend, string path)
    {
        string file = Find(path) ?? throw new FileNotFoundException(Directory.Exists(path)
            ? $"{path}: holds none of {string.Join(", ", s_weightFiles)}; an embedder's folder has one of them, and config.json"
            : $"{path}: there is no such file or folder; an embedder is a folder with config.json and {s_weightFiles[0]} or {s_weightFiles[1]}, or {s_weightFiles[2]}", path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!, config = Path.Combine(folder, Config);
        using HubertTensors tensors = HubertTensors.Open(file);
        return Load(backend, tensors, File.Exists(config) ? HubertConfig.Read(config) : HubertConfig.Unknown) with { Normalises = NormalisesIn(folder) };
    }

    /// <summary>The network of given tensors.</summary>
    internal static LoadedHubert Load(Backend backend, HubertTensors tensors, HubertConfig config)
    {
        HubertNetwork network = new(backend, HubertShapes.PlanOf(tensors, config));
        const string positions = "encoder.pos_conv_embed.conv.weight";
        List<string> problems = [];
        foreach (Parameter parameter in network.Weights.Parameters.Parameters)
        {
            int[]? shape = parameter.Name == positions ? tensors.PositionShape : tensors.ShapeOf(parameter.Name);
            if (shape is null) problems.Add($"{parameter.Name} is missing");
            else if (!shape.AsSpan().SequenceEqual(parameter.CheckpointShape.ToArray()))
            {
                problems.Add($"{parameter.Name} is [{string.Join(',', shape)}], wanted is {parameter.CheckpointShape}");
            }
        }

        if (problems.Count > 0)
        {
            string more = problems.Count > NamesShown ? $" and {problems.Count - NamesShown} more" : "";
            throw new FileFormatException(tensors.FilePath, $"is no whole HuBERT: {string.Join("; ", problems.Take(NamesShown))}{more}; fetch it again, "
                + "or take the network's own file, not one of a part of it");
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in network.Weights.Parameters.Parameters)
        {
            float[] values = parameter.Name == positions ? tensors.LoadPositions() : tensors.Load(parameter.Name);
            if (Array.FindIndex(values, value => !float.IsFinite(value)) is >= 0 and int at)
            {
                throw new FileFormatException(tensors.FilePath, $"has {values[at]} in {parameter.Name}; it is damaged, fetch it again");
            }

            hash.AppendData(Encoding.UTF8.GetBytes($"{parameter}"));
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
            network.Weights.Load(parameter, values);
        }

        return new LoadedHubert(new HubertEncoder(backend, network), Convert.ToHexStringLower(hash.GetHashAndReset())[..HashDigits]);
    }

    private static bool NormalisesIn(string folder)
    {
        string path = Path.Combine(folder, Preprocessor);
        if (!File.Exists(path)) return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("do_normalize", out JsonElement value) && value.ValueKind == JsonValueKind.True;
        }
        catch (JsonException failure)
        {
            throw new FileFormatException(path, $"is not JSON ({failure.Message}); fetch it again, or remove it where recordings are not normalised", failure);
        }
    }
}

/// <summary>A network and what its file is known by.</summary>
/// <param name="Hash">
/// Of the weights as they take effect, 16 hexadecimal digits: the same for one network in files of several formats.
/// </param>
public sealed record LoadedHubert(HubertEncoder Encoder, string Hash)
{
    /// <summary>Whether training normalises recordings beforehand (preprocessor_config.json's do_normalize).</summary>
    public bool Normalises { get; init; }
}

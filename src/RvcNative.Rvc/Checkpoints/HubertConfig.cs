using System.Text.Json;
using RvcNative.Formats;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>What config.json says of a HuBERT that its tensors' shapes do not; null for what it does not say.</summary>
internal sealed record HubertConfig(int? Heads, IReadOnlyList<int>? Strides, float? Epsilon)
{
    internal static HubertConfig Unknown { get; } = new(null, null, null);

    /// <exception cref="FileFormatException">Not JSON, or of a kind of network that is not built here.</exception>
    internal static HubertConfig Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return Of(path, document.RootElement);
        }
        catch (JsonException failure)
        {
            throw new FileFormatException(path, $"is not JSON ({failure.Message}); a folder of an embedder holds transformers' config.json", failure);
        }
    }

    /// <param name="path">For messages.</param>
    internal static HubertConfig Of(string path, JsonElement config)
    {
        if (config.ValueKind != JsonValueKind.Object) throw new FileFormatException(path, "is no JSON object; transformers' config.json of a HuBERT is wanted");
        Demand("feat_extract_norm", "group", config => config.GetString() ?? "");
        Demand("do_stable_layer_norm", "False", config => $"{config.GetBoolean()}");
        Demand("conv_bias", "False", config => $"{config.GetBoolean()}");
        Demand("hidden_act", "gelu", config => config.GetString() ?? "");
        Demand("feat_extract_activation", "gelu", config => config.GetString() ?? "");
        return new HubertConfig(
            Get("num_attention_heads") is { } heads ? heads.GetInt32() : null,
            Get("conv_stride") is { ValueKind: JsonValueKind.Array } strides ? [.. strides.EnumerateArray().Select(stride => stride.GetInt32())] : null,
            Get("layer_norm_eps") is { } epsilon ? (float)epsilon.GetDouble() : null);

        JsonElement? Get(string key) => config.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

        void Demand(string key, string wanted, Func<JsonElement, string> read)
        {
            if (Get(key) is not { } value) return;
            string found;
            try
            {
                found = read(value);
            }
            catch (InvalidOperationException)
            {
                found = value.ToString();
            }

            if (found == wanted) return;
            throw new FileFormatException(path, $"'{key}' is {found}, but embedders with {key} = {wanted} alone can be used "
                + "(HuBERT base and what is fine-tuned of it: contentvec, spin, chinese-, japanese- and korean-hubert-base)");
        }
    }
}

using System.Text.RegularExpressions;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>
/// The names of HuBERT's parameters: fairseq's (hubert_base.pt) and Hugging Face's older and newer ones become Hugging Face's older ones, as transformers' conversion script
/// (models/hubert/convert_hubert_original_pytorch_checkpoint_to_pytorch.py) has it.
/// </summary>
internal static partial class HubertNames
{
    private static readonly (string From, string To)[] s_starts =
    [
        ("layer_norm.", "feature_projection.layer_norm."),
        ("post_extract_proj.", "feature_projection.projection."),
        ("encoder.pos_conv.0.", "encoder.pos_conv_embed.conv."),
    ];

    private static readonly (string From, string To)[] s_parts =
    [
        (".self_attn_layer_norm.", ".layer_norm."),
        (".self_attn.", ".attention."),
        (".fc1.", ".feed_forward.intermediate_dense."),
        (".fc2.", ".feed_forward.output_dense."),
        (".parametrizations.weight.original0", ".weight_g"),
        (".parametrizations.weight.original1", ".weight_v"),
    ];

    /// <summary>The name here of a tensor in a file; names that are of no network come back as they are.</summary>
    internal static string Of(string name)
    {
        if (name.StartsWith("hubert.", StringComparison.Ordinal)) name = name["hubert.".Length..];   // of a network with a head on it
        foreach ((string from, string to) in s_starts)
        {
            if (name.StartsWith(from, StringComparison.Ordinal)) name = to + name[from.Length..];
        }

        foreach ((string from, string to) in s_parts) name = name.Replace(from, to, StringComparison.Ordinal);
        name = ConvolutionWeight().Replace(name, "$1.conv.$2");
        return ConvolutionNorm().Replace(name, "$1.layer_norm.$2");
    }

    // fairseq numbers what a layer is made of: 0 the convolution, 1 its dropout, 2 its norm, 3 GELU.
    [GeneratedRegex(@"^(feature_extractor\.conv_layers\.[0-9]+)\.0\.(weight|bias)$")]
    private static partial Regex ConvolutionWeight();

    [GeneratedRegex(@"^(feature_extractor\.conv_layers\.[0-9]+)\.2\.(weight|bias)$")]
    private static partial Regex ConvolutionNorm();
}

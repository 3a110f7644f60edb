using RvcNative.Formats;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>A HuBERT's sizes from the shapes of its tensors, and from config.json what those do not tell.</summary>
internal static class HubertShapes
{
    private const int UsualHeadWidth = 64;

    /// <exception cref="FileFormatException">No HuBERT, or sizes that do not fit together.</exception>
    internal static HubertPlan PlanOf(HubertTensors tensors, HubertConfig config)
    {
        List<int[]> convolutions = [];
        while (tensors.ShapeOf($"feature_extractor.conv_layers.{convolutions.Count}.conv.weight") is [int, int, int] shape) convolutions.Add(shape);
        int layers = 0;
        while (tensors.ShapeOf($"encoder.layers.{layers}.final_layer_norm.weight") is not null) layers++;
        if (convolutions.Count == 0 || convolutions[0][1] != 1 || layers == 0
            || tensors.ShapeOf("feature_projection.projection.weight") is not [int hidden, _]
            || tensors.ShapeOf("encoder.layers.0.feed_forward.intermediate_dense.weight") is not [int filter, _]
            || tensors.PositionShape is not [int, int perGroup, int kernel] || hidden % perGroup != 0)
        {
            throw new FileFormatException(tensors.FilePath, "is no HuBERT: feature_extractor.conv_layers.*, feature_projection.projection, encoder.pos_conv_embed.conv and "
                + "encoder.layers.* are wanted (Hugging Face's names, or fairseq's under 'model'); give hubert_base.pt, pytorch_model.bin or model.safetensors of contentvec");
        }

        int heads = config.Heads ?? tensors.Heads ?? hidden / UsualHeadWidth;
        if (heads < 1 || hidden % heads != 0 || (config.Heads is null && tensors.Heads is null && hidden % UsualHeadWidth != 0))
        {
            throw new FileFormatException(tensors.FilePath, $"has {hidden} hidden channels, which do not split into {Math.Max(heads, 1)} heads; "
                + "put transformers' config.json, which says num_attention_heads, beside it");
        }

        IReadOnlyList<int> strides = config.Strides ?? [.. convolutions.Select((_, i) => i == 0 ? 5 : 2)];
        if (strides.Count != convolutions.Count || strides.Any(stride => stride < 1))
        {
            throw new FileFormatException(tensors.FilePath, $"has {convolutions.Count} convolutions, config.json names {strides.Count} strides; take the two from one folder");
        }

        return new HubertPlan
        {
            Convolutions = [.. convolutions.Select((shape, i) => new HubertConvolution(shape[0], shape[2], strides[i]))],
            HiddenChannels = hidden,
            FilterChannels = filter,
            Heads = heads,
            Layers = layers,
            PositionKernel = kernel,
            PositionGroups = hidden / perGroup,
            NormalisesFeatures = tensors.ShapeOf("feature_projection.layer_norm.weight") is not null,
            FinalChannels = tensors.ShapeOf("final_proj.weight") is [int final, _] ? final : 0,
            Epsilon = config.Epsilon ?? new HubertPlan().Epsilon,
        };
    }
}

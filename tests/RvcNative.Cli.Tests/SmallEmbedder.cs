using RvcNative.Formats;
using RvcNative.Formats.Safetensors;

namespace RvcNative.Cli.Tests;

/// <summary>A HuBERT of two small convolutions and one layer, as wide as voices want, as a folder of Hugging Face's form.</summary>
internal static class SmallEmbedder
{
    private const int Filter = 4, Channels = 6;

    /// <param name="hidden">768 is what v2 voices hear.</param>
    internal static void Write(string folder, int seed, int hidden = 768)
    {
        Random random = new(seed);
        List<KeyValuePair<string, FileTensor>> tensors = [];
        Add("feature_extractor.conv_layers.0.conv.weight", Channels, 1, 20);
        Affine("feature_extractor.conv_layers.0.layer_norm", Channels);
        Add("feature_extractor.conv_layers.1.conv.weight", Channels, Channels, 20);
        Affine("feature_projection.layer_norm", Channels);
        Linear("feature_projection.projection", hidden, Channels);
        Add("encoder.pos_conv_embed.conv.weight", hidden, 1, 3);
        Add("encoder.pos_conv_embed.conv.bias", hidden);
        Affine("encoder.layer_norm", hidden);
        foreach (string part in (string[])["q_proj", "k_proj", "v_proj", "out_proj"]) Linear($"encoder.layers.0.attention.{part}", hidden, hidden);
        Affine("encoder.layers.0.layer_norm", hidden);
        Linear("encoder.layers.0.feed_forward.intermediate_dense", Filter, hidden);
        Linear("encoder.layers.0.feed_forward.output_dense", hidden, Filter);
        Affine("encoder.layers.0.final_layer_norm", hidden);
        Directory.CreateDirectory(folder);
        SafetensorsFile.Write(Path.Combine(folder, "model.safetensors"), tensors);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"conv_stride": [20, 16], "num_attention_heads": 12}""");

        void Linear(string layer, int outputs, int inputs)
        {
            Add(layer + ".weight", outputs, inputs);
            Add(layer + ".bias", outputs);
        }

        void Affine(string layer, int channels)
        {
            Add(layer + ".weight", channels);
            Add(layer + ".bias", channels);
        }

        void Add(string tensor, params int[] shape)
        {
            float[] values = new float[shape.Aggregate(1, (count, size) => count * size)];
            for (int i = 0; i < values.Length; i++) values[i] = (random.NextSingle() - 0.5f) / MathF.Sqrt(shape[^1]);
            tensors.Add(new(tensor, FileTensor.FromFloat32(shape, values)));
        }
    }
}

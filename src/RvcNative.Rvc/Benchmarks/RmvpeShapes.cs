using RvcNative.Audio;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>Names and shapes of rmvpe.pt's tensors, or of a smaller network of its kind.</summary>
internal static class RmvpeShapes
{
    /// <param name="levels">Scales of the U-Net.</param>
    /// <param name="blocks">Residual blocks of each.</param>
    /// <param name="intermediate">Levels at the smallest scale.</param>
    /// <param name="channels">Of the first scale.</param>
    /// <param name="hidden">Of the recurrent units, one direction.</param>
    internal static SortedDictionary<string, int[]> All(int levels = 5, int blocks = 4, int intermediate = 4, int channels = 16, int hidden = 256)
    {
        const int planes = 3;
        SortedDictionary<string, int[]> shapes = new(StringComparer.Ordinal);
        Norm("unet.encoder.bn", 1);
        int width = 1;
        for (int i = 0; i < levels; i++) width = Level($"unet.encoder.layers.{i}.conv", width, channels << i);
        for (int i = 0; i < intermediate; i++) width = Level($"unet.intermediate.layers.{i}.conv", width, channels << levels);
        for (int i = 0; i < levels; i++)
        {
            shapes[$"unet.decoder.layers.{i}.conv1.0.weight"] = [width, width / 2, 3, 3];
            Norm($"unet.decoder.layers.{i}.conv1.1", width / 2);
            width = Level($"unet.decoder.layers.{i}.conv2", width, width / 2);
        }

        shapes["cnn.weight"] = [planes, width, 3, 3];
        shapes["cnn.bias"] = [planes];
        foreach (string suffix in (string[])["l0", "l0_reverse"])
        {
            shapes[$"fc.0.gru.weight_ih_{suffix}"] = [3 * hidden, planes * PitchMel.Bands];
            shapes[$"fc.0.gru.weight_hh_{suffix}"] = [3 * hidden, hidden];
            shapes[$"fc.0.gru.bias_ih_{suffix}"] = shapes[$"fc.0.gru.bias_hh_{suffix}"] = [3 * hidden];
        }

        shapes["fc.1.weight"] = [PitchBins.Count, 2 * hidden];
        shapes["fc.1.bias"] = [PitchBins.Count];
        return shapes;

        int Level(string name, int inputs, int outputs)
        {
            for (int block = 0; block < blocks; block++, inputs = outputs)
            {
                string at = $"{name}.{block}";
                shapes[$"{at}.conv.0.weight"] = [outputs, inputs, 3, 3];
                Norm($"{at}.conv.1", outputs);
                shapes[$"{at}.conv.3.weight"] = [outputs, outputs, 3, 3];
                Norm($"{at}.conv.4", outputs);
                if (inputs == outputs) continue;
                shapes[$"{at}.shortcut.weight"] = [outputs, inputs, 1, 1];
                shapes[$"{at}.shortcut.bias"] = [outputs];
            }

            return outputs;
        }

        void Norm(string name, int count)
        {
            foreach (string part in (string[])["weight", "bias", "running_mean", "running_var"]) shapes[$"{name}.{part}"] = [count];
        }
    }
}

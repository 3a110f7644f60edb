using RvcNative.Core;
using RvcNative.Rvc.Benchmarks;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Tests.Pitch;

/// <summary>Pitch networks of the files' names with few channels, on procedural weights.</summary>
internal static class TinyNetworks
{
    internal const ulong Seed = 5;

    internal static SortedDictionary<string, int[]> RmvpeTensors { get; } = RmvpeShapes.All(levels: 5, blocks: 1, intermediate: 1, channels: 2, hidden: 6);

    internal static Dictionary<string, int[]> CrepeShapes { get; } = MakeCrepeShapes([5, 3, 2, 2, 3, 4]);

    internal static Dictionary<string, int[]> FcpeShapes { get; } = MakeFcpeShapes(channels: 16, inner: 12, blocks: 2, kernel: 7);

    internal static Rmvpe Rmvpe(Backend backend) => new(backend, Weights(RmvpeTensors));

    internal static Crepe Crepe(Backend backend) => new(backend, Weights(CrepeShapes));

    internal static Fcpe Fcpe(Backend backend) => new(backend, Weights(FcpeShapes));

    internal static PitchWeights Weights(IReadOnlyDictionary<string, int[]> shapes) =>
        new("tiny.pt", name => shapes.GetValueOrDefault(name), name => Values(name, shapes[name]));

    internal static float[] Values(string name, int[] shape) => ProceduralStream.Parameter(name, shape, Seed);

    /// <summary>A gliding tone with harmonics and some noise.</summary>
    internal static float[] Sound(int samples)
    {
        Random random = new(samples);
        float[] wave = new float[samples];
        double phase = 0;
        for (int i = 0; i < samples; i++)
        {
            phase += 2 * Math.PI * (150 + (60 * Math.Sin(i * 0.0004))) / 16000;
            wave[i] = (float)((0.2 * (Math.Sin(phase) + (0.5 * Math.Sin(2 * phase)))) + (0.02 * (random.NextDouble() - 0.5)));
        }

        return wave;
    }

    internal static double Difference(float[] ours, float[] truth)
    {
        Assert.Equal(truth.Length, ours.Length);
        return ErrorMeasure.Relative(ours, Array.ConvertAll(truth, value => (double)value), 1e-12);
    }

    /// <param name="channels">Of the six layers.</param>
    internal static Dictionary<string, int[]> MakeCrepeShapes(int[] channels)
    {
        Dictionary<string, int[]> shapes = [];
        for (int i = 0; i < channels.Length; i++)
        {
            shapes[$"conv{i + 1}.weight"] = [channels[i], i == 0 ? 1 : channels[i - 1], i == 0 ? 512 : 64, 1];
            shapes[$"conv{i + 1}.bias"] = [channels[i]];
            foreach (string part in (string[])["weight", "bias", "running_mean", "running_var"]) shapes[$"conv{i + 1}_BN.{part}"] = [channels[i]];
        }

        shapes["classifier.weight"] = [360, 4 * channels[^1]];
        shapes["classifier.bias"] = [360];
        return shapes;
    }

    private static Dictionary<string, int[]> MakeFcpeShapes(int channels, int inner, int blocks, int kernel)
    {
        Dictionary<string, int[]> shapes = new()
        {
            ["cent_table"] = [360],
            ["input_stack.0.weight"] = [channels, 128, 3],
            ["input_stack.0.bias"] = [channels],
            ["input_stack.1.weight"] = [channels],
            ["input_stack.1.bias"] = [channels],
            ["input_stack.3.weight"] = [channels, channels, 3],
            ["input_stack.3.bias"] = [channels],
            ["norm.weight"] = [channels],
            ["norm.bias"] = [channels],
            ["output_proj.bias"] = [360],
            ["output_proj.weight_g"] = [360, 1],
            ["output_proj.weight_v"] = [360, channels],
        };
        for (int i = 0; i < blocks; i++)
        {
            string name = $"net.encoder_layers.{i}.conformer.net";
            shapes[$"{name}.0.weight"] = shapes[$"{name}.0.bias"] = shapes[$"{name}.6.bias"] = [channels];
            (shapes[$"{name}.2.weight"], shapes[$"{name}.2.bias"]) = ([2 * inner, channels, 1], [2 * inner]);
            (shapes[$"{name}.4.conv.weight"], shapes[$"{name}.4.conv.bias"]) = ([inner, 1, kernel], [inner]);
            shapes[$"{name}.6.weight"] = [channels, inner, 1];
        }

        return shapes;
    }
}

using RvcNative.Core;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Export;

/// <summary>A layer's weight in a checkpoint's layout, weight normalisation folded into it.</summary>
internal readonly record struct LayerWeight(int[] Shape, float[] Values);

/// <summary>Parameters of a synthesizer by their names in checkpoints.</summary>
internal sealed class ExportWeights(Synthesizer synthesizer)
{
    private readonly HashSet<string> _used = [];

    /// <summary>Makes sure that the graph holds all that the voice does.</summary>
    /// <exception cref="ArgumentException">A parameter has not been asked for.</exception>
    internal void RequireAllUsed()
    {
        string[] left = [.. synthesizer.Network.Parameters.Parameters.Select(parameter => parameter.Name).Except(_used)];
        if (left.Length == 0) return;
        throw new ArgumentException($"{left.Length} parameters of the voice have no place in the ONNX graph, such as {left[0]}; its decoder is no HiFi-GAN, "
            + "and others have no ONNX form here");
    }

    internal bool Has(string name) => synthesizer.Network.Parameters.Parameters.Any(parameter => parameter.Name == name);

    /// <summary>A parameter as it is stored.</summary>
    internal LayerWeight Plain(string name)
    {
        if (!Has(name)) throw new ArgumentException($"the voice has no {name}; its decoder is no HiFi-GAN, and others have no ONNX form here");
        _used.Add(name);
        Parameter parameter = synthesizer.Network.Parameters[name];
        return new LayerWeight(parameter.CheckpointShape.ToArray(), synthesizer.Network.Save(parameter, parameter.Value));
    }

    /// <summary>The weight of a layer; w = g * v / ||v|| over all axes but the first where it is normalised.</summary>
    internal LayerWeight Of(string layer)
    {
        if (!Has($"{layer}.weight_v")) return Plain($"{layer}.weight");
        LayerWeight direction = Plain($"{layer}.weight_v");
        float[] gain = Plain($"{layer}.weight_g").Values, weight = new float[direction.Values.Length];
        int row = weight.Length / gain.Length;
        for (int i = 0; i < gain.Length; i++)
        {
            double squares = 0;
            foreach (float value in direction.Values.AsSpan(i * row, row)) squares += (double)value * value;
            double scale = gain[i] / Math.Sqrt(squares);
            for (int j = i * row; j < (i + 1) * row; j++) weight[j] = (float)(direction.Values[j] * scale);
        }

        return direction with { Values = weight };
    }

    /// <summary>The weight of a layer of one tap, [out,in] or [out,in,1], as the matrix [in,out] that frames are multiplied by.</summary>
    internal LayerWeight Matrix(string layer)
    {
        LayerWeight weight = Of(layer);
        int outputs = weight.Shape[0], inputs = weight.Shape[1];
        float[] values = new float[weight.Values.Length];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++) values[(i * outputs) + o] = weight.Values[(o * inputs) + i];
        }

        return new LayerWeight([inputs, outputs], values);
    }
}

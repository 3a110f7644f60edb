using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>Moves values between the engine's weight layouts and PyTorch's, which exist only in checkpoints.</summary>
public static class CheckpointLayout
{
    /// <summary>Inputs of a weight that are moved together: values that lie side by side in a checkpoint lie rows apart in the engine.</summary>
    private const int InputsAtOnce = 16;

    /// <param name="values">In the checkpoint's layout.</param>
    /// <returns>In the engine's.</returns>
    public static float[] ToEngine(Parameter parameter, ReadOnlySpan<float> values) => Move(parameter, values, toEngine: true);

    /// <param name="values">In the engine's layout.</param>
    /// <returns>In the checkpoint's.</returns>
    public static float[] ToCheckpoint(Parameter parameter, ReadOnlySpan<float> values) => Move(parameter, values, toEngine: false);

    // The engine's weight is [K,in,out]; a checkpoint's is [out,in,K], or [in,out,K] for a transposed convolution.
    private static float[] Move(Parameter parameter, ReadOnlySpan<float> from, bool toEngine)
    {
        if (parameter.Layout == ParameterLayout.Same) return from.ToArray();
        int taps = parameter.Shape[0], inputs = parameter.Shape[1], outputs = parameter.Shape[2];
        (int inputStep, int outputStep) = parameter.Layout == ParameterLayout.ConvTransposed ? (outputs * taps, taps) : (taps, inputs * taps);
        float[] to = new float[from.Length];
        for (int tap = 0; tap < taps; tap++)
        {
            int stored = StoredTap(parameter, tap);
            for (int first = 0; first < inputs; first += InputsAtOnce)
            {
                int end = Math.Min(inputs, first + InputsAtOnce);
                for (int output = 0; output < outputs; output++)
                {
                    int checkpoint = stored + (first * inputStep) + (output * outputStep), engine = (((tap * inputs) + first) * outputs) + output;
                    for (int input = first; input < end; input++, checkpoint += inputStep, engine += outputs)
                    {
                        if (toEngine) to[engine] = from[checkpoint];
                        else to[checkpoint] = from[engine];
                    }
                }
            }
        }

        return to;
    }

    // Turned taps are [down,across] here and [across,down] there.
    private static int StoredTap(Parameter parameter, int tap)
    {
        if (parameter.Layout != ParameterLayout.ConvTurned) return tap;
        (int across, int down) = (parameter.CheckpointShape[2], parameter.CheckpointShape[3]);
        return (tap % across * down) + (tap / across);
    }
}

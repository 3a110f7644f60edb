using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>Moves values between the engine's weight layouts and PyTorch's, which exist only in checkpoints.</summary>
public static class CheckpointLayout
{
    /// <param name="values">In the checkpoint's layout.</param>
    /// <returns>In the engine's.</returns>
    public static float[] ToEngine(Parameter parameter, ReadOnlySpan<float> values)
    {
        float[] engine = new float[values.Length];
        if (parameter.Layout == ParameterLayout.Same)
        {
            values.CopyTo(engine);
            return engine;
        }

        (int taps, int inputs, int outputs) = Sizes(parameter);
        bool transposed = parameter.Layout == ParameterLayout.ConvTransposed;
        int index = 0;
        for (int tap = 0; tap < taps; tap++)
        for (int input = 0; input < inputs; input++)
        for (int output = 0; output < outputs; output++)
        {
            engine[index++] = values[Place(transposed, taps, inputs, outputs, tap, input, output)];
        }

        return engine;
    }

    /// <param name="values">In the engine's layout.</param>
    /// <returns>In the checkpoint's.</returns>
    public static float[] ToCheckpoint(Parameter parameter, float[] values)
    {
        if (parameter.Layout == ParameterLayout.Same) return values;
        (int taps, int inputs, int outputs) = Sizes(parameter);
        bool transposed = parameter.Layout == ParameterLayout.ConvTransposed;
        float[] checkpoint = new float[values.Length];
        int index = 0;
        for (int tap = 0; tap < taps; tap++)
        for (int input = 0; input < inputs; input++)
        for (int output = 0; output < outputs; output++)
        {
            checkpoint[Place(transposed, taps, inputs, outputs, tap, input, output)] = values[index++];
        }

        return checkpoint;
    }

    private static (int Taps, int Inputs, int Outputs) Sizes(Parameter parameter) => (parameter.Shape[0], parameter.Shape[1], parameter.Shape[2]);

    private static int Place(bool transposed, int taps, int inputs, int outputs, int tap, int input, int output) => transposed
        ? (((input * outputs) + output) * taps) + tap     // [in,out,K]
        : (((output * inputs) + input) * taps) + tap;     // [out,in,K]
}

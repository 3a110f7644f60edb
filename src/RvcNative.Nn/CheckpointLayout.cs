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
        for (int tap = 0, index = 0; tap < Taps(parameter); tap++)
        {
            for (int row = 0; row < values.Length / Taps(parameter); row++) engine[index++] = values[Place(parameter, tap, row)];
        }

        return engine;
    }

    /// <param name="values">In the engine's layout.</param>
    /// <returns>In the checkpoint's.</returns>
    public static float[] ToCheckpoint(Parameter parameter, ReadOnlySpan<float> values)
    {
        float[] checkpoint = new float[values.Length];
        for (int tap = 0, index = 0; tap < Taps(parameter); tap++)
        {
            for (int row = 0; row < values.Length / Taps(parameter); row++) checkpoint[Place(parameter, tap, row)] = values[index++];
        }

        return checkpoint;
    }

    private static int Taps(Parameter parameter) => parameter.Layout == ParameterLayout.Same ? 1 : parameter.Shape[0];

    // The engine's row is (input, output) of one tap; a checkpoint's is [out,in,K], or [in,out,K] for a transposed convolution. Turned taps are
    // [down,across] here and [across,down] there.
    private static int Place(Parameter parameter, int tap, int row)
    {
        if (parameter.Layout == ParameterLayout.Same) return row;
        int taps = parameter.Shape[0], inputs = parameter.Shape[1], outputs = parameter.Shape[2];
        if (parameter.Layout == ParameterLayout.ConvTurned)
        {
            (int across, int down) = (parameter.CheckpointShape[2], parameter.CheckpointShape[3]);
            tap = (tap % across * down) + (tap / across);
        }

        return ((parameter.Layout == ParameterLayout.ConvTransposed ? row : (row % outputs * inputs) + (row / outputs)) * taps) + tap;
    }
}

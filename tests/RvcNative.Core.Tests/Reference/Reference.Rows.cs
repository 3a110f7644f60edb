namespace RvcNative.Core.Tests;

/// <summary>Tensors [B,T,C] as functions of (item, frame, channel), for references that read like their formula.</summary>
internal static class ReferenceRows
{
    internal delegate double At(int item, int frame, int channel);

    internal static double[] Of(Shape shape, At value)
    {
        double[] y = new double[shape.Count];
        int at = 0;
        for (int item = 0; item < shape[0]; item++)
        {
            for (int frame = 0; frame < shape[1]; frame++)
            {
                for (int channel = 0; channel < shape[2]; channel++) y[at++] = value(item, frame, channel);
            }
        }

        return y;
    }

    /// <summary>The element (item, frame, channel) of values of that shape.</summary>
    internal static At Read(float[] values, Shape shape) =>
        (item, frame, channel) => values[(((item * shape[1]) + frame) * shape[2]) + channel];

    /// <summary>Sum over all items and frames, for each channel.</summary>
    internal static double[] SumRows(Shape shape, At value)
    {
        double[] sums = new double[shape[2]], all = Of(shape, value);
        for (int at = 0; at < all.Length; at++) sums[at % shape[2]] += all[at];
        return sums;
    }

    /// <summary>Sum over the frames of each item, [B,1,C].</summary>
    internal static double[] SumFrames(Shape shape, At value) => Of([shape[0], 1, shape[2]], (item, _, channel) =>
    {
        double sum = 0;
        for (int frame = 0; frame < shape[1]; frame++) sum += value(item, frame, channel);
        return sum;
    });
}

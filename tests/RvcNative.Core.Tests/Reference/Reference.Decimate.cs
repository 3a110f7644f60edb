namespace RvcNative.Core.Tests;

/// <summary>A filter and every rate-th frame, one product after the other, in double.</summary>
internal static class ReferenceDecimate
{
    internal static double[] Run(float[] x, Shape shape, float[] taps, int rate)
    {
        Shape kept = [shape[0], (shape[1] + rate - 1) / rate, shape[2]];
        int reach = taps.Length / 2;
        return ReferenceRows.Of(kept, (item, frame, channel) =>
        {
            double sum = 0;
            for (int n = 0; n < shape[1]; n++)
            {
                int d = n - (frame * rate);
                if (Math.Abs(d) <= reach) sum += (double)taps[reach + d] * ReferenceRows.Read(x, shape)(item, n, channel);
            }

            return sum;
        });
    }

    internal static double[] Backward(float[] dy, Shape shape, float[] taps, int rate)
    {
        Shape kept = [shape[0], (shape[1] + rate - 1) / rate, shape[2]];
        int reach = taps.Length / 2;
        return ReferenceRows.Of(shape, (item, n, channel) =>
        {
            double sum = 0;
            for (int frame = 0; frame < kept[1]; frame++)
            {
                int d = n - (frame * rate);
                if (Math.Abs(d) <= reach) sum += (double)taps[reach + d] * ReferenceRows.Read(dy, kept)(item, frame, channel);
            }

            return sum;
        });
    }
}

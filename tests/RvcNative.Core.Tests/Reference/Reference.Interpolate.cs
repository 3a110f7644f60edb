namespace RvcNative.Core.Tests;

/// <summary>Straight lines between the middles of frames, as PyTorch's Upsample (linear, align_corners false) places them.</summary>
internal static class ReferenceInterpolate
{
    internal static double[] Run(float[] x, Shape shape, int rate) => ReferenceRows.Of([shape[0], shape[1] * rate, shape[2]], (item, n, channel) =>
    {
        (int frame, int next, double share) = Place(n, shape[1], rate);
        ReferenceRows.At at = ReferenceRows.Read(x, shape);
        return ((1 - share) * at(item, frame, channel)) + (share * at(item, next, channel));
    });

    internal static double[] Backward(float[] dy, Shape shape, int rate)
    {
        Shape longer = [shape[0], shape[1] * rate, shape[2]];
        return ReferenceRows.Of(shape, (item, wanted, channel) =>
        {
            double sum = 0;
            for (int n = 0; n < longer[1]; n++)
            {
                (int frame, int next, double share) = Place(n, shape[1], rate);
                double weight = (frame == wanted ? 1 - share : 0) + (next == wanted ? share : 0);
                sum += weight * ReferenceRows.Read(dy, longer)(item, n, channel);
            }

            return sum;
        });
    }

    private static (int Frame, int Next, double Share) Place(int n, int frames, int rate)
    {
        double at = Math.Max(0, ((n + 0.5) / rate) - 0.5);
        int frame = (int)Math.Floor(at);
        return (frame, Math.Min(frame + 1, frames - 1), at - frame);
    }
}

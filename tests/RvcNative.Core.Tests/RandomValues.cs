namespace RvcNative.Core.Tests;

/// <summary>Numbers that look like activations and are the same in every run.</summary>
internal static class RandomValues
{
    internal static float[] Normal(int count, int seed, float scale = 1)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int index = 0; index < count; index++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[index] = (float)(scale * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    internal static float[] Normal(Shape shape, int seed, float scale = 1) => Normal(shape.Count, seed, scale);

    internal static float[] Uniform(int count, int seed, float from = -1, float to = 1)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int index = 0; index < count; index++) values[index] = from + ((to - from) * random.NextSingle());
        return values;
    }

    /// <summary>Values of both signs at least <paramref name="gap"/> away from zero, for ops with a kink there.</summary>
    internal static float[] AwayFromZero(int count, int seed, float gap = 0.1f)
    {
        float[] values = Uniform(count, seed);
        for (int index = 0; index < count; index++) values[index] += MathF.CopySign(gap, values[index]);
        return values;
    }

    internal static long[] Ids(int count, int seed, int below)
    {
        Random random = new(seed);
        long[] values = new long[count];
        for (int index = 0; index < count; index++) values[index] = random.Next(below);
        return values;
    }

    /// <summary>A mask of ones and zeros in no order.</summary>
    internal static float[] Bits(int count, int seed) => [.. Ids(count, seed, below: 2).Select(bit => (float)bit)];

    /// <summary>A mask [B,T] of ones up to each item's length.</summary>
    internal static float[] Mask(int frames, params ReadOnlySpan<int> lengths)
    {
        float[] mask = new float[lengths.Length * frames];
        for (int item = 0; item < lengths.Length; item++) mask.AsSpan(item * frames, lengths[item]).Fill(1);
        return mask;
    }
}

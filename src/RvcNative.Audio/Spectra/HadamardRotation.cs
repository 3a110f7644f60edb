namespace RvcNative.Audio;

/// <summary>
/// Fixed rotations of 256 values that put 1/256 of the energy of each into every result: H S / 16 with H the Hadamard matrix and S diagonal
/// signs. The same on every machine, for only sums, signs and a power of two are involved.
/// </summary>
internal static class HadamardRotation
{
    private const int Values = 256;

    /// <summary>Applies rotation 0, 1, 2, ... in place.</summary>
    internal static void Apply(Span<double> x, int rotation)
    {
        for (int i = 0; i < Values; i++)
            if ((SplitMix64((ulong)(rotation * Values + i)) & 1) != 0) x[i] = -x[i];
        for (int span = 1; span < Values; span *= 2)
            for (int start = 0; start < Values; start += 2 * span)
                for (int i = start; i < start + span; i++) (x[i], x[i + span]) = (x[i] + x[i + span], x[i] - x[i + span]);
        foreach (ref double value in x) value /= 16;
    }

    /// <summary>The n-th output of splitmix64 (Steele et al. 2014) from state 0.</summary>
    private static ulong SplitMix64(ulong n)
    {
        ulong z = (n + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

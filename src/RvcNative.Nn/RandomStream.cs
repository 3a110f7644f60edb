using System.Text;

namespace RvcNative.Nn;

/// <summary>
/// Host-side random numbers that are a function of (seed, name) alone, so a draw is the same after every resume and in every order.
/// The generator is splitmix64 (Steele et al. 2014); tensors are drawn on the device by <see cref="Core.Op.Normal"/> instead.
/// </summary>
public sealed class RandomStream
{
    private ulong _state;

    private RandomStream(ulong state) => _state = state;

    public static RandomStream Named(ulong seed, string name) => new(Key(seed, name));

    /// <summary>64 bits from a seed and a name (FNV-1a of the name's UTF-8, mixed with the seed).</summary>
    public static ulong Key(ulong seed, string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte each in Encoding.UTF8.GetBytes(name)) hash = (hash ^ each) * 0x100000001B3;
        return Mix(hash ^ Mix(seed + 0x9E3779B97F4A7C15));
    }

    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal (Box and Muller 1958; the second of the pair is not used).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A random order of 0 … count - 1 (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int last = count - 1; last > 0; last--)
        {
            int other = (int)(NextDouble() * (last + 1));
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

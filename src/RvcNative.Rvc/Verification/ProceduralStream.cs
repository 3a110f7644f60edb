using System.Text;

namespace RvcNative.Rvc.Verification;

/// <summary>
/// Test numbers that are a pure function of (name, shape, seed), so that goldens need no weight files: "Procedural weights" in the goldens' README.
/// </summary>
internal static class ProceduralStream
{
    /// <summary>offset + scale * u_i, u in [-1, 1).</summary>
    internal static float[] Uniform(string name, ulong seed, int count, double offset, double scale)
    {
        ulong state = State(name, seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(offset + (scale * Next(state, i)));
        return values;
    }

    /// <summary>A parameter's values by its name and checkpoint shape.</summary>
    /// <param name="gain">A case's factor for parameters of this name.</param>
    internal static float[] Parameter(string name, int[] shape, ulong seed, double gain = 1)
    {
        int count = 1;
        foreach (int size in shape) count *= size;
        string tail = name[(name.LastIndexOf('.') + 1)..];
        (double offset, double scale) = tail switch
        {
            "running_mean" => (0, 0.1),
            "running_var" => (1, 0.2),
            "weight_g" => (1, 0.2),
            _ when name.EndsWith("parametrizations.weight.original0", StringComparison.Ordinal) => (1, 0.2),
            "weight" or "gamma" when shape.Length == 1 => (1, 0.1),
            "bias" or "beta" => (0, 0.05),
            _ when tail.StartsWith("bias_", StringComparison.Ordinal) => (0, 0.05),
            _ => (0.0, Math.Sqrt(3.0 / Math.Max(1, shape.Length == 0 ? 1 : count / shape[0]))),
        };
        return Uniform(name, seed, count, gain * offset, gain * scale);
    }

    private static ulong State(string name, ulong seed)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte each in Encoding.UTF8.GetBytes(name)) hash = (hash ^ each) * 0x100000001B3;
        return hash ^ seed;
    }

    private static double Next(ulong state, int index)
    {
        ulong z = state + ((ulong)(index + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return ((z >> 11) * (1.0 / (1UL << 53)) * 2) - 1;
    }
}

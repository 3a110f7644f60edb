using System.Reflection;
using System.Text.RegularExpressions;

namespace RvcNative.Gpu;

/// <summary>The sources of kernels/, carried in this assembly.</summary>
public static partial class KernelSource
{
    /// <summary>A kernel file with the prelude in front, as a compiler gets it.</summary>
    /// <param name="file">Name without ".cu".</param>
    public static string Of(string file) => Text("prelude.h") + "\n#line 1 \"" + file + ".cu\"\n" + Include().Replace(Text(file + ".cu"), include => Text(include.Groups[1].Value));

    /// <summary>Of all kernels together.</summary>
    internal static string Hash { get; } = KernelCache.Key(
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith("kernels/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name => Text(name["kernels/".Length..]))]);

    /// <summary>Whether kernels of a file take activations as 16-bit floats, in a specialisation of their own (HALVES).</summary>
    internal static bool TakesHalves(string file) => Text(file + ".cu").Contains("_ANY(", StringComparison.Ordinal);

    // No compiler has a folder to look into.
    [GeneratedRegex("^#include \"(\\w+\\.h)\"\\r?$", RegexOptions.Multiline)]
    private static partial Regex Include();

    private static string Text(string file)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("kernels/" + file)
            ?? throw new FileNotFoundException($"kernels/{file} is not in this build");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}

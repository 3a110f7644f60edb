using System.Reflection;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>SHA-256 of the files' own, written in hexadecimal digits one behind the other in order of the names; cmake/ computes the same.</summary>
    internal static string FilesHash
    {
        get
        {
            Assembly assembly = Assembly.GetExecutingAssembly();
            StringBuilder hashes = new();
            foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("kernels/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using Stream file = assembly.GetManifestResourceStream(name)!;
                hashes.Append(Convert.ToHexStringLower(SHA256.HashData(file)));
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(hashes.ToString())));
        }
    }

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

using System.Reflection;
using RvcNative.Formats;

namespace RvcNative.Cli.Demo;

/// <summary>The speech that lies in the program itself: one speaker reading five sentences (samples/ of the repository, public domain).</summary>
internal static class DemoSamples
{
    private const string Prefix = "samples/", Licence = "LICENSE.md", HeldOut = "sense-and-sensibility-0880.wav";

    /// <summary>What is said in the recording that is converted.</summary>
    internal const string HeldOutText = "He was not an ill-disposed young man.";

    /// <summary>Names of the recordings that are trained on, in ordinal order.</summary>
    internal static IReadOnlyList<string> Training { get; } = [.. Resources().Where(name => name.EndsWith(".wav", StringComparison.Ordinal) && name != HeldOut)];

    /// <summary>Writes the recordings to train on, the one to convert, and their licence.</summary>
    internal static void Write(DemoFolder folder)
    {
        foreach (string name in Training) Write(name, Path.Combine(folder.Recordings, name));
        Write(HeldOut, folder.Original);
        Write(Licence, folder.Licence);
    }

    private static IEnumerable<string> Resources() => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).Order(StringComparer.Ordinal);

    private static void Write(string name, string path)
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"this build of rvcnative lacks its sample {name}");
        AtomicFile.Write(path, resource.CopyTo);
    }
}

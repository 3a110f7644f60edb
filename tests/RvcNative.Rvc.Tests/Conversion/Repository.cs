using RvcNative.Audio;

namespace RvcNative.Rvc.Tests.Conversion;

/// <summary>Files beside the tests: goldens and speech.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    internal static string GoldenOrSkip(string caseName, string file)
    {
        string[] places = [Path.Combine(Root, "tests", "golden", caseName, file), Path.Combine(Root, "..", "shared", "golden", caseName, file)];
        string? found = places.FirstOrDefault(File.Exists);
        Skip.If(found is null, $"golden {caseName}/{file} is not here");
        return found!;
    }

    /// <summary>Sentences read aloud, one after the other, 24.7 s at 16 kHz.</summary>
    internal static float[] SpeechOrSkip()
    {
        string[] places = [Path.Combine(Root, "samples", "speech"), Path.Combine(Root, "..", "shared", "speech")];
        string? folder = places.FirstOrDefault(Directory.Exists);
        Skip.If(folder is null, "there is no speech here");
        return [.. Directory.GetFiles(folder!, "*.wav").Order(StringComparer.Ordinal).SelectMany(file => AudioFile.Load(file, 16000))];
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RvcNative.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("RvcNative.sln is above no test binary.");
    }
}

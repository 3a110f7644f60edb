namespace RvcNative.Audio.Tests;

/// <summary>The sentences of ../shared/speech at 16 kHz; the test is skipped without them.</summary>
internal static class Speech
{
    internal static IReadOnlyList<float[]> Sentences()
    {
        string folder = Path.Combine(Golden.Root, "..", "shared", "speech");
        Skip.IfNot(Directory.Exists(folder), "../shared/speech is not there");
        return [.. Directory.GetFiles(folder, "*.wav").Order().Select(path => AudioFile.Load(path, 16000))];
    }
}

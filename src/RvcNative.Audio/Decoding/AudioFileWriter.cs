namespace RvcNative.Audio;

/// <summary>Recordings written so that they appear whole or not at all.</summary>
public static class AudioFileWriter
{
    public static bool IsWav(string path) => Path.GetExtension(path).Equals(".wav", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes what a writer gives to a temporary file, which gets its name at the end.</summary>
    public static void Write(string path, Action<Stream> write) => AtomicFile.Write(path, write);
}

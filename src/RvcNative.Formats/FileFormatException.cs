namespace RvcNative.Formats;

/// <summary>A file that cannot be read or written as its format demands.
/// The message names the file, what was expected and found, and the way out.</summary>
public sealed class FileFormatException : IOException
{
    public FileFormatException(string filePath, string problem, Exception? cause = null)
        : base($"{filePath}: {problem}", cause) => FilePath = filePath;

    /// <summary>The file's path as the caller gave it.</summary>
    public string FilePath { get; }
}

namespace RvcNative.Audio;

/// <summary>An audio file that cannot be read or written; the message names the file, what is wrong and the way out.</summary>
public sealed class AudioFileException : IOException
{
    public AudioFileException(string message) : base(message) { }

    public AudioFileException(string message, Exception inner) : base(message, inner) { }
}

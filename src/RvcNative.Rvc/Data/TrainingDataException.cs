namespace RvcNative.Rvc.Data;

/// <summary>Recordings or prepared files that cannot be used; the message names the file or folder, what is wrong and the way out.</summary>
public sealed class TrainingDataException : IOException
{
    public TrainingDataException(string message) : base(message) { }

    public TrainingDataException(string message, Exception cause) : base(message, cause) { }
}

namespace RvcNative.Rvc.Assets;

/// <summary>A known file that cannot be had, or is not what it should be; the message names file and address, what was found and the way out.</summary>
public sealed class AssetException : IOException
{
    public AssetException(string message) : base(message) { }

    public AssetException(string message, Exception cause) : base(message, cause) { }
}

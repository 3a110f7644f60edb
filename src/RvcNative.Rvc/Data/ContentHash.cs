using System.Security.Cryptography;

namespace RvcNative.Rvc.Data;

/// <summary>What a file holds, told by its bytes.</summary>
internal static class ContentHash
{
    private const int BufferBytes = 1 << 20;

    /// <summary>SHA-256 in hexadecimal digits.</summary>
    internal static string Of(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

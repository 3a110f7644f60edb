using System.Security.Cryptography;
using System.Text;

namespace RvcNative.Gpu;

/// <summary>
/// Compiled programs on disk, named by a hash of device, driver, options and source: what has changed is not found. A file that was
/// damaged, or cannot be read or written, is as if it were not there.
/// </summary>
/// <param name="folder">Made when first needed.</param>
public sealed class KernelCache(string folder)
{
    private const string FolderVariable = "RVCNATIVE_CACHE_DIR";
    private const int HashBytes = 32;

    /// <summary>RVCNATIVE_CACHE_DIR, else the user's cache folder.</summary>
    public static KernelCache OfUser()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } chosen) return new(Path.Combine(chosen, "kernels"));
        string local = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return new(Path.Combine(local, "rvcnative", "kernels"));
    }

    public string Folder => folder;

    /// <summary>Name of what is compiled from these, in this order.</summary>
    public static string Key(params ReadOnlySpan<string> parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part));
            hash.AppendData([0]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The bytes kept under a name, or null.</summary>
    public byte[]? Find(string key)
    {
        try
        {
            byte[] file = File.ReadAllBytes(PathOf(key));
            return file.Length > HashBytes && SHA256.HashData(file.AsSpan(HashBytes)).AsSpan().SequenceEqual(file.AsSpan(0, HashBytes)) ? file[HashBytes..] : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps bytes under a name: hash, then bytes, in a file that appears whole or not at all.</summary>
    public void Keep(string key, byte[] program)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string temporary = Path.Combine(folder, $"{key}.{Guid.NewGuid():n}.tmp");
            using (FileStream file = File.Create(temporary))
            {
                file.Write(SHA256.HashData(program));
                file.Write(program);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, PathOf(key), overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without a cache the next start compiles again.
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key + ".bin");
}

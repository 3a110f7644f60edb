namespace RvcNative.Rvc.Assets;

/// <summary>Room on the disk, asked for before anything is fetched.</summary>
internal static class FreeSpace
{
    private const long Reserve = 16 << 20;

    /// <param name="path">A file's future place.</param>
    /// <exception cref="AssetException">There is not enough room.</exception>
    internal static void Require(string path, long bytes)
    {
        if (Available(path) is not { } free || free >= bytes + Reserve) return;
        throw new AssetException(
            $"'{path}' takes {bytes:N0} bytes more, but the disk has {free:N0} free; free some space, or name another folder with --assets");
    }

    // Null where the system does not say.
    internal static long? Available(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent) folder = parent;
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

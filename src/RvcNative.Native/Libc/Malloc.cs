using System.Runtime.InteropServices;

namespace RvcNative.Native.Libc;

/// <summary>glibc's allocator (mallopt(3)).</summary>
public static partial class Malloc
{
    private const int MapThreshold = -3;

    /// <summary>
    /// Blocks of so many bytes and more get pages of their own, which go back to the system when the block is freed. Unasked, glibc raises this
    /// limit to 32 MiB as such blocks come and go, and what grows in steps leaves holes behind.
    /// </summary>
    /// <returns>False where the C library is another one.</returns>
    public static bool MapBlocksFrom(int bytes)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return SetOption(MapThreshold, bytes) != 0;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}

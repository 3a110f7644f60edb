namespace RvcNative.Rvc.Data;

/// <summary>Turns a full disk, wherever it shows, into one clear message; what was being written is already gone then.</summary>
internal static class DiskSpace
{
    internal static void Guard(string folder, Action write)
    {
        try
        {
            write();
        }
        catch (IOException failure) when (IsFull(failure))
        {
            throw new TrainingDataException(
                $"'{folder}': the disk is full. No half-written file was left; free some space and run the same command again.", failure);
        }
    }

    // The low word of HResult is Windows' error code, on other systems errno.
    internal static bool IsFull(IOException failure) => (failure.HResult & 0xFFFF, OperatingSystem.IsWindows()) switch
    {
        (0x70 or 0x27, true) => true,                        // ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL
        (28, false) => true,                                 // ENOSPC
        (122, false) => OperatingSystem.IsLinux(),           // EDQUOT
        (69, false) => OperatingSystem.IsMacOS(),            // EDQUOT
        _ => false,
    };
}

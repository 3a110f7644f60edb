using System.Diagnostics;

namespace RvcNative.Cli.Measuring;

/// <summary>The most memory that this process held, for one measurement after the other.</summary>
internal static class ProcessMemory
{
    private const string ClearReferences = "/proc/self/clear_refs", ForgetPeak = "5";

    /// <summary>Lets go of what earlier measurements held and forgets their peak.</summary>
    /// <returns>False where the system cannot forget it: the peak is then one of everything so far.</returns>
    internal static bool StartAnew()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        if (!File.Exists(ClearReferences)) return false;
        try
        {
            File.WriteAllText(ClearReferences, ForgetPeak);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static double PeakMib()
    {
        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / (double)(1 << 20);
    }
}

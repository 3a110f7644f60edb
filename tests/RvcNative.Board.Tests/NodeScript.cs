using System.ComponentModel;
using System.Diagnostics;

namespace RvcNative.Board.Tests;

/// <summary>Scripts that node runs.</summary>
internal static class NodeScript
{
    /// <exception cref="SkipException">node is not installed.</exception>
    internal static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new SkipException("node is not installed");
        }
    }
}

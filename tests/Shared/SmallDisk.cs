using System.Diagnostics;

namespace RvcNative.Tests;

/// <summary>A file system of a few megabytes in memory.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    internal string Path { get; }

    /// <summary>Null where it cannot be mounted.</summary>
    internal static SmallDisk? TryMount(string path, string size)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return null;
        Directory.CreateDirectory(path);
        return Run("mount", "-t", "tmpfs", "-o", $"size={size}", "none", path) ? new SmallDisk(path) : null;
    }

    /// <returns>Whether nothing can be written to it any more.</returns>
    internal bool MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    /// <summary>Fills it with one file up to so many bytes.</summary>
    /// <returns>The file.</returns>
    internal string Fill(int leftBytes)
    {
        string path = System.IO.Path.Combine(Path, "filler");
        byte[] block = new byte[1 << 12];
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) stream.Write(block);
        }
        catch (IOException)
        {
            stream.SetLength(stream.Length - leftBytes);
        }

        return path;
    }

    public void Dispose() => Run("umount", Path);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

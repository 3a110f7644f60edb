namespace RvcNative.Formats;

/// <summary>Writes a file so that its name never shows half of it: a neighbour named *.tmp is written, flushed to disk, then renamed.</summary>
public static class AtomicFile
{
    /// <param name="path">Final path; an older file there is replaced. Its folder is made if absent.</param>
    /// <param name="write">Writes the contents; the stream is seekable. If it throws, the older file stays.</param>
    public static void Write(string path, Action<FileStream> write)
    {
        string full = Path.GetFullPath(path), temporary = full + ".tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        FileStream stream = new(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}

namespace RvcNative.Rvc.Training;

/// <summary>
/// Held while a training runs in a folder, so that a second one is refused instead of mixing its saves with the first's. Ends with the process,
/// however that ends.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    internal const string FileName = ".training";
    private readonly FileStream _held;

    /// <exception cref="IOException">Another training holds it.</exception>
    internal FolderLock(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            _held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException failure) when (File.Exists(path))
        {
            throw new IOException(
                $"{folder}: another training runs in this folder (it holds {FileName}); wait for its end or stop it, then give the command again", failure);
        }
    }

    public void Dispose() => _held.Dispose();
}

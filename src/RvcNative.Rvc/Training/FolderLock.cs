namespace RvcNative.Rvc.Training;

/// <summary>
/// Held while a training runs in a folder, so that a second one is refused instead of mixing its saves with the first's. Ends with the process,
/// however that ends.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    internal const string FileName = ".training";
    private readonly FileStream _held;

    /// <exception cref="IOException">Another training holds it, or the folder cannot be written.</exception>
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
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder}: cannot be written ({failure.Message}); allow it, or copy the folder to a place that can be", failure);
        }
    }

    public void Dispose() => _held.Dispose();
}

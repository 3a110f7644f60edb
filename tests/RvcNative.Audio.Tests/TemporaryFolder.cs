namespace RvcNative.Audio.Tests;

internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-audio-");

    internal string this[string name] => Path.Combine(_folder.FullName, name);

    internal string[] Names => [.. _folder.GetFiles().Select(file => file.Name)];

    public void Dispose() => _folder.Delete(recursive: true);
}

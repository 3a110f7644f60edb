namespace RvcNative.Rvc.Tests.Conversion;

/// <summary>A folder of its own for one test, gone afterwards.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-conversion-");

    internal string this[string file] => Path.Combine(_folder.FullName, file);

    internal string[] Names => [.. _folder.GetFiles().Select(file => file.Name)];

    public void Dispose() => _folder.Delete(recursive: true);
}

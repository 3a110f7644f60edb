namespace RvcNative.Rvc.Tests.Data;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    internal TempFolder() => Directory.CreateDirectory(Root);

    internal string Root { get; } = Path.Combine(Path.GetTempPath(), "rvcnative data тест " + Guid.NewGuid().ToString("N"));

    internal string this[string relative] => Path.Combine(Root, relative);

    internal string WithParent(string relative)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[relative])!);
        return this[relative];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

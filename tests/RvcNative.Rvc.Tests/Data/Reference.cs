namespace RvcNative.Rvc.Tests.Data;

/// <summary>Finds reference data in the shared folder beside the repository.</summary>
internal static class Reference
{
    /// <summary>The folder of a golden case with all its inputs, or null.</summary>
    internal static string? SharedGolden(string name) => Find(Path.Combine("..", "shared", "golden", name));

    /// <summary>A few sentences of speech, or null.</summary>
    internal static string? Speech => Find(Path.Combine("..", "shared", "speech"));

    private static string? Find(string relative)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RvcNative.sln"))) folder = folder.Parent;
        string? path = folder is null ? null : Path.Combine(folder.FullName, relative);
        return Directory.Exists(path) ? path : null;
    }
}

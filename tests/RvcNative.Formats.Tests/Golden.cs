namespace RvcNative.Formats.Tests;

/// <summary>Finds golden files: tests/golden first, then shared/golden beside the repository.</summary>
internal static class Golden
{
    private static readonly string Root = FindRoot();

    /// <summary>The file's path, or null when neither place has it.</summary>
    internal static string? Find(string caseName, string file)
    {
        string[] places = [Path.Combine(Root, "tests", "golden", caseName, file), Path.Combine(Root, "..", "shared", "golden", caseName, file)];
        return places.FirstOrDefault(File.Exists);
    }

    internal static string Require(string caseName, string file) =>
        Find(caseName, file) ?? throw new FileNotFoundException($"tests/golden/{caseName}/{file} belongs to the repository.");

    internal static string RequireOrSkip(string caseName, string file)
    {
        string? path = Find(caseName, file);
        Skip.If(path is null, $"golden {caseName}/{file} is not here");
        return path!;
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RvcNative.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("RvcNative.sln is above no test binary.");
    }
}

using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RvcNative.Architecture.Tests;

/// <summary>The checkout that the tests run in, as files.</summary>
internal static partial class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static string Place(params string[] parts) => Path.Combine([Root, .. parts]);

    internal static string Text(params string[] parts) => File.ReadAllText(Place(parts));

    /// <summary>Source files below a folder, build output left out; paths relative to the root with '/'.</summary>
    internal static IEnumerable<string> Sources(string folder, string pattern = "*.cs") =>
        Directory.EnumerateFiles(Place(folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !BuildOutput().IsMatch(file));

    /// <summary>Names of the projects below src.</summary>
    internal static IEnumerable<string> Projects() => Directory.EnumerateDirectories(Place("src")).Select(folder => Path.GetFileName(folder)!);

    /// <summary>The projects that a project refers to itself.</summary>
    internal static string[] References(string project) =>
    [
        .. XDocument.Load(Place("src", project, project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))),
    ];

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RvcNative.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"no RvcNative.sln above {AppContext.BaseDirectory}");
    }

    [GeneratedRegex("(^|/)(bin|obj)/")]
    private static partial Regex BuildOutput();
}

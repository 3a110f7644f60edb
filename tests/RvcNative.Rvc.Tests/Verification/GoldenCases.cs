namespace RvcNative.Rvc.Tests.Verification;

/// <summary>Folders of golden cases, and copies of them to damage.</summary>
internal static class GoldenCases
{
    /// <summary>The case's folder in tests/golden, or in ../shared/golden, or the test is skipped.</summary>
    internal static string Find(string name)
    {
        string root = Root();
        string[] places = [Path.Combine(root, "tests", "golden", name), Path.Combine(root, "..", "shared", "golden", name)];
        string? found = places.FirstOrDefault(place => File.Exists(Path.Combine(place, "case.json")));
        Skip.If(found is null, $"the golden case {name} is not here");
        return found!;
    }

    /// <summary>A folder of tests/golden.</summary>
    internal static string Folder(string name) => Path.Combine(Root(), "tests", "golden", name);

    /// <summary>The repository's folder.</summary>
    internal static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "RvcNative.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("RvcNative.sln is above no test binary.");
    }

    /// <summary>A copy that may be changed; it goes with the test.</summary>
    internal sealed class Copy : IDisposable
    {
        internal Copy(string name)
        {
            Folder = Directory.CreateTempSubdirectory("rvcnative-case-").FullName;
            foreach (string file in Directory.EnumerateFiles(Find(name)))
            {
                string target = Path.Combine(Folder, Path.GetFileName(file));
                File.WriteAllBytes(target, File.ReadAllBytes(file));
            }
        }

        internal string Folder { get; }

        internal string this[string file] => Path.Combine(Folder, file);

        internal void Edit(string file, string from, string to)
        {
            string text = File.ReadAllText(this[file]);
            Assert.Contains(from, text);
            File.WriteAllText(this[file], text.Replace(from, to));
        }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}

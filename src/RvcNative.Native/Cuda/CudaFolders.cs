namespace RvcNative.Native.Cuda;

/// <summary>Where CUDA's libraries are beside the system's path.</summary>
internal static class CudaFolders
{
    private const string Chosen = "RVCNATIVE_CUDA_DIR";

    /// <summary>Folders that the user chose, which go before the system's path; those that exist.</summary>
    internal static IEnumerable<string> OfUser() => OfRoot(Environment.GetEnvironmentVariable(Chosen)).Where(Directory.Exists);

    /// <summary>Folders for when the system's path has none: of CUDA_PATH, /usr/local/cuda and Python's nvidia packages; those that exist.</summary>
    internal static IEnumerable<string> OfToolkits() =>
        OfRoot(Environment.GetEnvironmentVariable("CUDA_PATH")).Concat(OfRoot("/usr/local/cuda")).Concat(PythonPackages().SelectMany(OfPackages)).Where(Directory.Exists);

    // CUDA 13 has its DLLs one folder deeper than 12.
    private static string[] OfRoot(string? root) => string.IsNullOrEmpty(root)
        ? []
        : [root, Path.Combine(root, "lib64"), Path.Combine(root, "lib"), Path.Combine(root, "bin"), Path.Combine(root, "bin", "x64"), Path.Combine(root, "bin", "x86_64")];

    /// <summary>nvidia/cuda_nvrtc/lib and its like; CUDA 13 has all of its packages in nvidia/cu13.</summary>
    private static IEnumerable<string> OfPackages(string packages)
    {
        string nvidia = Path.Combine(packages, "nvidia");
        return Directory.Exists(nvidia) ? Directory.EnumerateDirectories(nvidia).SelectMany(OfRoot) : [];
    }

    private static IEnumerable<string> PythonPackages()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string?[] roots = [Environment.GetEnvironmentVariable("VIRTUAL_ENV"), Environment.GetEnvironmentVariable("CONDA_PREFIX"), Path.Combine(home, ".local"), "/usr/local", "/usr"];
        foreach (string root in roots.OfType<string>())
        {
            yield return Path.Combine(root, "Lib", "site-packages");   // Windows
            foreach (string python in Pythons(Path.Combine(root, "lib"), "python3*").Concat(Pythons(Path.Combine(root, "lib64"), "python3*")))
            {
                yield return Path.Combine(python, "site-packages");
                yield return Path.Combine(python, "dist-packages");
            }
        }

        if (!OperatingSystem.IsWindows()) yield break;
        string programs = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Programs", "Python");
        foreach (string python in Pythons(programs, "Python3*")) yield return Path.Combine(python, "Lib", "site-packages");
        string ofUser = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "Python");
        foreach (string python in Pythons(ofUser, "Python3*")) yield return Path.Combine(python, "site-packages");   // pip install --user
    }

    private static IEnumerable<string> Pythons(string folder, string names) => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, names) : [];
}

namespace RvcNative.Native.Cuda;

/// <summary>Where CUDA's libraries are when the system's path does not have them.</summary>
internal static class CudaFolders
{
    /// <summary>RVCNATIVE_CUDA_DIR, CUDA_PATH, /usr/local/cuda, and the folders of Python's nvidia packages; those that exist.</summary>
    internal static IEnumerable<string> All() => Candidates().Where(Directory.Exists);

    private static IEnumerable<string> Candidates()
    {
        foreach (string? root in (string?[])[Environment.GetEnvironmentVariable("RVCNATIVE_CUDA_DIR"), Environment.GetEnvironmentVariable("CUDA_PATH"), "/usr/local/cuda"])
        {
            if (string.IsNullOrEmpty(root)) continue;
            yield return root;
            yield return Path.Combine(root, "lib64");
            yield return Path.Combine(root, "bin");
            yield return Path.Combine(root, "bin", "x64");
        }

        foreach (string packages in PythonPackages())
        {
            string nvidia = Path.Combine(packages, "nvidia");
            if (!Directory.Exists(nvidia)) continue;
            foreach (string package in Directory.EnumerateDirectories(nvidia))
            {
                yield return Path.Combine(package, "lib");
                yield return Path.Combine(package, "bin");
            }
        }
    }

    private static IEnumerable<string> PythonPackages()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string?[] roots = [Environment.GetEnvironmentVariable("VIRTUAL_ENV"), Environment.GetEnvironmentVariable("CONDA_PREFIX"), Path.Combine(home, ".local"), "/usr/local", "/usr"];
        foreach (string root in roots.OfType<string>())
        {
            yield return Path.Combine(root, "Lib", "site-packages");   // Windows
            string lib = Path.Combine(root, "lib");
            if (!Directory.Exists(lib)) continue;
            foreach (string python in Directory.EnumerateDirectories(lib, "python3*"))
            {
                yield return Path.Combine(python, "site-packages");
                yield return Path.Combine(python, "dist-packages");
            }
        }
    }
}

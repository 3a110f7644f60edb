using RvcNative.Formats;
using RvcNative.Formats.Safetensors;

namespace RvcNative.Core.Tests;

/// <summary>Tensors of a reference case beside the repository; a test that asks for them is skipped where they are absent.</summary>
internal static class Golden
{
    /// <param name="file">"inputs" or "expected".</param>
    internal static FileTensor Tensor(string name, string file, string tensor)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "RvcNative.sln"))) continue;
            string path = Path.Combine(folder.FullName, "..", "shared", "golden", name, file + ".safetensors");
            Skip.IfNot(File.Exists(path), $"the case {name} is not in ../shared/golden");
            return SafetensorsFile.Read(path)[tensor];
        }

        throw new InvalidOperationException("the repository's root (RvcNative.sln) is not above " + AppContext.BaseDirectory);
    }
}

using System.Diagnostics;
using RvcNative.Native.Cublas;
using RvcNative.Native.Cudnn;

namespace RvcNative.Gpu.Tests;

/// <summary>Libraries of plain C under the names of NVIDIA's; skips where the real ones are, or clang is not.</summary>
[CollectionDefinition(Name)]
public sealed class StandIns : IDisposable
{
    /// <summary>Of tests that say where CUDA lies, one after the other.</summary>
    internal const string Name = "libraries that stand in for NVIDIA's";

    private readonly StandInFolder _folder = new();

    public StandIns()
    {
        Skip.If(CublasLtLibrary.Missing is null || CudnnLibrary.Missing is null, "the real libraries are installed");
        Skip.IfNot(_folder.Compile("cublasLt", "libcublasLt.so.12") && _folder.Compile("cudnn", "lib/libcudnn.so.9"), $"{StandInFolder.Clang} is not installed; on Debian: apt install {StandInFolder.Clang}");
        Assert.Null(CublasLtLibrary.Missing);
        Assert.Null(CudnnLibrary.Missing);
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>A folder for stand-ins, which RVCNATIVE_CUDA_DIR names while it is there.</summary>
internal sealed class StandInFolder : IDisposable
{
    internal const string Clang = "clang-14";
    private const string Variable = "RVCNATIVE_CUDA_DIR";
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    internal StandInFolder() => Environment.SetEnvironmentVariable(Variable, FullName);

    internal string FullName { get; } = Directory.CreateTempSubdirectory("rvcnative stand-ins ").FullName;

    /// <summary>Compiles a source of Stand-ins/ to a library in the folder; false where there is no clang.</summary>
    internal bool Compile(string source, string library)
    {
        if (!OperatingSystem.IsLinux()) return false;
        string path = Path.Combine(FullName, library);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            using Process process = Process.Start(
                Clang, ["-shared", "-fPIC", "-O1", $"-Wl,-soname,{Path.GetFileName(library)}", "-o", path, Path.Combine(AppContext.BaseDirectory, "Stand-ins", source + ".c")]);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        Directory.Delete(FullName, recursive: true);
    }
}

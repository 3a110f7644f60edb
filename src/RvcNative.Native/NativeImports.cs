using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RvcNative.Native.Cuda;

[assembly: DisableRuntimeMarshalling]

namespace RvcNative.Native;

/// <summary>Where the imports' libraries are found: the one place that knows file names. A library is loaded at its first call.</summary>
internal static class NativeImports
{
    internal const string Dnnl = "dnnl", OpenBlas = "openblas", OpenMp = "gomp", OpenCl = "opencl", Cuda = "cuda", Nvrtc = "nvrtc", CublasLt = "cublasLt", Cudnn = "cudnn";

    private static readonly Dictionary<string, string[]> s_files = new()
    {
        [Dnnl] = ["libdnnl.so.2"],
        [OpenBlas] = ["libopenblas.so.0"],
        [OpenMp] = ["libgomp.so.1"],
        [Cuda] = ["libcuda.so.1", "nvcuda.dll"],
        [Nvrtc] = ["libnvrtc.so.13", "libnvrtc.so.12", "nvrtc64_130_0.dll", "nvrtc64_120_0.dll"],
        [CublasLt] = ["libcublasLt.so.13", "libcublasLt.so.12", "cublasLt64_13.dll", "cublasLt64_12.dll"],
        [Cudnn] = ["libcudnn.so.9", "libcudnn.so.8", "cudnn64_9.dll", "cudnn64_8.dll"],
        [OpenCl] = ["libOpenCL.so.1", "OpenCL.dll", "/System/Library/Frameworks/OpenCL.framework/OpenCL"],
    };

    internal static bool IsPresent(string library)
    {
        if (!TryLoad(library, out nint handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }

    /// <summary>Whether a file can be loaded that is not among those bound here.</summary>
    internal static bool IsFilePresent(string file)
    {
        if (!NativeLibrary.TryLoad(file, out nint handle)) return false;
        NativeLibrary.Free(handle);
        return true;
    }

    [ModuleInitializer, SuppressMessage("Usage", "CA2255", Justification = "the resolver belongs to this assembly's imports and must be there before the first")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeImports).Assembly, Resolve);

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) => TryLoad(library, out nint handle) ? handle : 0;

    private static bool TryLoad(string library, out nint handle)
    {
        handle = 0;
        if (!s_files.TryGetValue(library, out string[]? files)) return false;
        bool isOfCuda = library is Nvrtc or CublasLt or Cudnn;
        if (isOfCuda && TryLoad(CudaFolders.OfUser(), files, out handle)) return true;
        foreach (string file in files)
        {
            if (NativeLibrary.TryLoad(file, out handle)) return true;
        }

        return isOfCuda && TryLoad(CudaFolders.OfToolkits(), files, out handle);
    }

    private static bool TryLoad(IEnumerable<string> folders, string[] files, out nint handle)
    {
        handle = 0;
        foreach (string folder in folders)
        {
            foreach (string file in files.Select(file => Path.Combine(folder, file)).Where(File.Exists))
            {
                if (OperatingSystem.IsWindows()) AddToPath(folder);
                if (NativeLibrary.TryLoad(file, out handle)) return true;
            }
        }

        return false;
    }

    // NVRTC and cuDNN load further libraries by bare names, which Windows does not look for beside them; elsewhere they know where they lie themselves.
    private static void AddToPath(string folder)
    {
        const string Variable = "PATH";
        string path = Environment.GetEnvironmentVariable(Variable) ?? "";
        if (!path.Split(Path.PathSeparator).Contains(folder, StringComparer.OrdinalIgnoreCase)) Environment.SetEnvironmentVariable(Variable, folder + Path.PathSeparator + path);
    }
}

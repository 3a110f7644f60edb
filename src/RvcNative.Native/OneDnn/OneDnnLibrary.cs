using System.Runtime.InteropServices;

namespace RvcNative.Native.OneDnn;

/// <summary>Whether oneDNN is installed, and how many threads it takes.</summary>
public static partial class OneDnnLibrary
{
    /// <summary>How to get it, or null when it is there.</summary>
    public static string? Missing
    {
        get
        {
            if (NativeImports.IsPresent(NativeImports.Dnnl)) return null;
            return NativeImports.IsFilePresent("libdnnl.so.3")
                ? "libdnnl.so.3 is installed, whose interface differs from that of libdnnl.so.2, which is wanted here (Debian 12's libdnnl2)"
                : "libdnnl.so.2 is not installed; on Debian 12: apt install libdnnl2";
        }
    }

    public static unsafe string Version
    {
        get
        {
            DnnlVersion* version = Dnnl.dnnl_version();
            return $"oneDNN {version->Major}.{version->Minor}.{version->Patch}";
        }
    }

    /// <summary>OpenMP keeps the number for each calling thread: call it on the thread that creates and runs convolutions.</summary>
    public static void UseThreads(int threads) => omp_set_num_threads(threads);

    [LibraryImport(NativeImports.OpenMp)] private static partial void omp_set_num_threads(int threads);
}

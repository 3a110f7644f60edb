using System.Runtime.InteropServices;

namespace RvcNative.Native.OpenBlas;

/// <summary>cblas.h of OpenBLAS: the single-precision matrix product.</summary>
public static unsafe partial class OpenBlasLibrary
{
    private const string Library = NativeImports.OpenBlas;
    private const int RowMajor = 101, AsIs = 111, Transposed = 112;

    /// <summary>How to get it, or null when it is there.</summary>
    public static string? Missing => NativeImports.IsPresent(Library) ? null : "libopenblas.so.0 is not installed; on Debian: apt install libopenblas0";

    /// <summary>Version and kernels, such as "OpenBLAS 0.3.21 Zen".</summary>
    public static string Version
    {
        get
        {
            string[] words = (Marshal.PtrToStringUTF8(openblas_get_config()) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return $"{string.Join(' ', words.Take(2))} {Marshal.PtrToStringUTF8(openblas_get_corename())}";
        }
    }

    public static void UseThreads(int threads) => openblas_set_num_threads(threads);

    /// <summary>c [m,n] = a [m,k] b [k,n]; with <paramref name="transposeA"/> a is [k,m].</summary>
    /// <exception cref="ArgumentException">An array is shorter than its matrix.</exception>
    public static void Multiply(int m, int n, int k, ReadOnlySpan<float> a, bool transposeA, ReadOnlySpan<float> b, Span<float> c)
    {
        if (a.Length < (long)m * k || b.Length < (long)k * n || c.Length < (long)m * n)
        {
            throw new ArgumentException($"cblas_sgemm m {m}, n {n}, k {k}: a has {a.Length} elements, b {b.Length}, c {c.Length}");
        }

        fixed (float* pa = a, pb = b, pc = c)
        {
            cblas_sgemm(RowMajor, transposeA ? Transposed : AsIs, AsIs, m, n, k, 1, pa, transposeA ? m : k, pb, n, 0, pc, n);
        }
    }

    [LibraryImport(Library)] private static partial nint openblas_get_config();
    [LibraryImport(Library)] private static partial nint openblas_get_corename();
    [LibraryImport(Library)] private static partial void openblas_set_num_threads(int threads);

    [LibraryImport(Library)]
    private static partial void cblas_sgemm(int order, int transposeA, int transposeB, int m, int n, int k, float alpha, float* a, int lda, float* b,
        int ldb, float beta, float* c, int ldc);
}

using System.Runtime.InteropServices;
using System.Text;
using RvcNative.Native.Cuda;
using RvcNative.Native.Nvrtc;

namespace RvcNative.Gpu.Cuda;

/// <summary>From a source to a card's own code, or to PTX where the card is newer than the compiler.</summary>
internal static unsafe class NvrtcCompiler
{
    /// <summary>The option that names the card: its own code if this NVRTC knows it, else PTX of the newest it knows.</summary>
    internal static string Target(int architecture)
    {
        Check(Nvrtc.nvrtcGetNumSupportedArchs(out int count), nameof(Nvrtc.nvrtcGetNumSupportedArchs));
        int[] known = new int[count];
        fixed (int* first = known) Check(Nvrtc.nvrtcGetSupportedArchs(first), nameof(Nvrtc.nvrtcGetSupportedArchs));
        int best = known.Where(each => each <= architecture).DefaultIfEmpty(0).Max();
        if (best == 0) throw new KernelCompilationException($"{CudaDevices.CompilerVersion} does not know sm_{architecture}, an older card than it serves; install NVRTC of CUDA 12 and have RVCNATIVE_CUDA_DIR name its folder");
        return $"--gpu-architecture={(best == architecture ? "sm" : "compute")}_{best}";
    }

    /// <exception cref="KernelCompilationException">The compiler refuses the source.</exception>
    internal static byte[] Compile(string source, IReadOnlyList<string> options)
    {
        nint program;
        fixed (byte* text = Encoding.UTF8.GetBytes(source + '\0'), name = "kernel.cu\0"u8)
        {
            Check(Nvrtc.nvrtcCreateProgram(out program, text, name, 0, null, null), nameof(Nvrtc.nvrtcCreateProgram));
        }

        try
        {
            if (CompileProgram(program, options) is var result && result != NvrtcResult.Success)
            {
                throw new KernelCompilationException($"nvrtcCompileProgram failed with {result}, options {string.Join(' ', options)}:\n{Log(program)}");
            }

            bool isPtx = options[0].Contains("compute_", StringComparison.Ordinal);
            Check(isPtx ? Nvrtc.nvrtcGetPTXSize(program, out nuint bytes) : Nvrtc.nvrtcGetCUBINSize(program, out bytes), isPtx ? nameof(Nvrtc.nvrtcGetPTXSize) : nameof(Nvrtc.nvrtcGetCUBINSize));
            byte[] image = new byte[bytes];
            fixed (byte* first = image) Check(isPtx ? Nvrtc.nvrtcGetPTX(program, first) : Nvrtc.nvrtcGetCUBIN(program, first), isPtx ? nameof(Nvrtc.nvrtcGetPTX) : nameof(Nvrtc.nvrtcGetCUBIN));
            return image;
        }
        finally
        {
            _ = Nvrtc.nvrtcDestroyProgram(&program);
        }
    }

    private static NvrtcResult CompileProgram(nint program, IReadOnlyList<string> options)
    {
        byte** pointers = stackalloc byte*[options.Count];
        for (int i = 0; i < options.Count; i++) pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
        try
        {
            return Nvrtc.nvrtcCompileProgram(program, options.Count, pointers);
        }
        finally
        {
            for (int i = 0; i < options.Count; i++) Marshal.FreeCoTaskMem((nint)pointers[i]);
        }
    }

    private static string Log(nint program)
    {
        if (Nvrtc.nvrtcGetProgramLogSize(program, out nuint bytes) != NvrtcResult.Success) return "(no log)";
        byte[] log = new byte[bytes];
        fixed (byte* first = log) _ = Nvrtc.nvrtcGetProgramLog(program, first);
        return Encoding.UTF8.GetString(log).TrimEnd('\0');
    }

    private static void Check(NvrtcResult result, string call)
    {
        if (result != NvrtcResult.Success) throw new KernelCompilationException($"{call} failed with {result} ({CudaDevices.CompilerVersion})");
    }
}

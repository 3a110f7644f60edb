using System.Runtime.InteropServices;

namespace RvcNative.Native.Nvrtc;

/// <summary>nvrtc.h one to one, names verbatim, no logic; CUDA 12 and 13.</summary>
internal static unsafe partial class Nvrtc
{
    private const string Library = NativeImports.Nvrtc;

    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcVersion(out int major, out int minor);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcGetNumSupportedArchs(out int count);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcGetSupportedArchs(int* architectures);

    [LibraryImport(Library)]
    internal static partial NvrtcResult nvrtcCreateProgram(out nint program, byte* source, byte* name, int headerCount, byte** headers, byte** includeNames);

    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcCompileProgram(nint program, int optionCount, byte** options);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcGetProgramLogSize(nint program, out nuint bytes);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcGetProgramLog(nint program, byte* log);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcGetCUBINSize(nint program, out nuint bytes);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcGetCUBIN(nint program, byte* image);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcGetPTXSize(nint program, out nuint bytes);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcGetPTX(nint program, byte* image);
    [LibraryImport(Library)] internal static partial NvrtcResult nvrtcDestroyProgram(nint* program);
}

/// <summary>nvrtcResult; others print as numbers.</summary>
internal enum NvrtcResult
{
    Success = 0,
    OutOfMemory = 1,
    ProgramCreationFailure = 2,
    InvalidInput = 3,
    InvalidProgram = 4,
    InvalidOption = 5,
    Compilation = 6,
    BuiltinOperationFailure = 7,
}

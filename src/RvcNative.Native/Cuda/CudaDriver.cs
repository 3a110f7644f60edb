using System.Runtime.InteropServices;

namespace RvcNative.Native.Cuda;

/// <summary>cuda.h one to one, names verbatim, no logic; the driver's own library, of CUDA 12 and 13 alike.</summary>
internal static unsafe partial class CudaDriver
{
    private const string Library = NativeImports.Cuda;

    [LibraryImport(Library)] internal static partial CuResult cuInit(uint flags);
    [LibraryImport(Library)] internal static partial CuResult cuGetErrorName(CuResult error, byte** text);
    [LibraryImport(Library)] internal static partial CuResult cuGetErrorString(CuResult error, byte** text);
    [LibraryImport(Library)] internal static partial CuResult cuDriverGetVersion(out int version);
    [LibraryImport(Library)] internal static partial CuResult cuDeviceGetCount(out int count);
    [LibraryImport(Library)] internal static partial CuResult cuDeviceGet(out int device, int ordinal);
    [LibraryImport(Library)] internal static partial CuResult cuDeviceGetName(byte* name, int bytes, int device);
    [LibraryImport(Library)] internal static partial CuResult cuDeviceTotalMem_v2(out nuint bytes, int device);
    [LibraryImport(Library)] internal static partial CuResult cuDeviceGetAttribute(out int value, CuDeviceAttribute attribute, int device);
    [LibraryImport(Library)] internal static partial CuResult cuDevicePrimaryCtxRetain(out nint context, int device);
    [LibraryImport(Library)] internal static partial CuResult cuDevicePrimaryCtxRelease_v2(int device);
    [LibraryImport(Library)] internal static partial CuResult cuCtxSetCurrent(nint context);
    [LibraryImport(Library)] internal static partial CuResult cuMemGetInfo_v2(out nuint free, out nuint total);
    [LibraryImport(Library)] internal static partial CuResult cuMemAlloc_v2(out nint pointer, nuint bytes);
    [LibraryImport(Library)] internal static partial CuResult cuMemFree_v2(nint pointer);
    [LibraryImport(Library)] internal static partial CuResult cuMemsetD8Async(nint pointer, byte value, nuint count, nint stream);
    [LibraryImport(Library)] internal static partial CuResult cuMemcpyHtoDAsync_v2(nint to, void* from, nuint bytes, nint stream);
    [LibraryImport(Library)] internal static partial CuResult cuMemcpyDtoHAsync_v2(void* to, nint from, nuint bytes, nint stream);
    [LibraryImport(Library)] internal static partial CuResult cuMemcpyDtoDAsync_v2(nint to, nint from, nuint bytes, nint stream);
    [LibraryImport(Library)] internal static partial CuResult cuMemHostAlloc(out nint memory, nuint bytes, uint flags);
    [LibraryImport(Library)] internal static partial CuResult cuMemFreeHost(nint memory);
    [LibraryImport(Library)] internal static partial CuResult cuStreamCreate(out nint stream, uint flags);
    [LibraryImport(Library)] internal static partial CuResult cuStreamSynchronize(nint stream);
    [LibraryImport(Library)] internal static partial CuResult cuStreamDestroy_v2(nint stream);
    [LibraryImport(Library)] internal static partial CuResult cuStreamWaitEvent(nint stream, nint awaited, uint flags);
    [LibraryImport(Library)] internal static partial CuResult cuStreamBeginCapture_v2(nint stream, CuStreamCaptureMode mode);
    [LibraryImport(Library)] internal static partial CuResult cuStreamEndCapture(nint stream, out nint graph);
    [LibraryImport(Library)] internal static partial CuResult cuEventCreate(out nint created, uint flags);
    [LibraryImport(Library)] internal static partial CuResult cuEventRecord(nint recorded, nint stream);
    [LibraryImport(Library)] internal static partial CuResult cuEventQuery(nint asked);
    [LibraryImport(Library)] internal static partial CuResult cuEventSynchronize(nint awaited);
    [LibraryImport(Library)] internal static partial CuResult cuEventDestroy_v2(nint destroyed);
    [LibraryImport(Library)] internal static partial CuResult cuGraphInstantiateWithFlags(out nint executable, nint graph, ulong flags);
    [LibraryImport(Library)] internal static partial CuResult cuGraphLaunch(nint executable, nint stream);
    [LibraryImport(Library)] internal static partial CuResult cuGraphExecDestroy(nint executable);
    [LibraryImport(Library)] internal static partial CuResult cuGraphDestroy(nint graph);
    [LibraryImport(Library)] internal static partial CuResult cuModuleLoadData(out nint module, void* image);
    [LibraryImport(Library)] internal static partial CuResult cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial CuResult cuModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library)]
    internal static partial CuResult cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, void** parameters, void** extra);
}

/// <summary>CUresult; others print as numbers.</summary>
public enum CuResult
{
    Success = 0,
    InvalidValue = 1,
    OutOfMemory = 2,
    NotInitialized = 3,
    NoDevice = 100,
    InvalidDevice = 101,
    InvalidImage = 200,
    NoBinaryForGpu = 209,
    InvalidPtx = 218,
    UnsupportedPtxVersion = 222,
    NotFound = 500,
    NotReady = 600,
    IllegalAddress = 700,
    LaunchOutOfResources = 701,
    LaunchTimeout = 702,
    LaunchFailed = 719,
    StreamCaptureUnsupported = 900,
    StreamCaptureInvalidated = 901,
    SystemDriverMismatch = 803,
}

/// <summary>CUstreamCaptureMode: whose calls, which are not safe meanwhile, are refused; finalizers free memory on a thread of their own.</summary>
internal enum CuStreamCaptureMode
{
    ThreadLocal = 1,
}

internal enum CuDeviceAttribute
{
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
}

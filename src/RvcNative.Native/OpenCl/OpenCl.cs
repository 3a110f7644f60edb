using System.Runtime.InteropServices;

namespace RvcNative.Native.OpenCl;

/// <summary>cl.h of OpenCL 1.2, names verbatim, no logic. The library is the ICD loader, which finds the drivers.</summary>
internal static unsafe partial class OpenCl
{
    private const string Library = NativeImports.OpenCl;

    [LibraryImport(Library)] internal static partial ClStatus clGetPlatformIDs(uint count, nint* platforms, uint* available);
    [LibraryImport(Library)] internal static partial ClStatus clGetPlatformInfo(nint platform, ClPlatformInfo what, nuint bytes, void* value, nuint* needed);

    [LibraryImport(Library)]
    internal static partial ClStatus clGetDeviceIDs(nint platform, ClDeviceType type, uint count, nint* devices, uint* available);

    [LibraryImport(Library)] internal static partial ClStatus clGetDeviceInfo(nint device, ClDeviceInfo what, nuint bytes, void* value, nuint* needed);

    [LibraryImport(Library)]
    internal static partial ClContext clCreateContext(nint* properties, uint count, nint* devices, nint notify, nint data, out ClStatus status);

    [LibraryImport(Library)] internal static partial ClStatus clReleaseContext(nint context);

    [LibraryImport(Library)]
    internal static partial ClQueue clCreateCommandQueue(ClContext context, nint device, ClQueueProperties properties, out ClStatus status);

    [LibraryImport(Library)] internal static partial ClStatus clReleaseCommandQueue(nint queue);
    [LibraryImport(Library)] internal static partial ClStatus clFinish(ClQueue queue);

    [LibraryImport(Library)]
    internal static partial ClMemory clCreateBuffer(ClContext context, ClMemoryFlags flags, nuint bytes, void* host, out ClStatus status);

    [LibraryImport(Library)] internal static partial ClStatus clReleaseMemObject(nint memory);

    [LibraryImport(Library)]
    internal static partial ClStatus clEnqueueReadBuffer(
        ClQueue queue, ClMemory memory, uint blocking, nuint offset, nuint bytes, void* to, uint waitCount, nint* waitFor, nint* done);

    [LibraryImport(Library)]
    internal static partial ClStatus clEnqueueWriteBuffer(
        ClQueue queue, ClMemory memory, uint blocking, nuint offset, nuint bytes, void* from, uint waitCount, nint* waitFor, nint* done);

    [LibraryImport(Library)]
    internal static partial ClStatus clEnqueueCopyBuffer(
        ClQueue queue, ClMemory from, ClMemory to, nuint fromOffset, nuint toOffset, nuint bytes, uint waitCount, nint* waitFor, nint* done);

    [LibraryImport(Library)]
    internal static partial void* clEnqueueMapBuffer(
        ClQueue queue, ClMemory memory, uint blocking, ClMapFlags flags, nuint offset, nuint bytes, uint waitCount, nint* waitFor, nint* done, out ClStatus status);

    [LibraryImport(Library)]
    internal static partial ClStatus clEnqueueUnmapMemObject(ClQueue queue, ClMemory memory, void* mapped, uint waitCount, nint* waitFor, nint* done);

    [LibraryImport(Library)] internal static partial ClStatus clEnqueueMarkerWithWaitList(ClQueue queue, uint waitCount, nint* waitFor, nint* done);
    [LibraryImport(Library)] internal static partial ClStatus clWaitForEvents(uint count, nint* events);
    [LibraryImport(Library)] internal static partial ClStatus clGetEventInfo(nint asked, ClEventInfo what, nuint bytes, void* value, nuint* needed);
    [LibraryImport(Library)] internal static partial ClStatus clReleaseEvent(nint released);
    [LibraryImport(Library)] internal static partial ClStatus clFlush(ClQueue queue);

    [LibraryImport(Library)]
    internal static partial ClStatus clEnqueueFillBuffer(
        ClQueue queue, ClMemory memory, void* pattern, nuint patternBytes, nuint offset, nuint bytes, uint waitCount, nint* waitFor, nint* done);

    [LibraryImport(Library)]
    internal static partial ClProgram clCreateProgramWithSource(ClContext context, uint count, byte** strings, nuint* lengths, out ClStatus status);

    [LibraryImport(Library)]
    internal static partial ClProgram clCreateProgramWithBinary(
        ClContext context, uint count, nint* devices, nuint* lengths, byte** binaries, ClStatus* each, out ClStatus status);

    [LibraryImport(Library)]
    internal static partial ClStatus clBuildProgram(ClProgram program, uint count, nint* devices, byte* options, nint notify, nint data);

    [LibraryImport(Library)] internal static partial ClStatus clGetProgramInfo(ClProgram program, ClProgramInfo what, nuint bytes, void* value, nuint* needed);

    [LibraryImport(Library)]
    internal static partial ClStatus clGetProgramBuildInfo(ClProgram program, nint device, ClProgramBuildInfo what, nuint bytes, void* value, nuint* needed);

    [LibraryImport(Library)] internal static partial ClStatus clReleaseProgram(nint program);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial ClKernel clCreateKernel(ClProgram program, string name, out ClStatus status);

    [LibraryImport(Library)] internal static partial ClStatus clSetKernelArg(ClKernel kernel, uint index, nuint bytes, void* value);
    [LibraryImport(Library)] internal static partial ClStatus clReleaseKernel(nint kernel);

    [LibraryImport(Library)]
    internal static partial ClStatus clEnqueueNDRangeKernel(
        ClQueue queue, ClKernel kernel, uint dimensions, nuint* offset, nuint* global, nuint* local, uint waitCount, nint* waitFor, nint* done);
}

namespace RvcNative.Native.OpenCl;

/// <summary>cl_int results that a driver gives; others print as numbers.</summary>
public enum ClStatus
{
    Success = 0,
    DeviceNotFound = -1,
    DeviceNotAvailable = -2,
    CompilerNotAvailable = -3,
    MemObjectAllocationFailure = -4,
    OutOfResources = -5,
    OutOfHostMemory = -6,
    ProfilingInfoNotAvailable = -7,
    BuildProgramFailure = -11,
    InvalidValue = -30,
    InvalidDevice = -33,
    InvalidContext = -34,
    InvalidCommandQueue = -36,
    InvalidMemObject = -38,
    InvalidBinary = -42,
    InvalidBuildOptions = -43,
    InvalidProgram = -44,
    InvalidProgramExecutable = -45,
    InvalidKernelName = -46,
    InvalidKernel = -48,
    InvalidArgIndex = -49,
    InvalidArgValue = -50,
    InvalidArgSize = -51,
    InvalidKernelArgs = -52,
    InvalidWorkGroupSize = -54,
    InvalidWorkItemSize = -55,
    InvalidBufferSize = -61,
    NoPlatform = -1001,
}

internal enum ClPlatformInfo : uint
{
    Name = 0x0902,
}

internal enum ClDeviceInfo : uint
{
    Type = 0x1000,
    MaxComputeUnits = 0x1002,
    MaxWorkGroupSize = 0x1004,
    MaxMemAllocSize = 0x1010,
    GlobalMemSize = 0x101F,
    LocalMemSize = 0x1023,
    Available = 0x1027,
    Name = 0x102B,
    DriverVersion = 0x102D,
    Version = 0x102F,
    DoubleFpConfig = 0x1032,
}

[Flags]
internal enum ClDeviceType : ulong
{
    Gpu = 1 << 2,
    All = 0xFFFFFFFF,
}

[Flags]
internal enum ClQueueProperties : ulong
{
    InOrder = 0,
}

[Flags]
internal enum ClMemoryFlags : ulong
{
    ReadWrite = 1 << 0,
    AllocHostPointer = 1 << 4,
}

[Flags]
internal enum ClMapFlags : ulong
{
    Write = 1 << 1,
}

internal enum ClEventInfo : uint
{
    ExecutionStatus = 0x11D3,
}

internal enum ClProgramInfo : uint
{
    BinarySizes = 0x1165,
    Binaries = 0x1166,
}

internal enum ClProgramBuildInfo : uint
{
    Log = 0x1183,
}

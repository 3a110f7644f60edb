using System.Text;

namespace RvcNative.Native.OpenCl;

/// <summary>What a driver says of one device.</summary>
/// <param name="Id">cl_device_id.</param>
/// <param name="LongestBuffer">Bytes of the largest single allocation.</param>
public sealed record ClDevice(
    nint Id, string Name, string Platform, string DriverVersion, bool IsGpu, bool HasDouble, int ComputeUnits, long MemoryBytes, long LongestBuffer, long LocalBytes,
    int LargestGroup);

/// <summary>The devices of all installed OpenCL drivers.</summary>
public static unsafe class ClDevices
{
    private static readonly Lock s_oneAtATime = new();   // PoCL's first call sets it up, and is not safe beside another

    /// <summary>How to get the loader, or null when it is there.</summary>
    public static string? Missing => NativeImports.IsPresent(NativeImports.OpenCl)
        ? null
        : "no OpenCL loader (libOpenCL.so.1, OpenCL.dll); it comes with the card's driver, on Debian also with: apt install ocl-icd-libopencl1";

    /// <summary>Graphics cards first, each kind in the drivers' order. None where the loader is missing.</summary>
    public static IReadOnlyList<ClDevice> All()
    {
        using Lock.Scope alone = s_oneAtATime.EnterScope();
        if (Missing is not null) return [];
        List<ClDevice> found = [];
        foreach (nint platform in Platforms())
        {
            string name = PlatformText(platform, ClPlatformInfo.Name);
            foreach (nint device in Devices(platform))
            {
                if (Number<uint>(device, ClDeviceInfo.Available) != 0) found.Add(Describe(device, name));
            }
        }

        return [.. found.OrderBy(device => device.IsGpu ? 0 : 1)];
    }

    private static nint[] Platforms()
    {
        uint count = 0;
        ClStatus status = OpenCl.clGetPlatformIDs(0, null, &count);
        if (status == ClStatus.NoPlatform || count == 0) return [];
        ClException.ThrowUnless(status, "counting", nameof(OpenCl.clGetPlatformIDs));
        nint[] platforms = new nint[count];
        fixed (nint* first = platforms) ClException.ThrowUnless(OpenCl.clGetPlatformIDs(count, first, null), count);
        return platforms;
    }

    private static nint[] Devices(nint platform)
    {
        uint count = 0;
        ClStatus status = OpenCl.clGetDeviceIDs(platform, ClDeviceType.All, 0, null, &count);
        if (status == ClStatus.DeviceNotFound || count == 0) return [];
        ClException.ThrowUnless(status, "counting", nameof(OpenCl.clGetDeviceIDs));
        nint[] devices = new nint[count];
        fixed (nint* first = devices) ClException.ThrowUnless(OpenCl.clGetDeviceIDs(platform, ClDeviceType.All, count, first, null), count);
        return devices;
    }

    private static ClDevice Describe(nint device, string platform) => new(
        device, Text(device, ClDeviceInfo.Name), platform, $"{Text(device, ClDeviceInfo.DriverVersion)} {Text(device, ClDeviceInfo.Version)}",
        ((ClDeviceType)Number<ulong>(device, ClDeviceInfo.Type)).HasFlag(ClDeviceType.Gpu), Number<ulong>(device, ClDeviceInfo.DoubleFpConfig) != 0,
        (int)Number<uint>(device, ClDeviceInfo.MaxComputeUnits), (long)Number<ulong>(device, ClDeviceInfo.GlobalMemSize),
        (long)Number<ulong>(device, ClDeviceInfo.MaxMemAllocSize), (long)Number<ulong>(device, ClDeviceInfo.LocalMemSize),
        (int)Number<nuint>(device, ClDeviceInfo.MaxWorkGroupSize));

    private static T Number<T>(nint device, ClDeviceInfo what) where T : unmanaged
    {
        T value = default;
        // A query that the driver does not know (double precision before 1.2) leaves 0.
        ClStatus status = OpenCl.clGetDeviceInfo(device, what, (nuint)sizeof(T), &value, null);
        return status == ClStatus.Success ? value : default;
    }

    private static string Text(nint device, ClDeviceInfo what)
    {
        nuint bytes = 0;
        ClException.ThrowUnless(OpenCl.clGetDeviceInfo(device, what, 0, null, &bytes), what);
        byte[] text = new byte[bytes];
        fixed (byte* first = text) ClException.ThrowUnless(OpenCl.clGetDeviceInfo(device, what, bytes, first, null), what);
        return Clean(text);
    }

    private static string PlatformText(nint platform, ClPlatformInfo what)
    {
        nuint bytes = 0;
        ClException.ThrowUnless(OpenCl.clGetPlatformInfo(platform, what, 0, null, &bytes), what);
        byte[] text = new byte[bytes];
        fixed (byte* first = text) ClException.ThrowUnless(OpenCl.clGetPlatformInfo(platform, what, bytes, first, null), what);
        return Clean(text);
    }

    private static string Clean(byte[] text) => Encoding.UTF8.GetString(text).TrimEnd('\0').Trim();
}

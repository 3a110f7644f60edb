using RvcNative.Core.Cpu;
using RvcNative.Gpu.OpenCl;
using RvcNative.Native.OpenCl;

namespace RvcNative.Gpu.Tests;

/// <summary>The first OpenCL device and the reference, for all tests that need one: programs are compiled once.</summary>
public sealed class OpenClFixture : IDisposable
{
    private KernelBackend? _device;

    internal CpuBackend Reference { get; } = new(threads: 1);

    /// <summary>Skips the test where there is no device.</summary>
    internal KernelBackend Device => _device ??= Open();

    /// <summary>A backend of its own on the same device, for the caller to dispose.</summary>
    internal KernelBackend Another(Precision precision = Precision.F32, bool emulates = false, bool records = true) => Open(precision, emulates, records);

    private static KernelBackend Open(Precision precision = Precision.F32, bool emulates = false, bool records = true)
    {
        Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");
        return new KernelBackend(new OpenClDevice(0, KernelCache.OfUser()), precision) { EmulatesTensorCores = emulates, Records = records };
    }

    public void Dispose()
    {
        _device?.Dispose();
        Reference.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class OpenClTests : ICollectionFixture<OpenClFixture>
{
    internal const string Name = "a device of OpenCL";
}

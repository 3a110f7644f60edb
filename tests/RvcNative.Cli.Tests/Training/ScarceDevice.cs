using RvcNative.Core;
using RvcNative.Gpu;

namespace RvcNative.Cli.Tests.Training;

/// <summary>A device that does not give all pieces of memory.</summary>
/// <param name="gives">Whether it gives a piece of so many bytes.</param>
/// <param name="freeBytes">What it says is free; null for what the device says.</param>
internal sealed class ScarceDevice(IDevice inner, Predicate<long> gives, long? freeBytes = null) : IDevice
{
    public string Name => inner.Name;

    public bool HasDouble => inner.HasDouble;

    public long FreeBytes => freeBytes ?? inner.FreeBytes;

    public long Waits => inner.Waits;

    public long Allocations => inner.Allocations;

    public DeviceStorage Allocate(long bytes) =>
        gives(bytes) ? inner.Allocate(bytes) : throw new DeviceMemoryException($"{bytes} bytes are wanted, which the device has not");

    public void Write(ReadOnlySpan<byte> values, DeviceStorage to, long offsetBytes) => inner.Write(values, to, offsetBytes);

    public void Read(DeviceStorage from, long offsetBytes, Span<byte> values) => inner.Read(from, offsetBytes, values);

    public Readout NewReadout(int places, int width) => inner.NewReadout(places, width);

    public DeviceProgram Compile(string source, IReadOnlyList<string> defines) => inner.Compile(source, defines);

    public RecordedOps Record(Action launches) => inner.Record(launches);

    public void Launch(DeviceKernel kernel, Grid groups, ReadOnlySpan<KernelArgument> arguments) => inner.Launch(kernel, groups, arguments);

    public void Wait() => inner.Wait();

    public void Dispose() => inner.Dispose();
}

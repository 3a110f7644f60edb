using RvcNative.Core;
using RvcNative.Gpu;

namespace RvcNative.Tests;

/// <summary>A device that does all as another one; tests change what they look at.</summary>
internal abstract class ForwardingDevice(IDevice inner) : IDevice
{
    public string Name => inner.Name;

    public virtual bool HasDouble => inner.HasDouble;

    public virtual long FreeBytes => inner.FreeBytes;

    public long Waits => inner.Waits;

    public long Allocations => inner.Allocations;

    public virtual IReadOnlyList<ConvLibrary> OpenLibraries() => inner.OpenLibraries();

    public virtual DeviceStorage Allocate(long bytes) => inner.Allocate(bytes);

    public void Write(ReadOnlySpan<byte> values, DeviceStorage to, long offsetBytes) => inner.Write(values, to, offsetBytes);

    public void Read(DeviceStorage from, long offsetBytes, Span<byte> values) => inner.Read(from, offsetBytes, values);

    public Readout NewReadout(int places, int width) => inner.NewReadout(places, width);

    public DeviceProgram Compile(string name, string source, IReadOnlyList<string> defines) => inner.Compile(name, source, defines);

    public RecordedOps Record(Action launches) => inner.Record(launches);

    public void Launch(DeviceKernel kernel, Grid groups, ReadOnlySpan<KernelArgument> arguments) => inner.Launch(kernel, groups, arguments);

    public void Wait() => inner.Wait();

    public void Dispose() => inner.Dispose();
}

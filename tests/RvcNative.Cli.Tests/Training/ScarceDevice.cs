using RvcNative.Core;
using RvcNative.Gpu;
using RvcNative.Tests;

namespace RvcNative.Cli.Tests.Training;

/// <summary>A device that does not give all pieces of memory.</summary>
/// <param name="gives">Whether it gives a piece of so many bytes.</param>
/// <param name="freeBytes">What it says is free; null for what the device says.</param>
internal sealed class ScarceDevice(IDevice inner, Predicate<long> gives, long? freeBytes = null) : ForwardingDevice(inner)
{
    public override long FreeBytes => freeBytes ?? base.FreeBytes;

    public override DeviceStorage Allocate(long bytes) =>
        gives(bytes) ? base.Allocate(bytes) : throw new DeviceMemoryException($"{bytes} bytes are wanted, which the device has not");
}

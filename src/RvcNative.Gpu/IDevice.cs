using RvcNative.Core;

namespace RvcNative.Gpu;

/// <summary>
/// How to allocate, copy, compile and launch; nothing below this names an op. Launches and copies run in the order of their calls.
/// One thread at a time.
/// </summary>
public interface IDevice : IDisposable
{
    /// <summary>Such as "opencl:0 NVIDIA GeForce RTX 3060 (NVIDIA CUDA)".</summary>
    string Name { get; }

    /// <summary>Whether kernels may use double precision.</summary>
    bool HasDouble { get; }

    /// <summary>Memory that nobody has taken.</summary>
    long FreeBytes { get; }

    /// <summary>How often the host has waited until all that was launched had run.</summary>
    long Waits { get; }

    /// <summary>How often memory was asked for.</summary>
    long Allocations { get; }

    /// <summary>Zeroed memory, with at least 256 readable bytes behind its end.</summary>
    DeviceStorage Allocate(long bytes);

    /// <summary>
    /// Copies to the device, when all that was launched before has run; the values may change when this returns, which waits for no launch. They cross to the device beside
    /// what is running.
    /// </summary>
    void Write(ReadOnlySpan<byte> values, DeviceStorage to, long offsetBytes);

    /// <summary>Copies to the host; waits for everything launched before.</summary>
    void Read(DeviceStorage from, long offsetBytes, Span<byte> values);

    /// <summary>Places on the host that are copied to in the order of the launches, for which nobody waits.</summary>
    /// <param name="width">f32 values of a place.</param>
    Readout NewReadout(int places, int width);

    /// <summary>Compiles a source for this device, or takes what the cache has kept of an earlier time.</summary>
    /// <param name="name">Of the program, as <see cref="KernelSpec.ProgramName"/> says it.</param>
    /// <param name="defines">Names with values, such as "TILE_M=64", one a macro.</param>
    DeviceProgram Compile(string name, string source, IReadOnlyList<string> defines);

    /// <summary>Libraries of the vendor's that are installed and have convolutions; the caller's to dispose.</summary>
    /// <exception cref="InvalidOperationException">One is there and does not begin.</exception>
    IReadOnlyList<ConvLibrary> OpenLibraries() => [];

    /// <summary>Notes what <paramref name="launches"/> launches, none of which runs. Nothing is written, read or allocated meanwhile.</summary>
    RecordedOps Record(Action launches);

    /// <summary>Launches and does not wait.</summary>
    /// <param name="groups">Groups of as many threads as the kernel was compiled for.</param>
    void Launch(DeviceKernel kernel, Grid groups, ReadOnlySpan<KernelArgument> arguments);

    /// <summary>Waits for everything launched before.</summary>
    void Wait();
}

/// <summary>Memory of a device.</summary>
public abstract class DeviceStorage(long bytes) : Storage(bytes);

/// <summary>Kernels compiled together for one device.</summary>
public abstract class DeviceProgram : IDisposable
{
    public abstract DeviceKernel Kernel(string name, int block);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>A kernel ready to be launched.</summary>
/// <param name="block">Threads of a group.</param>
public abstract class DeviceKernel(string name, int block)
{
    public string Name { get; } = name;

    public int Block { get; } = block;
}

/// <summary>Groups of threads along three axes.</summary>
public readonly record struct Grid(int X, int Y = 1, int Z = 1);

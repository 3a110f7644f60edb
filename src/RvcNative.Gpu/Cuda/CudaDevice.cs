using RvcNative.Native.Cuda;

namespace RvcNative.Gpu.Cuda;

/// <summary>An NVIDIA card by its driver, with one stream that keeps the order of calls.</summary>
public sealed unsafe class CudaDevice : IDevice
{
    private const int MarginBytes = 256, MostArguments = 48;
    private readonly CudaDeviceInfo _device;
    private readonly CudaContext _context;
    private readonly CudaStream _stream;
    private readonly KernelCache _cache;
    private readonly string _target;

    /// <param name="index">Place in <see cref="CudaDevices.All"/>.</param>
    /// <exception cref="ArgumentException">There is no such card, or no compiler for it; the message says what to install.</exception>
    public CudaDevice(int index, KernelCache cache)
    {
        if ((CudaDevices.Missing ?? CudaDevices.CompilerMissing) is { } missing) throw new ArgumentException($"--device cuda:{index}: {missing}; `rvcnative doctor` says more");
        IReadOnlyList<CudaDeviceInfo> all = CudaDevices.All();
        if ((uint)index >= (uint)all.Count)
        {
            string there = all.Count == 0 ? "the driver finds none" : "there are " + string.Join(", ", all.Select((each, place) => $"cuda:{place} {each.Name}"));
            throw new ArgumentException($"--device cuda:{index}: no such card; {there}");
        }

        _device = all[index];
        _cache = cache;
        Name = $"cuda:{index} {_device.Name} (sm_{_device.Architecture}, {CudaDevices.CompilerVersion})";
        _context = new CudaContext(_device.Handle, Name);
        _stream = new CudaStream(_context);
        _target = NvrtcCompiler.Target(_device.Architecture);
    }

    public string Name { get; }

    public bool HasDouble => true;

    public DeviceStorage Allocate(long bytes)
    {
        _context.MakeCurrent();
        CudaMemory memory = new(_context, bytes + MarginBytes);
        CudaException.ThrowUnless(CudaDriver.cuMemsetD8Async(memory.Value, 0, (nuint)(bytes + MarginBytes), _stream.Value), $"{bytes:N0} bytes");
        return new CudaStorage(memory, bytes);
    }

    public void Write(ReadOnlySpan<byte> values, DeviceStorage to, long offsetBytes)
    {
        fixed (byte* first = values)
        {
            CudaException.ThrowUnless(CudaDriver.cuMemcpyHtoDAsync_v2(Address(to) + (nint)offsetBytes, first, (nuint)values.Length, _stream.Value), $"{values.Length:N0} bytes to {Name}");
            Wait();
        }
    }

    public void Read(DeviceStorage from, long offsetBytes, Span<byte> values)
    {
        fixed (byte* first = values)
        {
            CudaException.ThrowUnless(CudaDriver.cuMemcpyDtoHAsync_v2(first, Address(from) + (nint)offsetBytes, (nuint)values.Length, _stream.Value), $"{values.Length:N0} bytes from {Name}");
            Wait();
        }
    }

    public DeviceProgram Compile(string source, IReadOnlyList<string> defines)
    {
        _context.MakeCurrent();
        string[] options = [_target, "--std=c++17", .. defines.Select(define => "-D" + define)];
        string key = KernelCache.Key(_device.Name, $"{_device.DriverVersion}", CudaDevices.CompilerVersion, string.Join(' ', options), source);
        if (_cache.Find(key) is { } kept && CudaModule.Load(_context, kept, out _) is { } loaded) return new CudaProgram(loaded);
        byte[] image = NvrtcCompiler.Compile(source, options);
        CudaModule? module = CudaModule.Load(_context, image, out CuResult result);
        if (module is null) CudaException.Throw(nameof(CudaDriver.cuModuleLoadData), result, $"{image.Length:N0} bytes for {Name}");
        _cache.Keep(key, image);
        return new CudaProgram(module!);
    }

    public void Launch(DeviceKernel kernel, Grid groups, ReadOnlySpan<KernelArgument> arguments)
    {
        long* values = stackalloc long[MostArguments];
        void** pointers = stackalloc void*[MostArguments];
        for (int i = 0; i < arguments.Length; i++)
        {
            ref readonly KernelArgument argument = ref arguments[i];
            values[i] = argument.Kind != ArgumentKind.Memory ? argument.Bits
                : argument.Memory is { } memory ? Address(memory) + (argument.Offset * argument.ElementBytes) : 0;
            pointers[i] = values + i;   // little-endian: a 32-bit number is the first half
        }

        CuResult result = CudaDriver.cuLaunchKernel(
            ((CudaKernel)kernel).Function, (uint)groups.X, (uint)groups.Y, (uint)groups.Z, (uint)kernel.Block, 1, 1, 0, _stream.Value, pointers, null);
        if (result != CuResult.Success) CudaException.Throw(nameof(CudaDriver.cuLaunchKernel), result, $"{kernel.Name}, {groups} of {kernel.Block} threads on {Name}");
    }

    public void Wait() => CudaException.ThrowUnless(CudaDriver.cuStreamSynchronize(_stream.Value), Name);

    public void Dispose()
    {
        _stream.Dispose();
        _context.Dispose();
    }

    private static nint Address(DeviceStorage storage) => ((CudaStorage)storage).Address;
}

/// <summary>Linear memory of a card.</summary>
internal sealed class CudaStorage(CudaMemory memory, long bytes) : DeviceStorage(bytes)
{
    internal nint Address => memory.IsClosed
        ? throw new ObjectDisposedException(nameof(CudaStorage), "the memory of this tensor has been freed (its arena grew or was disposed)")
        : memory.Value;

    protected override void Dispose(bool disposing)
    {
        if (disposing) memory.Dispose();
    }
}

internal sealed class CudaProgram(CudaModule module) : DeviceProgram
{
    public override DeviceKernel Kernel(string name, int block)
    {
        CudaException.ThrowUnless(CudaDriver.cuModuleGetFunction(out nint function, module.Value, name), name);
        return new CudaKernel(function, name, block);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) module.Dispose();
    }
}

internal sealed class CudaKernel(nint function, string name, int block) : DeviceKernel(name, block)
{
    internal nint Function => function;
}

using RvcNative.Core;
using RvcNative.Native.Cuda;

namespace RvcNative.Gpu.Cuda;

/// <summary>An NVIDIA card by its driver, with one stream that keeps the order of calls.</summary>
public sealed unsafe class CudaDevice : IDevice
{
    private const int MarginBytes = 256, MostArguments = 48;
    private readonly CudaDeviceInfo _device;
    private readonly CudaContext _context;
    private readonly CudaStream _stream;
    private readonly CudaUpload _upload;
    private bool _busy, _records;
    private readonly KernelCache _cache;
    private readonly KernelImages? _images;
    private readonly string _target = "";

    /// <param name="index">Place in <see cref="CudaDevices.All()"/>.</param>
    /// <param name="images">Taken in the place of a compiler, if they are of this build's kernels; by default, where there is no compiler, those that the build carries.</param>
    /// <exception cref="ArgumentException">There is no such card, or no compiler for it; the message says what to install.</exception>
    public CudaDevice(int index, KernelCache cache, KernelImages? images = null)
    {
        images ??= CudaDevices.CompilerMissing is null ? null : KernelImages.OfBuild;
        _images = images is { AreThere: true } ? images : null;
        if ((CudaDevices.Missing ?? (_images is null ? CudaDevices.CompilerMissing : null)) is { } missing) throw new ArgumentException($"--device cuda:{index}: {missing}; `rvcnative doctor` says more");
        IReadOnlyList<CudaDeviceInfo> all = CudaDevices.All(out string? fault);
        if ((uint)index >= (uint)all.Count)
        {
            string there = all.Count == 0 ? fault ?? "the driver finds none" : "there are " + string.Join(", ", all.Select((each, place) => $"cuda:{place} {each.Name}"));
            throw new ArgumentException($"--device cuda:{index}: no such card; {there}");
        }

        _device = all[index];
        _cache = cache;
        Name = $"cuda:{index} {_device.Name} (sm_{_device.Architecture}, {(_images is null ? CudaDevices.CompilerVersion : "kernels compiled ahead of time")})";
        _context = new CudaContext(_device.Handle, Name);
        _stream = new CudaStream(_context);
        _upload = new CudaUpload(_context, _stream);
        if (_images is null) _target = NvrtcCompiler.Target(_device.Architecture);
    }

    public string Name { get; }

    public bool HasDouble => true;

    /// <summary>Compute capability times ten.</summary>
    public int Architecture => _device.Architecture;

    public long FreeBytes
    {
        get
        {
            _context.MakeCurrent();
            return _context.FreeBytes;
        }
    }

    public long Waits { get; private set; }

    public long Allocations { get; private set; }

    public DeviceStorage Allocate(long bytes)
    {
        Begin("memory is asked for");
        Allocations++;
        return TakingMemory(() =>
        {
            CudaMemory memory = new(_context, bytes + MarginBytes);
            CudaException.ThrowUnless(CudaDriver.cuMemsetD8Async(memory.Value, 0, (nuint)(bytes + MarginBytes), _stream.Value), $"{bytes:N0} bytes");
            return new CudaStorage(memory, bytes);
        });
    }

    public void Write(ReadOnlySpan<byte> values, DeviceStorage to, long offsetBytes)
    {
        Begin("values are written");
        if (!_upload.IsOpen) TakingMemory(_upload.Open);
        _upload.Write(values, Address(to) + (nint)offsetBytes);
        _busy = true;
    }

    public IReadOnlyList<ConvLibrary> OpenLibraries()
    {
        Begin("libraries are opened");
        return CudaConvLibraries.Open(_stream.Value);
    }

    public RecordedOps Record(Action launches)
    {
        Begin("another recording begins");
        CudaException.ThrowUnless(CudaDriver.cuStreamBeginCapture_v2(_stream.Value, CuStreamCaptureMode.ThreadLocal), Name);
        _records = true;
        nint captured = 0;
        CuResult ended = CuResult.Success;
        bool isWhole = false;
        try
        {
            launches();
            isWhole = true;
        }
        finally
        {
            _records = false;
            ended = CudaDriver.cuStreamEndCapture(_stream.Value, out captured);
            if (!isWhole && captured != 0) _ = CudaDriver.cuGraphDestroy(captured);   // what launches threw is what is to be heard of
        }

        CudaException.ThrowUnless(ended, Name, nameof(CudaDriver.cuStreamEndCapture));
        try
        {
            return TakingMemory(() => new CudaRecording(this, new CudaGraph(_context, captured)));
        }
        finally
        {
            _ = CudaDriver.cuGraphDestroy(captured);
        }
    }

    internal void Launch(CudaGraph graph)
    {
        Begin("a recording is launched");
        CudaException.ThrowUnless(CudaDriver.cuGraphLaunch(graph.Value, _stream.Value), Name);
        _busy = true;
    }

    public void Read(DeviceStorage from, long offsetBytes, Span<byte> values)
    {
        Begin("values are read");
        fixed (byte* first = values)
        {
            CudaException.ThrowUnless(CudaDriver.cuMemcpyDtoHAsync_v2(first, Address(from) + (nint)offsetBytes, (nuint)values.Length, _stream.Value), $"{values.Length:N0} bytes from {Name}");
            Wait();
        }
    }

    public Readout NewReadout(int places, int width) => new CudaReadout(_context, _stream, Begin, places, width);

    public DeviceProgram Compile(string name, string source, IReadOnlyList<string> defines)
    {
        Begin("a kernel is compiled");
        if (_images is not null) return new CudaProgram(Load(_images.Find(name)));
        string[] options = [_target, "--std=c++17", .. defines.Select(define => "-D" + define)];
        string key = KernelCache.Key(_device.Name, $"{_device.DriverVersion}", CudaDevices.CompilerVersion, string.Join(' ', options), source);
        if (_cache.Find(key) is { } kept && CudaModule.Load(_context, kept, out _) is { } loaded) return new CudaProgram(loaded);
        byte[] image = NvrtcCompiler.Compile(source, options);
        CudaModule module = Load(image);
        _cache.Keep(key, image);
        return new CudaProgram(module);
    }

    private CudaModule Load(byte[] image) => TakingMemory(() => CudaModule.Load(_context, image, out CuResult result)
        ?? throw CudaException.Of(nameof(CudaDriver.cuModuleLoadData), result, $"{image.Length:N0} bytes for {Name}"));

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

        _context.MakeCurrent();
        CuResult result = CudaDriver.cuLaunchKernel(
            ((CudaKernel)kernel).Function, (uint)groups.X, (uint)groups.Y, (uint)groups.Z, (uint)kernel.Block, 1, 1, 0, _stream.Value, pointers, null);
        if (result != CuResult.Success) throw CudaException.Of(nameof(CudaDriver.cuLaunchKernel), result, $"{kernel.Name}, {groups} of {kernel.Block} threads on {Name}");
        _busy = true;
    }

    public void Wait()
    {
        Begin("the host waits");
        CudaException.ThrowUnless(CudaDriver.cuStreamSynchronize(_stream.Value), Name);
        if (_busy) Waits++;
        _busy = false;
    }

    /// <exception cref="DeviceMemoryException">The card has none left.</exception>
    private T TakingMemory<T>(Func<T> take)
    {
        try
        {
            return take();
        }
        catch (CudaException failure) when (failure.Result == CuResult.OutOfMemory)
        {
            throw new DeviceMemoryException($"{Name}: {failure.Message}", failure);
        }
    }

    // The context is of one thread, and only launches can be captured.
    private void Begin(string what)
    {
        if (_records) throw new InvalidOperationException($"{Name}: {what} while a program is recorded");
        _context.MakeCurrent();
    }

    public void Dispose()
    {
        _upload.Dispose();
        _stream.Dispose();
        _context.Dispose();
    }

    private static nint Address(DeviceStorage storage) => ((CudaStorage)storage).Address;
}

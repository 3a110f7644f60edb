using RvcNative.Core;
using RvcNative.Native.OpenCl;
using Cl = RvcNative.Native.OpenCl.OpenCl;

namespace RvcNative.Gpu.OpenCl;

/// <summary>A device of an OpenCL driver, with one queue that keeps the order of calls.</summary>
public sealed unsafe class OpenClDevice : IDevice
{
    private const int MarginBytes = 256, ArgumentBytes = sizeof(int);
    private const string Options = "-cl-std=CL1.2";
    private readonly ClDevice _device;
    private readonly ClContext _context;
    private readonly ClQueue _queue;
    private readonly OpenClUpload _upload;
    private readonly ClMemory _nothing;
    private readonly KernelCache _cache;
    private List<(DeviceKernel, Grid, KernelArgument[])>? _noted;
    private long _takenBytes;
    private bool _busy;

    /// <param name="index">Place in <see cref="ClDevices.All"/>.</param>
    /// <exception cref="ArgumentException">There is no such device, and the message lists those there are; or it is too small for the kernels.</exception>
    public OpenClDevice(int index, KernelCache cache)
    {
        if (ClDevices.Missing is { } missing) throw new ArgumentException($"--device opencl:{index}: {missing}");
        IReadOnlyList<ClDevice> all = ClDevices.All();
        if ((uint)index >= (uint)all.Count)
        {
            string there = all.Count == 0 ? "no driver offers one; install the card's driver with its OpenCL part" : "there are " + string.Join(", ", all.Select((each, place) => $"opencl:{place} {each.Name}"));
            throw new ArgumentException($"--device opencl:{index}: no such OpenCL device; {there}");
        }

        _device = all[index];
        if (_device.LargestGroup < Kernels.Block || _device.LocalBytes < Kernels.MostLocalBytes)
        {
            throw new ArgumentException($"--device opencl:{index}: {_device.Name} runs groups of {_device.LargestGroup} threads with {_device.LocalBytes:N0} bytes of their own; "
                + $"the kernels want {Kernels.Block} and {Kernels.MostLocalBytes:N0}. Take another device");
        }

        _cache = cache;
        Name = $"opencl:{index} {_device.Name} ({_device.Platform})";
        _context = ClContext.On(_device.Id, Name);
        _queue = ClQueue.InOrder(_context, _device.Id, Name);
        _nothing = ClMemory.New(_context, MarginBytes, Name);
        _upload = new OpenClUpload(_context, _queue, _device.Id, Name);
    }

    public string Name { get; }

    public bool HasDouble => _device.HasDouble;

    /// <summary>OpenCL 1.2 says what a device has, not what others have taken of it.</summary>
    public long FreeBytes => _device.MemoryBytes - _takenBytes;

    public long Waits { get; private set; }

    public long Allocations { get; private set; }

    public DeviceStorage Allocate(long bytes)
    {
        Begin("memory is asked for");
        Allocations++;
        if (bytes + MarginBytes > _device.LongestBuffer)
        {
            throw new DeviceMemoryException($"{Name}: {bytes:N0} bytes in one piece are wanted, the driver gives at most {_device.LongestBuffer:N0} of {_device.MemoryBytes:N0}");
        }

        try
        {
            ClMemory memory = ClMemory.New(_context, bytes + MarginBytes, Name);
            int zero = 0;
            nuint whole = (nuint)((bytes + MarginBytes) / sizeof(int) * sizeof(int));
            ClStatus filled = Cl.clEnqueueFillBuffer(_queue, memory, &zero, sizeof(int), 0, whole, 0, null, null);   // many drivers look for the memory only now
            if (filled != ClStatus.Success)
            {
                memory.Dispose();
                ClException.Throw(nameof(Cl.clEnqueueFillBuffer), filled, $"{bytes:N0} bytes on {Name}");
            }

            _takenBytes += bytes;
            return new OpenClStorage(memory, bytes, freed => _takenBytes -= freed);
        }
        catch (ClException failure) when (failure.IsOutOfMemory)
        {
            throw new DeviceMemoryException($"{Name}: {failure.Message}", failure);
        }
    }

    public void Write(ReadOnlySpan<byte> values, DeviceStorage to, long offsetBytes)
    {
        Begin("values are written");
        _upload.Write(values, Memory(to), offsetBytes);
        _busy = true;
    }

    public RecordedOps Record(Action launches)
    {
        Begin("another recording begins");
        List<(DeviceKernel, Grid, KernelArgument[])> noted = _noted = [];
        try
        {
            launches();
        }
        finally
        {
            _noted = null;
        }

        return new OpenClRecording(this, noted);
    }

    public void Read(DeviceStorage from, long offsetBytes, Span<byte> values)
    {
        Begin("values are read");
        fixed (byte* first = values)
        {
            ClException.ThrowUnless(
                Cl.clEnqueueReadBuffer(_queue, Memory(from), 1, (nuint)offsetBytes, (nuint)values.Length, first, 0, null, null), "copying to the host");
        }

        CountWait();
    }

    public Readout NewReadout(int places, int width) => new OpenClReadout(_queue, Begin, Name, places, width);

    public DeviceProgram Compile(string name, string source, IReadOnlyList<string> defines)
    {
        string options = $"{Options} {string.Join(' ', defines.Select(define => "-D" + define))}";
        string key = KernelCache.Key(_device.Platform, _device.Name, _device.DriverVersion, options, source);
        if (_cache.Find(key) is { } kept && OpenClCompiler.Load(_context, _device, kept, options) is { } loaded) return new OpenClProgram(loaded);
        ClProgram program = OpenClCompiler.Build(_context, _device, name, source, options);
        _cache.Keep(key, OpenClCompiler.BinaryOf(program));
        return new OpenClProgram(program);
    }

    public void Launch(DeviceKernel kernel, Grid groups, ReadOnlySpan<KernelArgument> arguments)
    {
        if (_noted is not null) _noted.Add((kernel, groups, arguments.ToArray()));
        else Enqueue(kernel, groups, arguments);
    }

    private void Enqueue(DeviceKernel kernel, Grid groups, ReadOnlySpan<KernelArgument> arguments)
    {
        ClKernel to = ((OpenClKernel)kernel).Handle;
        uint index = 0;
        foreach (KernelArgument argument in arguments)
        {
            if (argument.Kind == ArgumentKind.Memory)
            {
                // Parts of a buffer are a pointer and an element, for sub-buffers must be aligned.
                nint memory = (argument.Memory is { } storage ? Memory(storage) : _nothing).Value;
                long offset = argument.Memory is null ? -1 : argument.Offset;
                Check(Cl.clSetKernelArg(to, index++, (nuint)sizeof(nint), &memory), kernel, index);
                Check(Cl.clSetKernelArg(to, index++, sizeof(long), &offset), kernel, index);
            }
            else
            {
                int bits = argument.Bits;
                Check(Cl.clSetKernelArg(to, index++, ArgumentBytes, &bits), kernel, index);
            }
        }

        nuint* global = stackalloc nuint[3] { (nuint)groups.X * (nuint)kernel.Block, (nuint)groups.Y, (nuint)groups.Z };
        nuint* local = stackalloc nuint[3] { (nuint)kernel.Block, 1, 1 };
        ClStatus status = Cl.clEnqueueNDRangeKernel(_queue, to, 3, null, global, local, 0, null, null);
        if (status != ClStatus.Success) ClException.Throw(nameof(Cl.clEnqueueNDRangeKernel), status, $"{kernel.Name}, {groups} of {kernel.Block} threads on {Name}");
        _busy = true;
    }

    public void Wait()
    {
        Begin("the host waits");
        ClException.ThrowUnless(Cl.clFinish(_queue), Name);
        CountWait();
    }

    // What a graph of CUDA cannot hold is refused here too.
    private void Begin(string what)
    {
        if (_noted is not null) throw new InvalidOperationException($"{Name}: {what} while a program is recorded");
    }

    private void CountWait()
    {
        if (_busy) Waits++;
        _busy = false;
    }

    public void Dispose()
    {
        _upload.Dispose();
        _nothing.Dispose();
        _queue.Dispose();
        _context.Dispose();
    }

    /// <summary>A program as its launches, which this version of OpenCL cannot hold itself.</summary>
    private sealed class OpenClRecording(OpenClDevice device, List<(DeviceKernel Kernel, Grid Groups, KernelArgument[] Arguments)> launches) : RecordedOps
    {
        public override void Replay()
        {
            device.Begin("a recording is launched");
            foreach ((DeviceKernel kernel, Grid groups, KernelArgument[] arguments) in launches) device.Enqueue(kernel, groups, arguments);
        }
    }

    private static ClMemory Memory(DeviceStorage storage) => ((OpenClStorage)storage).Memory;

    private static void Check(ClStatus status, DeviceKernel kernel, uint place)
    {
        if (status != ClStatus.Success) ClException.Throw(nameof(Cl.clSetKernelArg), status, $"{kernel.Name}, argument {place - 1}");
    }
}

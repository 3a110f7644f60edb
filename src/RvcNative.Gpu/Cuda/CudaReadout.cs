using RvcNative.Core;
using RvcNative.Native.Cuda;

namespace RvcNative.Gpu.Cuda;

/// <summary>Copies into pinned memory, each with an event behind it to be asked.</summary>
internal sealed unsafe class CudaReadout : Readout
{
    private readonly CudaContext _context;
    private readonly CudaStream _stream;
    private readonly Action<string> _begin;
    private readonly CudaHostMemory _values;
    private readonly CudaEvent[] _done;
    private readonly int _width;

    /// <param name="begin">The device's look at whether it may be used now.</param>
    internal CudaReadout(CudaContext context, CudaStream stream, Action<string> begin, int places, int width)
    {
        begin("memory is asked for");
        (_context, _stream, _begin, _width) = (context, stream, begin, width);
        _values = new CudaHostMemory(context, (long)places * width * sizeof(float));
        _done = [.. Enumerable.Range(0, places).Select(_ => new CudaEvent(context))];
    }

    public override void Start(Tensor from, int place)
    {
        _begin("a copy to the host is started");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from.Count, _width);
        nint address = ((CudaStorage)KernelArgument.MemoryOf(from)).Address + (nint)(from.Buffer.OffsetBytes + (from.Offset * sizeof(float)));
        CudaException.ThrowUnless(CudaDriver.cuMemcpyDtoHAsync_v2(Place(place), address, (nuint)from.Count * sizeof(float), _stream.Value), from.Count);
        CudaException.ThrowUnless(CudaDriver.cuEventRecord(_done[place].Value, _stream.Value), "behind a copy to the host");
    }

    public override bool IsThere(int place)
    {
        _context.MakeCurrent();   // a training may be asked on another thread than it was started on
        CuResult result = CudaDriver.cuEventQuery(_done[place].Value);
        if (result == CuResult.NotReady) return false;
        CudaException.ThrowUnless(result, "behind a copy to the host", nameof(CudaDriver.cuEventQuery));
        return true;
    }

    public override ReadOnlySpan<float> Values(int place) => new(Place(place), _width);

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        if (!_stream.IsClosed && _context.TryMakeCurrent()) _ = CudaDriver.cuStreamSynchronize(_stream.Value);   // or the card would write to memory that is gone
        foreach (CudaEvent each in _done) each.Dispose();
        _values.Dispose();
    }

    private float* Place(int place) => (float*)_values.Value + (place * _width);
}

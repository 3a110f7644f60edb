using RvcNative.Native.Cuda;

namespace RvcNative.Gpu.Cuda;

/// <summary>Values on their way to a card: from pinned memory to the card by a stream of their own, then to their place in the order of the launches.</summary>
internal sealed unsafe class CudaUpload : IDisposable
{
    private readonly CudaContext _context;
    private readonly CudaStream _launches, _crossing;
    private readonly CudaEvent _crossed;
    private readonly CudaEvent[] _copied;
    private readonly bool[] _wasLeft = new bool[2];
    private readonly UploadRing _ring;
    private CudaHostMemory? _host;
    private CudaMemory? _card;

    internal CudaUpload(CudaContext context, CudaStream launches)
    {
        (_context, _launches) = (context, launches);
        _crossing = new CudaStream(context);
        _crossed = new CudaEvent(context);
        _copied = [new CudaEvent(context), new CudaEvent(context)];
        _ring = new UploadRing(Leave, Enter);
    }

    /// <summary>Whether the ring has its memory.</summary>
    internal bool IsOpen => _card is not null;

    internal bool Open()
    {
        _host ??= new CudaHostMemory(_context, 2L * UploadRing.HalfBytes);
        _card ??= new CudaMemory(_context, 2L * UploadRing.HalfBytes);
        return true;
    }

    /// <summary>After <see cref="Open"/>.</summary>
    internal void Write(ReadOnlySpan<byte> values, nint to)
    {
        while (!values.IsEmpty)
        {
            int bytes = Math.Min(values.Length, UploadRing.HalfBytes), place = _ring.Reserve(bytes);
            byte* from = (byte*)_host!.Value + place;
            nint across = _card!.Value + place;
            values[..bytes].CopyTo(new Span<byte>(from, bytes));
            CudaException.ThrowUnless(CudaDriver.cuMemcpyHtoDAsync_v2(across, from, (nuint)bytes, _crossing.Value), bytes);
            CudaException.ThrowUnless(CudaDriver.cuEventRecord(_crossed.Value, _crossing.Value), "behind an upload");
            CudaException.ThrowUnless(CudaDriver.cuStreamWaitEvent(_launches.Value, _crossed.Value, 0), "an upload");
            CudaException.ThrowUnless(CudaDriver.cuMemcpyDtoDAsync_v2(to, across, (nuint)bytes, _launches.Value), bytes);
            values = values[bytes..];
            to += bytes;
        }
    }

    public void Dispose()
    {
        _host?.Dispose();
        _card?.Dispose();
        _crossed.Dispose();
        foreach (CudaEvent each in _copied) each.Dispose();
        _crossing.Dispose();
    }

    private void Leave(int half)
    {
        CudaException.ThrowUnless(CudaDriver.cuEventRecord(_copied[half].Value, _launches.Value), "behind the copies of half a ring");
        _wasLeft[half] = true;
    }

    private void Enter(int half)
    {
        if (_wasLeft[half]) CudaException.ThrowUnless(CudaDriver.cuEventSynchronize(_copied[half].Value), "half a ring of uploads");
    }
}

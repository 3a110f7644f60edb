using RvcNative.Native.OpenCl;
using Cl = RvcNative.Native.OpenCl.OpenCl;

namespace RvcNative.Gpu.OpenCl;

/// <summary>Values on their way to a device: from the driver's host memory to the device by a queue of their own, then to their place in the order of the launches.</summary>
internal sealed unsafe class OpenClUpload : IDisposable
{
    private readonly ClContext _context;
    private readonly ClQueue _launches, _crossing;
    private readonly nint[] _copied = new nint[2];   // events; 0 for a half that was not left
    private readonly UploadRing _ring;
    private readonly string _name;
    private ClMemory? _host, _across;
    private byte* _mapped;

    internal OpenClUpload(ClContext context, ClQueue launches, nint device, string name)
    {
        (_context, _launches, _name) = (context, launches, name);
        _crossing = ClQueue.InOrder(context, device, name);
        _ring = new UploadRing(Leave, Enter);
    }

    internal void Write(ReadOnlySpan<byte> values, ClMemory to, long offsetBytes)
    {
        if (_host is null) Open();
        while (!values.IsEmpty)
        {
            int bytes = Math.Min(values.Length, UploadRing.HalfBytes), place = _ring.Reserve(bytes);
            values[..bytes].CopyTo(new Span<byte>(_mapped + place, bytes));
            nint crossed;
            ClException.ThrowUnless(Cl.clEnqueueWriteBuffer(_crossing, _across!, 0, (nuint)place, (nuint)bytes, _mapped + place, 0, null, &crossed), $"{bytes:N0} bytes to {_name}");
            ClException.ThrowUnless(Cl.clFlush(_crossing), _name);
            ClException.ThrowUnless(Cl.clEnqueueCopyBuffer(_launches, _across!, to, (nuint)place, (nuint)offsetBytes, (nuint)bytes, 1, &crossed, null), $"{bytes:N0} bytes on {_name}");
            ClException.ThrowUnless(Cl.clReleaseEvent(crossed), _name);
            values = values[bytes..];
            offsetBytes += bytes;
        }
    }

    public void Dispose()
    {
        foreach (int half in (ReadOnlySpan<int>)[0, 1]) Enter(half);
        if (_mapped is not null) _ = Cl.clEnqueueUnmapMemObject(_crossing, _host!, _mapped, 0, null, null);
        _host?.Dispose();
        _across?.Dispose();
        _crossing.Dispose();
    }

    private void Open()
    {
        const long Bytes = 2L * UploadRing.HalfBytes;
        _across = ClMemory.New(_context, Bytes, _name);
        _host = ClMemory.New(_context, Bytes, _name, ClMemoryFlags.ReadWrite | ClMemoryFlags.AllocHostPointer);
        _mapped = (byte*)Cl.clEnqueueMapBuffer(_crossing, _host, 1, ClMapFlags.Write, 0, (nuint)Bytes, 0, null, null, out ClStatus status);
        ClException.ThrowUnless(status, $"{Bytes:N0} bytes of {_name}", nameof(Cl.clEnqueueMapBuffer));
    }

    private void Leave(int half)
    {
        nint behind;
        ClException.ThrowUnless(Cl.clEnqueueMarkerWithWaitList(_launches, 0, null, &behind), _name);
        _copied[half] = behind;
    }

    private void Enter(int half)
    {
        nint behind = _copied[half];
        if (behind == 0) return;
        ClException.ThrowUnless(Cl.clWaitForEvents(1, &behind), _name);
        ClException.ThrowUnless(Cl.clReleaseEvent(behind), _name);
        _copied[half] = 0;
    }
}

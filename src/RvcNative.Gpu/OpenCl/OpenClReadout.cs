using System.Runtime.InteropServices;
using RvcNative.Core;
using RvcNative.Native.OpenCl;
using Cl = RvcNative.Native.OpenCl.OpenCl;

namespace RvcNative.Gpu.OpenCl;

/// <summary>Reads that do not block, each with an event to be asked.</summary>
internal sealed unsafe class OpenClReadout : Readout
{
    private readonly ClQueue _queue;
    private readonly Action<string> _begin;
    private readonly string _name;
    private readonly int _width;
    private readonly nint[] _done;   // events; 0 where none was started, or it is known to be there
    private readonly float* _values;

    /// <param name="begin">The device's look at whether it may be used now.</param>
    internal OpenClReadout(ClQueue queue, Action<string> begin, string name, int places, int width)
    {
        (_queue, _begin, _name, _width, _done) = (queue, begin, name, width, new nint[places]);
        _values = (float*)NativeMemory.AllocZeroed((nuint)places * (nuint)width, sizeof(float));
    }

    public override void Start(Tensor from, int place)
    {
        _begin("a copy to the host is started");
        Release(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from.Count, _width);
        ClMemory memory = ((OpenClStorage)KernelArgument.MemoryOf(from)).Memory;
        nuint offset = (nuint)(from.Buffer.OffsetBytes + (from.Offset * sizeof(float))), bytes = (nuint)from.Count * sizeof(float);
        nint done;
        ClException.ThrowUnless(Cl.clEnqueueReadBuffer(_queue, memory, 0, offset, bytes, _values + (place * _width), 0, null, &done), $"{bytes:N0} bytes from {_name}");
        _done[place] = done;
        ClException.ThrowUnless(Cl.clFlush(_queue), _name);
    }

    public override bool IsThere(int place)
    {
        if (_done[place] == 0) return true;
        int status;
        ClException.ThrowUnless(Cl.clGetEventInfo(_done[place], ClEventInfo.ExecutionStatus, sizeof(int), &status, null), _name);
        if (status < 0) ClException.Throw(nameof(Cl.clEnqueueReadBuffer), (ClStatus)status, $"a copy to the host from {_name}");
        if (status > 0) return false;
        Release(place);
        return true;
    }

    public override ReadOnlySpan<float> Values(int place) => new(_values + (place * _width), _width);

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _ = Cl.clFinish(_queue);   // or the driver would write to memory that is gone
        for (int place = 0; place < _done.Length; place++) Release(place);
        NativeMemory.Free(_values);
    }

    private void Release(int place)
    {
        if (_done[place] == 0) return;
        ClException.ThrowUnless(Cl.clReleaseEvent(_done[place]), _name);
        _done[place] = 0;
    }
}

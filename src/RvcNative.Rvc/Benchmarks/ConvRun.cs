using RvcNative.Core;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>A backend's convolution alone, without bias and activation, on random tensors.</summary>
public sealed class ConvRun : IDisposable
{
    private readonly Backend _backend;
    private readonly ConvSize _size;
    private readonly Tensor _x, _w, _y;

    public ConvRun(Backend backend, ConvSize size, ConvData data)
    {
        (_backend, _size) = (backend, size);
        _x = New([size.Batch, size.InFrames, size.InChannels], data.X);
        _w = New([size.Geometry.Taps, size.InChannels / size.Geometry.Groups, size.OutChannels], data.W);
        _y = New([size.Batch, size.OutFrames, size.OutChannels], data.Dy);
    }

    /// <summary>Computes once.</summary>
    public void Run()
    {
        switch (_size.Pass)
        {
            case ConvPass.Forward: _backend.Conv(_x, _w, null, _size.Geometry, ConvEpilogue.Plain, _y); break;
            case ConvPass.DataGradient: _backend.ConvDataGradient(_y, _w, _size.Geometry, new Gradient(_x, Accumulate: false)); break;
            default: _backend.ConvWeightGradient(_x, _y, _size.Geometry, new Gradient(_w, Accumulate: false)); break;
        }
    }

    /// <summary>What the last run computed: y [B,T',Cout], dx [B,T,Cin] or dw [K,Cin/groups,Cout].</summary>
    public float[] Result() => _backend.ToArray(_size.Pass switch
    {
        ConvPass.Forward => _y,
        ConvPass.DataGradient => _x,
        _ => _w,
    });

    public void Dispose()
    {
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[_x, _w, _y]) tensor.Buffer.Storage?.Dispose();
    }

    private Tensor New(Shape shape, float[] values)
    {
        Tensor tensor = _backend.NewTensor(shape);
        if (values.Length > 0) _backend.Write(values, tensor);
        return tensor;
    }
}

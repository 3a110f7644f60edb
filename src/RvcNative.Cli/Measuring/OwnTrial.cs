using RvcNative.Core;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>Our backend's convolution: the sum alone, without bias and activation.</summary>
internal sealed class OwnTrial : ConvTrial
{
    private readonly Backend _backend;
    private readonly ConvSize _size;
    private readonly Tensor _x, _w, _y;

    internal OwnTrial(Backend backend, ConvSize size, ConvData data) : base("ours")
    {
        (_backend, _size) = (backend, size);
        _x = New([size.Batch, size.InFrames, size.InChannels], data.X);
        _w = New([size.Geometry.Kernel, size.InChannels / size.Geometry.Groups, size.OutChannels], data.W);
        _y = New([size.Batch, size.OutFrames, size.OutChannels], data.Dy);
    }

    internal override void Run()
    {
        switch (_size.Pass)
        {
            case ConvPass.Forward: _backend.Conv(_x, _w, null, _size.Geometry, ConvEpilogue.Plain, _y); break;
            case ConvPass.DataGradient: _backend.ConvDataGradient(_y, _w, _size.Geometry, new Gradient(_x, Accumulate: false)); break;
            default: _backend.ConvWeightGradient(_x, _y, _size.Geometry, new Gradient(_w, Accumulate: false)); break;
        }
    }

    internal override float[] Result() => _backend.ToArray(_size.Pass switch
    {
        ConvPass.Forward => _y,
        ConvPass.DataGradient => _x,
        _ => _w,
    });

    public override void Dispose()
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

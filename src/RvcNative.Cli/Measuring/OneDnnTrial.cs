using RvcNative.Core;
using RvcNative.Native.OneDnn;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>oneDNN's convolution; copying to and from its layouts is not part of a run.</summary>
internal sealed class OneDnnTrial : ConvTrial
{
    private readonly OneDnnConvolution _convolution;
    private readonly float[] _result;

    internal OneDnnTrial(ConvSize size, ConvData data, ConvolutionFormat format) : base("oneDNN")
    {
        Format = format;
        _convolution = new OneDnnConvolution(ShapeOf(size), PassOf(size), format);
        _result = new float[ConvData.ResultCount(size)];
        bool transposed = size.Geometry.Transposed;
        switch (size.Pass)
        {
            case ConvPass.Forward: _convolution.Load(data.X, data.W); break;
            case ConvPass.DataGradient: _convolution.Load(data.Dy, data.W); break;
            default: _convolution.Load(transposed ? data.Dy : data.X, transposed ? data.X : data.Dy); break;
        }
    }

    internal ConvolutionFormat Format { get; }

    /// <summary>oneDNN's name for the kernel that it chose.</summary>
    internal string Implementation => _convolution.Implementation;

    // An OpenMP thread of libgomp spins some milliseconds before it sleeps.
    internal override TimeSpan Settling => TimeSpan.FromMilliseconds(8);

    internal override void Run() => _convolution.Run();

    internal override float[] Result()
    {
        _convolution.Read(_result);
        return _result;
    }

    public override void Dispose() => _convolution.Dispose();

    /// <summary>A transposed convolution is the data gradient of its mirror image, which leads from its output to its input.</summary>
    internal static ConvolutionShape ShapeOf(ConvSize size)
    {
        ConvGeometry geometry = size.Geometry;
        (int columns, int outColumns, bool mirrored) = (geometry.Columns, geometry.OutputColumns, geometry.Transposed);
        ConvolutionAxis down = AxisOf(geometry.Down, size.InFrames / columns, size.OutFrames / outColumns, mirrored);
        ConvolutionAxis across = AxisOf(geometry.Across, columns, outColumns, mirrored);
        (int src, int dst) = mirrored ? (size.OutChannels, size.InChannels) : (size.InChannels, size.OutChannels);
        return new ConvolutionShape(size.Batch, src, dst, down, across) { Groups = geometry.Groups, DstMajorWeights = mirrored };
    }

    private static ConvolutionAxis AxisOf(ConvAxis axis, int inLength, int outLength, bool mirrored) =>
        new(mirrored ? outLength : inLength, mirrored ? inLength : outLength, axis.Kernel, axis.Stride, axis.Dilation, axis.PadLeft, axis.PadRight);

    internal static ConvolutionPass PassOf(ConvSize size) => (size.Pass, size.Geometry.Transposed) switch
    {
        (ConvPass.Forward, false) or (ConvPass.DataGradient, true) => ConvolutionPass.Forward,
        (ConvPass.Forward, true) or (ConvPass.DataGradient, false) => ConvolutionPass.BackwardData,
        _ => ConvolutionPass.BackwardWeights,
    };
}

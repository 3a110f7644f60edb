using RvcNative.Core;
using RvcNative.Native.OpenBlas;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>
/// The convolution as one matrix product of OpenBLAS, on an input whose taps were laid side by side beforehand: what a product of these sizes costs
/// with nothing implicit. Stride 1 and one group.
/// </summary>
internal sealed class OpenBlasTrial : ConvTrial
{
    private readonly int _m, _n, _k;
    private readonly bool _transposeA;
    private readonly float[] _a, _b, _c;

    internal OpenBlasTrial(ConvSize size, ConvData data) : base("OpenBLAS")
    {
        (int inRow, int outRow, int taps) = (size.InChannels, size.OutChannels, size.Geometry.Kernel);
        switch (size.Pass)
        {
            case ConvPass.Forward:
                (_m, _n, _k) = (size.Batch * size.OutFrames, outRow, taps * inRow);
                (_a, _b) = (Unfolded(data.X, size, ofInput: true), data.W);
                break;
            case ConvPass.DataGradient:
                (_m, _n, _k) = (size.Batch * size.InFrames, inRow, taps * outRow);
                (_a, _b) = (Unfolded(data.Dy, size, ofInput: false), Swapped(data.W, taps, inRow, outRow));
                break;
            default:
                (_m, _n, _k) = (taps * inRow, outRow, size.Batch * size.OutFrames);
                (_a, _b, _transposeA) = (Unfolded(data.X, size, ofInput: true), data.Dy, true);
                break;
        }

        _c = new float[_m * _n];
    }

    // Its threads spin 2^26 clock ticks before they sleep.
    internal override TimeSpan Settling => TimeSpan.FromMilliseconds(35);

    internal static bool Applies(ConvSize size) => size.Geometry is { Stride: 1, Groups: 1, Transposed: false, Across.Kernel: 1 };

    internal override void Run() => OpenBlasLibrary.Multiply(_m, _n, _k, _a, _transposeA, _b, _c);

    internal override float[] Result() => _c;

    public override void Dispose()
    {
    }

    // [rows, K * channels]: for every output frame the frames that its taps read, or for every input frame those that read it; 0 outside.
    private static float[] Unfolded(float[] values, ConvSize size, bool ofInput)
    {
        ConvGeometry geometry = size.Geometry;
        int columns = geometry.Columns, taps = geometry.Kernel, channels = ofInput ? size.InChannels : size.OutChannels;
        int frames = ofInput ? size.OutFrames : size.InFrames, sourceFrames = ofInput ? size.InFrames : size.OutFrames;
        float[] unfolded = new float[size.Batch * frames * taps * channels];
        for (int item = 0; item < size.Batch; item++)
        {
            for (int frame = 0; frame < frames; frame++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    int rows = (tap * geometry.Dilation) - geometry.PadLeft, source = frame + ((ofInput ? rows : -rows) * columns);
                    if (source < 0 || source >= sourceFrames) continue;
                    values.AsSpan(((item * sourceFrames) + source) * channels, channels)
                        .CopyTo(unfolded.AsSpan(((((item * frames) + frame) * taps) + tap) * channels));
                }
            }
        }

        return unfolded;
    }

    // [K,Cin,Cout] -> [K,Cout,Cin].
    private static float[] Swapped(float[] w, int taps, int inputs, int outputs)
    {
        float[] swapped = new float[w.Length];
        for (int tap = 0; tap < taps; tap++)
        {
            for (int input = 0; input < inputs; input++)
            {
                for (int output = 0; output < outputs; output++)
                {
                    swapped[(((tap * outputs) + output) * inputs) + input] = w[(((tap * inputs) + input) * outputs) + output];
                }
            }
        }

        return swapped;
    }
}

using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Affine(Tensor x, Tensor scale, Tensor shift, float slope, Tensor y)
    {
        int channels = y.Shape[2];
        ForRows(y.Count / channels, channels, new ScaleAndShift(Pointer(x), Pointer(scale), Pointer(shift), slope, Pointer(y), channels));
    }

    private readonly struct ScaleAndShift(float* x, float* scale, float* shift, float slope, float* y, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (row * channels), to = y + (row * channels);
                for (int c = 0; c < channels; c += Simd.Step)
                {
                    Vector<float> v = (Simd.Load(from + c) * Simd.Load(scale + c)) + Simd.Load(shift + c);
                    if (slope != 1) v = Vector.ConditionalSelect(Vector.GreaterThan(v, Vector<float>.Zero), v, v * slope);
                    Simd.Store(v, to + c, channels - c);
                }
            }
        }
    }
}

using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void MaxPool(Tensor x, Tensor y)
    {
        int channels = y.Shape[2];
        ForRows(y.Shape[0] * y.Shape[1], channels, new LargerOfTwo(Pointer(x), Pointer(y), x.Shape[1], y.Shape[1], channels));
    }

    public override void AveragePool(Tensor x, int width, Tensor y)
    {
        int channels = y.Shape[2], rows = x.Shape[1] / width;
        ForRows(y.Shape[0] * (rows / 2), width / 2 * channels, new MeanOfFour(Pointer(x), Pointer(y), rows, width, channels));
    }

    private readonly struct LargerOfTwo(float* x, float* y, int inFrames, int outFrames, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* a = x + ((((long)(row / outFrames) * inFrames) + (2 * (row % outFrames))) * channels), to = y + ((long)row * channels);
                Simd.Map(new Larger(), a, a + channels, to, channels);
            }
        }
    }

    /// <summary>Rows are those of the smaller picture.</summary>
    private readonly struct MeanOfFour(float* x, float* y, int rows, int width, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            int half = width / 2;
            for (int row = first; row < end; row++)
            {
                float* upper = x + ((((long)(row / (rows / 2)) * rows) + (2 * (row % (rows / 2)))) * width * channels), lower = upper + ((long)width * channels);
                float* to = y + ((long)row * half * channels);
                for (int point = 0; point < half; point++, upper += 2 * channels, lower += 2 * channels, to += channels)
                {
                    for (int c = 0; c < channels; c += Simd.Step)
                    {
                        Vector<float> sum = Simd.Load(upper + c) + Simd.Load(upper + channels + c) + (Simd.Load(lower + c) + Simd.Load(lower + channels + c));
                        Simd.Store(sum * 0.25f, to + c, channels - c);
                    }
                }
            }
        }
    }

    private readonly struct Larger : IBinaryOp
    {
        public Vector<float> Invoke(Vector<float> a, Vector<float> b) => Vector.Max(a, b);
    }
}

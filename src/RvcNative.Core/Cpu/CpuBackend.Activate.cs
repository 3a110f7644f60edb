using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Activate(Tensor x, Activation activation, float slope, Tensor y)
    {
        switch (activation)
        {
            case Activation.LeakyRelu: ForElements(new Leaky(slope), x, y); break;
            case Activation.Tanh: ForElements(new HyperbolicTangent(), x, y); break;
            case Activation.Gelu: ForElements(new GeluOf(), x, y); break;
            case Activation.Silu: ForElements(new SiluOf(), x, y); break;
            case Activation.Sigmoid: ForElements(new SigmoidOf(), x, y); break;
            default: ForElements(new Simd.Copy(), x, y); break;
        }
    }

    public override void GatedLinear(Tensor x, Tensor y)
    {
        int channels = y.Shape[2];
        ForRows(y.Count / channels, 2 * channels, new GatedLinearRows(Pointer(x), Pointer(y), channels));
    }

    private void ForElements<TOp>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnaryOp => MapRows(op, Pointer(x), null, Pointer(y), y.Count, 1);

    private readonly struct HyperbolicTangent : IUnaryOp
    {
        public Vector<float> Invoke(Vector<float> x) => Simd.Tanh(x);
    }

    private readonly struct GeluOf : IUnaryOp
    {
        public Vector<float> Invoke(Vector<float> x) => Simd.Gelu(x);
    }

    private readonly struct SiluOf : IUnaryOp
    {
        public Vector<float> Invoke(Vector<float> x) => Simd.Silu(x);
    }

    private readonly struct SigmoidOf : IUnaryOp
    {
        public Vector<float> Invoke(Vector<float> x) => Simd.Sigmoid(x);
    }

    private readonly struct GatedOp : IBinaryOp
    {
        public Vector<float> Invoke(Vector<float> a, Vector<float> b) => a * Simd.Sigmoid(b);
    }

    private readonly struct GatedLinearRows(float* x, float* y, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            for (int row = first; row < end; row++)
            {
                float* from = x + (row * 2 * channels);
                Simd.Map(new GatedOp(), from, from + channels, y + (row * channels), channels);
            }
        }
    }
}

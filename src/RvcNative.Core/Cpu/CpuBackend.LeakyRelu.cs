using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void LeakyRelu(Tensor x, float slope, Tensor y) =>
        MapRows(new Leaky(slope), Pointer(x), null, Pointer(y), y.Count, 1);

    public override void LeakyReluBackward(Tensor y, float slope, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } to) return;
        int items = to.Shape[0];
        MapRows(new LeakySlope(slope), Tail(y, items), Tail(dy, items), null, Pointer(to), to.Count, 1, dx.Accumulate);
    }

    private readonly struct Leaky(float slope) : IUnaryOp
    {
        public Vector<float> Invoke(Vector<float> x) => Vector.ConditionalSelect(Vector.GreaterThan(x, Vector<float>.Zero), x, x * slope);
    }

    /// <summary>dy * (y > 0 ? 1 : slope).</summary>
    private readonly struct LeakySlope(float slope) : IBinaryOp
    {
        public Vector<float> Invoke(Vector<float> y, Vector<float> dy) =>
            Vector.ConditionalSelect(Vector.GreaterThan(y, Vector<float>.Zero), dy, dy * slope);
    }
}

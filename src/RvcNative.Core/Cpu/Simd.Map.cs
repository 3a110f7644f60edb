using System.Numerics;

namespace RvcNative.Core.Cpu;

/// <summary>A formula for all lanes of a vector. A struct, so that each loop is compiled with its formula inside.</summary>
internal interface IUnaryOp
{
    Vector<float> Invoke(Vector<float> x);
}

/// <inheritdoc cref="IUnaryOp"/>
internal interface IBinaryOp
{
    Vector<float> Invoke(Vector<float> a, Vector<float> b);
}

internal static unsafe partial class Simd
{
    /// <summary>y = or += op(x).</summary>
    internal static void Map<TOp>(TOp op, float* x, float* y, int count, bool accumulate = false) where TOp : unmanaged, IUnaryOp
    {
        for (int index = 0; index < count; index += Step) Store(op.Invoke(Load(x + index)), y + index, count - index, accumulate);
    }

    /// <summary>y = or += op(a, b).</summary>
    internal static void Map<TOp>(TOp op, float* a, float* b, float* y, int count, bool accumulate = false) where TOp : unmanaged, IBinaryOp
    {
        for (int index = 0; index < count; index += Step)
        {
            Store(op.Invoke(Load(a + index), Load(b + index)), y + index, count - index, accumulate);
        }
    }

    internal readonly struct Copy : IUnaryOp
    {
        public Vector<float> Invoke(Vector<float> x) => x;
    }

    internal readonly struct Zero : IUnaryOp
    {
        public Vector<float> Invoke(Vector<float> x) => Vector<float>.Zero;
    }

    internal readonly struct Scale(float factor) : IUnaryOp
    {
        public Vector<float> Invoke(Vector<float> x) => x * factor;
    }

    internal readonly struct Sum : IBinaryOp
    {
        public Vector<float> Invoke(Vector<float> a, Vector<float> b) => a + b;
    }

    internal readonly struct Difference : IBinaryOp
    {
        public Vector<float> Invoke(Vector<float> a, Vector<float> b) => a - b;
    }
}

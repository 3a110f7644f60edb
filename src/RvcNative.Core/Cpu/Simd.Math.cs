using System.Numerics;

namespace RvcNative.Core.Cpu;

/// <summary>Elementary functions of all lanes.</summary>
internal static partial class Simd
{
    internal static Vector<float> Exp(Vector<float> x) => Vector.Exp(x);

    internal static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    internal static Vector<float> Tanh(Vector<float> x) => (2 * Sigmoid(2 * x)) - Vector<float>.One;
}

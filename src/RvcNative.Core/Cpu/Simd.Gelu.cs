using System.Numerics;
using System.Runtime.CompilerServices;

namespace RvcNative.Core.Cpu;

internal static unsafe partial class Simd
{
    /// <summary>
    /// x Phi(x), Phi the normal distribution: the exact GELU, x (1 + erf(x / sqrt 2)) / 2, within 8 ulp (PyTorch's cancels below 0, and is half as exact on
    /// the whole). It is max(x, 0) - a q(a), a = |x|, with q(a) = Phi(-a) = e^(-a^2 / 2) t P(1 - 2 t), t = k / (k + a), P fitted to 1.5e-8.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Gelu(Vector<float> x)
    {
        Vector<float> a = Vector.Abs(x), t = Vector<float>.One / Vector.MultiplyAddEstimate(a, new Vector<float>(1 / 3.75f), Vector<float>.One);
        Vector<float> u = Vector<float>.One - (t + t);
        Vector<float> p = new(1.18253381e-4f);
        p = Vector.MultiplyAddEstimate(p, u, new Vector<float>(1.35901239e-4f));
        p = Vector.MultiplyAddEstimate(p, u, new Vector<float>(-1.11173792e-3f));
        p = Vector.MultiplyAddEstimate(p, u, new Vector<float>(3.2001955e-4f));
        p = Vector.MultiplyAddEstimate(p, u, new Vector<float>(9.99800209e-3f));
        p = Vector.MultiplyAddEstimate(p, u, new Vector<float>(-4.04055566e-2f));
        p = Vector.MultiplyAddEstimate(p, u, new Vector<float>(9.41172242e-2f));
        p = Vector.MultiplyAddEstimate(p, u, new Vector<float>(-0.156850204f));
        p = Vector.MultiplyAddEstimate(p, u, new Vector<float>(0.200078413f));

        // The exponent's own rounding, up to 1e-6 of a distant tail, is made good by the square's lost part. From 15 on the tail is 0 in float.
        Vector<float> near = Vector.MinNative(a, new Vector<float>(15)), square = near * near;
        Vector<float> lost = Vector.MultiplyAddEstimate(near, near, -square) * 0.5f, e = Exp(square * -0.5f);
        Vector<float> tail = p * t * Vector.MultiplyAddEstimate(-e, lost, e);
        Vector<float> below = near * tail;
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), -below, x - below);
    }
}

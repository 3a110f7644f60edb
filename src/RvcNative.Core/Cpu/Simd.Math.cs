using System.Numerics;
using System.Runtime.CompilerServices;

namespace RvcNative.Core.Cpu;

/// <summary>
/// Elementary functions of all lanes, exp and tanh within 1.5 ulp, sigmoid within 2.5; infinities and NaN as in <see cref="MathF"/>.
/// .NET's own Vector.Exp goes through double and takes longer.
/// </summary>
internal static unsafe partial class Simd
{
    /// <summary>e^x, by x = n ln 2 + r, |r| &lt;= ln 2 / 2, and a polynomial in r (Cephes expf).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Exp(Vector<float> x)
    {
        const float toInteger = 12582912;   // 1.5 * 2^23: adding it leaves the rounded integer in the low bits
        const float ln2High = 0.693145752f, ln2Low = 1.42860677e-6f;
        x = Vector.MaxNative(new Vector<float>(-104), Vector.MinNative(new Vector<float>(89), x));
        Vector<float> shifted = Vector.MultiplyAddEstimate(x, new Vector<float>(1.44269504f), new Vector<float>(toInteger));
        Vector<float> n = shifted - new Vector<float>(toInteger);
        Vector<float> r = Vector.MultiplyAddEstimate(n, new Vector<float>(-ln2High), x);
        r = Vector.MultiplyAddEstimate(n, new Vector<float>(-ln2Low), r);

        Vector<float> p = new(1.9875691500e-4f);
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(1.3981999507e-3f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(8.3334519073e-3f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(4.1665795894e-2f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(1.6666665459e-1f));
        p = Vector.MultiplyAddEstimate(p, r, new Vector<float>(5.0000001201e-1f));
        p = Vector.MultiplyAddEstimate(p, r * r, r) + Vector<float>.One;

        // 2^n in two factors, so that results near both ends of the range, denormal ones too, come out.
        Vector<int> power = Vector.AsVectorInt32(shifted) - new Vector<int>(BitConverter.SingleToInt32Bits(toInteger));
        Vector<int> half = Vector.ShiftRightArithmetic(power, 1);
        return p * PowerOfTwo(half) * PowerOfTwo(power - half);
    }

    /// <summary>1 / (1 + e^-x), for x below 0 as e^x / (1 + e^x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Sigmoid(Vector<float> x)
    {
        Vector<float> e = Exp(-Vector.Abs(x));
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), e, Vector<float>.One) / (Vector<float>.One + e);
    }

    /// <summary>x sigmoid(x), within 3 ulp; at minus infinity NaN, as PyTorch's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Silu(Vector<float> x) => x * Sigmoid(x);

    /// <summary>1 - 2 e / (1 + e), e = e^-2|x|, with the sign of x; below 0.625, where that cancels, a polynomial (Cephes tanhf).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> size = Vector.Abs(x), square = x * x;
        Vector<float> e = Exp(size * -2);
        Vector<float> large = Vector<float>.One - ((e + e) / (Vector<float>.One + e));

        Vector<float> p = new(-5.70498872745e-3f);
        p = Vector.MultiplyAddEstimate(p, square, new Vector<float>(2.06390887954e-2f));
        p = Vector.MultiplyAddEstimate(p, square, new Vector<float>(-5.37397155531e-2f));
        p = Vector.MultiplyAddEstimate(p, square, new Vector<float>(1.33314422036e-1f));
        p = Vector.MultiplyAddEstimate(p, square, new Vector<float>(-3.33332819422e-1f));
        Vector<float> small = Vector.MultiplyAddEstimate(p * square, x, x);
        return Vector.ConditionalSelect(Vector.LessThan(size, new Vector<float>(0.625f)), small, Vector.CopySign(large, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> PowerOfTwo(Vector<int> n) => Vector.AsVectorSingle(Vector.ShiftLeft(n + new Vector<int>(127), 23));
}

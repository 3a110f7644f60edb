using System.Numerics;
using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests;

public sealed class SimdMathTests
{
    private static readonly float[] s_special =
    [
        0, -0f, float.Epsilon, -float.Epsilon, 1e-38f, 1e-20f, 0.6249999f, 0.625f, -0.625f, 1, -1, 88.72283f, 88.7229f, -87.3f, -103.9f, -104.1f,
        1e10f, -1e10f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    [Fact]
    public void Exp_is_exact_but_for_the_last_bits() => Check(Simd.Exp, Math.Exp, -110, 92, mostUlp: 1.5);

    [Fact]
    public void Tanh_is_exact_but_for_the_last_bits() => Check(Simd.Tanh, Math.Tanh, -12, 12, mostUlp: 1.5);

    [Fact]
    public void Tanh_of_small_numbers_is_exact_but_for_the_last_bits() => Check(Simd.Tanh, Math.Tanh, -0.01f, 0.01f, mostUlp: 1.5);

    [Fact]
    public void Sigmoid_is_exact_but_for_the_last_bits() => Check(Simd.Sigmoid, x => 1 / (1 + Math.Exp(-x)), -110, 30, mostUlp: 2.5);

    [Fact]
    public void Silu_is_exact_but_for_the_last_bits() => Check(Simd.Silu, x => float.IsNegativeInfinity((float)x) ? double.NaN : x / (1 + Math.Exp(-x)), -80, 30, mostUlp: 3);

    [Fact]
    public void Gelu_is_exact_but_for_the_last_bits() => Check(Simd.Gelu, ReferenceActivate.Gelu, -12.5f, 30, mostUlp: 8);

    [Fact]
    public void Gelu_is_on_the_whole_as_exact_as_half_an_ulp_allows()
    {
        float[] xs = RandomValues.Normal(100_000, 6), ys = [.. xs.Select(x => Simd.Gelu(new Vector<float>(x))[0])];
        Assert.InRange(Errors.RelativeL2(ys, [.. xs.Select(x => ReferenceActivate.Gelu(x))]), 0, 4.5e-8);   // PyTorch 1.13: 8.4e-8; rounding alone: 2.5e-8
    }

    [Fact]
    public void Gelu_ends_at_nothing_and_at_x()
    {
        Assert.Equal(0, Simd.Gelu(new Vector<float>(-15))[0]);
        Assert.Equal(0, Simd.Gelu(new Vector<float>(float.NegativeInfinity))[0]);
        Assert.Equal(float.PositiveInfinity, Simd.Gelu(new Vector<float>(float.PositiveInfinity))[0]);
        Assert.True(float.IsNaN(Simd.Gelu(new Vector<float>(float.NaN))[0]));
    }

    private static void Check(Func<Vector<float>, Vector<float>> function, Func<double, double> exact, float from, float to, double mostUlp)
    {
        float[] xs = [.. RandomValues.Uniform(200_000, 5, from, to), .. s_special.Where(x => !(x < from && float.IsFinite(x)))];
        double worst = 0;
        float at = 0;
        Vector<float> y = default;
        for (int index = 0; index < xs.Length; index++)
        {
            int lane = index % Vector<float>.Count;
            if (lane == 0) y = function(Lanes(xs, index));
            float actual = y[lane], wanted = (float)exact(xs[index]);
            if (actual.Equals(wanted)) continue;
            Assert.False(float.IsNaN(actual) || float.IsNaN(wanted) || float.IsInfinity(wanted), $"f({xs[index]:g9}) = {actual}, wanted {wanted}");
            double ulp = MathF.BitIncrement(Math.Abs(wanted)) - (double)Math.Abs(wanted), error = Math.Abs(actual - exact(xs[index])) / ulp;
            if (error > worst) (worst, at) = (error, xs[index]);
        }

        Assert.True(worst <= mostUlp, $"{worst:f2} ulp at {at:g9}");
    }

    private static Vector<float> Lanes(float[] xs, int first)
    {
        Span<float> lanes = stackalloc float[Vector<float>.Count];
        for (int lane = 0; lane < lanes.Length; lane++) lanes[lane] = xs[Math.Min(first + lane, xs.Length - 1)];
        return new Vector<float>(lanes);
    }
}

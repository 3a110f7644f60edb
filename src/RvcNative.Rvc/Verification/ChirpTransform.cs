using System.Numerics;

namespace RvcNative.Rvc.Verification;

/// <summary>
/// The discrete Fourier transform of any length by Bluestein's chirps (Rabiner, Schafer and Rader 1969, "The chirp z-transform algorithm").
/// </summary>
internal static class ChirpTransform
{
    /// <summary>X[k] = sum_n x[n] exp(-2 pi i k n / N).</summary>
    internal static Complex[] Forward(ReadOnlySpan<Complex> x)
    {
        // k n = (k^2 + n^2 - (k - n)^2) / 2, so X[k] = c[k] * sum_n (x[n] c[n]) conj c[k - n] with c[n] = exp(-pi i n^2 / N).
        int count = x.Length, size = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * count));
        Complex[] chirp = new Complex[count], left = new Complex[size], right = new Complex[size];
        for (int n = 0; n < count; n++)
        {
            chirp[n] = Complex.FromPolarCoordinates(1, -Math.PI * ((long)n * n % (2L * count)) / count);
            left[n] = x[n] * chirp[n];
            right[n] = right[n == 0 ? 0 : size - n] = Complex.Conjugate(chirp[n]);
        }

        Complex[] roots = new Complex[size / 2];
        for (int k = 0; k < roots.Length; k++) roots[k] = Complex.FromPolarCoordinates(1, -2 * Math.PI * k / size);
        PowerOfTwo(left, roots);
        PowerOfTwo(right, roots);
        for (int k = 0; k < size; k++) left[k] = Complex.Conjugate(left[k] * right[k]);   // the inverse: conjugate, forward, conjugate
        PowerOfTwo(left, roots);
        Complex[] result = new Complex[count];
        for (int k = 0; k < count; k++) result[k] = chirp[k] * Complex.Conjugate(left[k]) / size;
        return result;
    }

    private static void PowerOfTwo(Complex[] x, Complex[] roots)
    {
        for (int i = 1, reversed = 0; i < x.Length; i++)
        {
            int bit = x.Length >> 1;
            for (; (reversed & bit) != 0; bit >>= 1) reversed ^= bit;
            reversed ^= bit;
            if (i < reversed) (x[i], x[reversed]) = (x[reversed], x[i]);
        }

        for (int half = 1; half < x.Length; half *= 2)
        {
            int step = x.Length / (2 * half);
            for (int start = 0; start < x.Length; start += 2 * half)
            {
                for (int k = 0; k < half; k++)
                {
                    Complex top = x[start + k], low = x[start + k + half] * roots[k * step];
                    (x[start + k], x[start + k + half]) = (top + low, top - low);
                }
            }
        }
    }
}

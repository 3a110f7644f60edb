using System.Numerics;

namespace RvcNative.Core.Cpu.Fourier;

/// <summary>
/// X_k = sum_n x_n exp(-2 pi i k n / N) of any length N, in double, of several signals at once: one a lane of Vector&lt;double&gt;, so that no
/// butterfly shuffles. Stockham's self-sorting passes (Van Loan 1992, "Computational frameworks for the fast Fourier transform", 1.7)
/// of radix 4, 2 and whatever odd primes divide N; a prime p costs p^2, so a large prime factor is right but slow.
/// A signal is N pairs of vectors, real and imaginary part.
/// </summary>
internal sealed unsafe class ComplexFft
{
    private readonly Pass[] _passes;

    internal ComplexFft(int length)
    {
        List<Pass> passes = [];
        int rest = length, stride = 1;
        foreach (int radix in Radices(length))
        {
            passes.Add(new Pass(radix, rest / radix, stride, Roots(radix), Twiddles(rest, radix)));
            rest /= radix;
            stride *= radix;
        }

        _passes = [.. passes];
    }

    /// <summary>Transforms; x and work [N] pairs are both overwritten.</summary>
    /// <returns>Where the result is: x or work.</returns>
    internal Vector<double>* Transform(Vector<double>* x, Vector<double>* work)
    {
        foreach (Pass pass in _passes)
        {
            fixed (double* twiddles = pass.Twiddles, roots = pass.Roots)
            {
                switch (pass.Radix)
                {
                    case 2: Radix2(x, work, pass.Count, pass.Stride, twiddles); break;
                    case 4: Radix4(x, work, pass.Count, pass.Stride, twiddles); break;
                    default: RadixAny(x, work, pass, twiddles, roots); break;
                }
            }

            Vector<double>* result = work;
            work = x;
            x = result;
        }

        return x;
    }

    private static List<int> Radices(int length)
    {
        List<int> radices = [];
        for (; length % 4 == 0; length /= 4) radices.Add(4);
        for (int prime = 2; length > 1; prime++)
        {
            for (; length % prime == 0; length /= prime) radices.Add(prime);
        }

        return radices;
    }

    /// <summary>For each p below n / radix the powers 1 … radix - 1 of exp(-2 pi i p / n).</summary>
    private static double[] Twiddles(int n, int radix)
    {
        double[] twiddles = new double[2 * (n / radix) * (radix - 1)];
        int at = 0;
        for (int p = 0; p < n / radix; p++)
        {
            for (int power = 1; power < radix; power++, at += 2)
            {
                (twiddles[at + 1], twiddles[at]) = Math.SinCos(-2 * Math.PI * ((double)p * power / n));
            }
        }

        return twiddles;
    }

    private static double[] Roots(int radix)
    {
        double[] roots = new double[2 * radix];
        for (int k = 0; k < radix; k++) (roots[(2 * k) + 1], roots[2 * k]) = Math.SinCos(-2 * Math.PI * k / radix);
        return roots;
    }

    private static void Radix2(Vector<double>* x, Vector<double>* y, int count, int stride, double* twiddles)
    {
        for (int p = 0; p < count; p++)
        {
            (double re, double im) = (twiddles[2 * p], twiddles[(2 * p) + 1]);
            for (int q = 0; q < stride; q++)
            {
                Vector<double>* a = x + (2L * ((p * stride) + q)), b = a + (2L * count * stride), to = y + (2L * ((2 * p * stride) + q));
                (to[0], to[1]) = (a[0] + b[0], a[1] + b[1]);
                Turn(a[0] - b[0], a[1] - b[1], re, im, to + (2L * stride));
            }
        }
    }

    private static void Radix4(Vector<double>* x, Vector<double>* y, int count, int stride, double* twiddles)
    {
        long apart = 2L * count * stride, next = 2L * stride;
        for (int p = 0; p < count; p++, twiddles += 6)
        {
            for (int q = 0; q < stride; q++)
            {
                Vector<double>* a = x + (2L * ((p * stride) + q)), b = a + apart, c = b + apart, d = c + apart;
                Vector<double>* to = y + (2L * ((4 * p * stride) + q));
                Vector<double> sumRe = a[0] + c[0], sumIm = a[1] + c[1], differenceRe = a[0] - c[0], differenceIm = a[1] - c[1];
                Vector<double> otherRe = b[0] + d[0], otherIm = b[1] + d[1], turnedRe = b[1] - d[1], turnedIm = d[0] - b[0];
                (to[0], to[1]) = (sumRe + otherRe, sumIm + otherIm);
                Turn(differenceRe + turnedRe, differenceIm + turnedIm, twiddles[0], twiddles[1], to + next);
                Turn(sumRe - otherRe, sumIm - otherIm, twiddles[2], twiddles[3], to + (2 * next));
                Turn(differenceRe - turnedRe, differenceIm - turnedIm, twiddles[4], twiddles[5], to + (3 * next));
            }
        }
    }

    private static void RadixAny(Vector<double>* x, Vector<double>* y, Pass pass, double* twiddles, double* roots)
    {
        (int radix, int stride) = (pass.Radix, pass.Stride);
        long apart = 2L * pass.Count * stride;
        for (int p = 0; p < pass.Count; p++)
        {
            double* twiddle = twiddles + (2L * p * (radix - 1));
            for (int q = 0; q < stride; q++)
            {
                Vector<double>* from = x + (2L * ((p * stride) + q)), to = y + (2L * ((radix * p * stride) + q));
                for (int k = 0; k < radix; k++, to += 2L * stride)
                {
                    Vector<double> sumRe = from[0], sumIm = from[1];
                    for (int j = 1, root = k; j < radix; j++, root = (root + k) % radix)
                    {
                        Vector<double> re = from[j * apart], im = from[(j * apart) + 1];
                        sumRe += (re * roots[2 * root]) - (im * roots[(2 * root) + 1]);
                        sumIm += (re * roots[(2 * root) + 1]) + (im * roots[2 * root]);
                    }

                    if (k == 0) (to[0], to[1]) = (sumRe, sumIm);
                    else Turn(sumRe, sumIm, twiddle[2 * (k - 1)], twiddle[(2 * (k - 1)) + 1], to);
                }
            }
        }
    }

    private static void Turn(Vector<double> re, Vector<double> im, double cosine, double sine, Vector<double>* to)
    {
        to[0] = (re * cosine) - (im * sine);
        to[1] = (re * sine) + (im * cosine);
    }

    /// <summary>One pass: count butterflies of a radix, stride signals apart.</summary>
    private readonly record struct Pass(int Radix, int Count, int Stride, double[] Roots, double[] Twiddles);
}

using System.Numerics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Sums of rows with the factors of a small matrix.</summary>
internal static unsafe class RowMixture
{
    /// <summary>Rows are taken in pieces of so many floats.</summary>
    internal const int Piece = 32;

    /// <summary>to[o] = or += the sum over i of factors[o,i] * rows[i].</summary>
    /// <param name="count">Floats of a row, a multiple of <see cref="Piece"/>.</param>
    internal static void Mix(float** rows, int inputs, float* factors, float* to, nint toStep, int outputs, int count, bool add = false)
    {
        int step = Vector<float>.Count;
        for (int c = 0; c < count; c += 2 * step)
        {
            float* put = to + c, factor = factors;
            for (int o = 0; o < outputs; o++, put += toStep)
            {
                Vector<float> a = add ? Simd.Load(put) : Vector<float>.Zero, b = add ? Simd.Load(put + step) : Vector<float>.Zero;
                for (int i = 0; i < inputs; i++, factor++)
                {
                    Vector<float> f = new(*factor);
                    a = Vector.FusedMultiplyAdd(f, Simd.Load(rows[i] + c), a);
                    b = Vector.FusedMultiplyAdd(f, Simd.Load(rows[i] + c + step), b);
                }

                Vector.Store(a, put);
                Vector.Store(b, put + step);
            }
        }
    }
}

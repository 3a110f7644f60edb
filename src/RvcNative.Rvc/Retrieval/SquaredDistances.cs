using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RvcNative.Rvc.Retrieval;

/// <summary>
/// Squared L2 distances, as sums of squared differences: |a|^2 - 2ab + |b|^2 is faster, but loses the digits of near neighbours, which weigh
/// most. A pair's sum does not hang on what else is computed with it, so results are the same for every split of the work.
/// </summary>
internal static class SquaredDistances
{
    private const int TileRows = 4;

    /// <param name="a">[M, dimension].</param>
    /// <param name="b">[N, dimension].</param>
    /// <param name="result">[M, N], =.</param>
    internal static void Compute(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int dimension, Span<float> result)
    {
        int rows = a.Length / dimension, columns = b.Length / dimension;
        if (rows == 1 && columns > 1)
        {
            Compute(b, a, dimension, result);
            return;
        }

        // Two rows of b stay close to the processor while all of a passes by.
        Span<float> tile = stackalloc float[2 * TileRows];
        for (int column = 0; column < columns; column += 2)
        {
            int width = Math.Min(2, columns - column), row = 0;
            ReadOnlySpan<float> right = b.Slice(column * dimension, width * dimension);
            for (; row + TileRows <= rows; row += TileRows)
            {
                ReadOnlySpan<float> left = a.Slice(row * dimension, TileRows * dimension);
                FourTo(left, right[..dimension], right[^dimension..], tile);
                for (int i = 0; i < TileRows * width; i++) result[((row + (i % TileRows)) * columns) + column + (i / TileRows)] = tile[i];
            }

            for (; row < rows; row++)
            {
                for (int i = 0; i < width; i++)
                {
                    result[(row * columns) + column + i] = Between(a.Slice(row * dimension, dimension), right.Slice(i * dimension, dimension));
                }
            }
        }
    }

    internal static float Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ref float left = ref MemoryMarshal.GetReference(a), right = ref MemoryMarshal.GetReference(b);
        Vector<float> sum = Vector<float>.Zero;
        int whole = a.Length - (a.Length % Vector<float>.Count);
        for (int i = 0; i < whole; i += Vector<float>.Count)
        {
            Vector<float> d = Vector.LoadUnsafe(ref left, (nuint)i) - Vector.LoadUnsafe(ref right, (nuint)i);
            sum = Vector.MultiplyAddEstimate(d, d, sum);
        }

        return Vector.Sum(sum) + Rest(a[whole..], b[whole..]);
    }

    // Eight sums at once hide the latency of an FMA, and each value that is loaded serves two or four of them.
    private static void FourTo(ReadOnlySpan<float> four, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> result)
    {
        int length = first.Length, whole = length - (length % Vector<float>.Count);
        ref float a = ref MemoryMarshal.GetReference(four), b = ref Unsafe.Add(ref a, length), c = ref Unsafe.Add(ref b, length), d = ref Unsafe.Add(ref c, length);
        ref float x = ref MemoryMarshal.GetReference(first), y = ref MemoryMarshal.GetReference(second);
        Vector<float> ax = default, bx = default, cx = default, dx = default, ay = default, by = default, cy = default, dy = default;
        for (int step = 0; step < whole; step += Vector<float>.Count)
        {
            nuint i = (nuint)step;
            Vector<float> xs = Vector.LoadUnsafe(ref x, i), ys = Vector.LoadUnsafe(ref y, i), row = Vector.LoadUnsafe(ref a, i);
            Vector<float> toX = row - xs, toY = row - ys;
            ax = Vector.MultiplyAddEstimate(toX, toX, ax);
            ay = Vector.MultiplyAddEstimate(toY, toY, ay);
            row = Vector.LoadUnsafe(ref b, i);
            (toX, toY) = (row - xs, row - ys);
            bx = Vector.MultiplyAddEstimate(toX, toX, bx);
            by = Vector.MultiplyAddEstimate(toY, toY, by);
            row = Vector.LoadUnsafe(ref c, i);
            (toX, toY) = (row - xs, row - ys);
            cx = Vector.MultiplyAddEstimate(toX, toX, cx);
            cy = Vector.MultiplyAddEstimate(toY, toY, cy);
            row = Vector.LoadUnsafe(ref d, i);
            (toX, toY) = (row - xs, row - ys);
            dx = Vector.MultiplyAddEstimate(toX, toX, dx);
            dy = Vector.MultiplyAddEstimate(toY, toY, dy);
        }

        (result[0], result[1], result[2], result[3]) = (Vector.Sum(ax), Vector.Sum(bx), Vector.Sum(cx), Vector.Sum(dx));
        (result[4], result[5], result[6], result[7]) = (Vector.Sum(ay), Vector.Sum(by), Vector.Sum(cy), Vector.Sum(dy));
        if (whole == length) return;
        for (int row = 0; row < TileRows; row++)
        {
            ReadOnlySpan<float> rest = four[((row * length) + whole)..((row + 1) * length)];
            result[row] += Rest(rest, first[whole..]);
            result[TileRows + row] += Rest(rest, second[whole..]);
        }
    }

    private static float Rest(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}

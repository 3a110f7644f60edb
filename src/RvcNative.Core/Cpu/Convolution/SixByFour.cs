using System.Runtime.Intrinsics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Six rows of four columns: what a group of four channels has, where a tile of two whole vectors would compute mostly nothing. Even and odd
/// channels are summed apart, twelve sums in flight, which hides the latency of a multiply-add.
/// </summary>
internal static unsafe class SixByFour
{
    internal const int Rows = 6, Columns = 4;

    /// <summary>As <see cref="ITileKernel.RowsTimesTaps"/>, with pointers of <paramref name="rowsOfTap"/> rows a tap and weights <paramref name="bStep"/> apart.</summary>
    internal static void RowsTimesTaps(
        float** rows, nint rowsOfTap, nint taps, nint first, nint count, float* b, nint bStep, float** to, nint column, bool add)
    {
        Vector128<float> e0 = default, e1 = default, e2 = default, e3 = default, e4 = default, e5 = default;
        Vector128<float> o0 = default, o1 = default, o2 = default, o3 = default, o4 = default, o5 = default;
        for (; taps > 0; taps--, rows += rowsOfTap)
        {
            float* a0 = rows[0] + first, a1 = rows[1] + first, a2 = rows[2] + first, a3 = rows[3] + first, a4 = rows[4] + first, a5 = rows[5] + first;
            nint c = 0;
            for (; c <= count - 2; c += 2, b += 2 * bStep)
            {
                Vector128<float> even = Vector128.Load(b), odd = Vector128.Load(b + bStep);
                e0 = Vector128.MultiplyAddEstimate(Vector128.Create(a0[c]), even, e0);
                o0 = Vector128.MultiplyAddEstimate(Vector128.Create(a0[c + 1]), odd, o0);
                e1 = Vector128.MultiplyAddEstimate(Vector128.Create(a1[c]), even, e1);
                o1 = Vector128.MultiplyAddEstimate(Vector128.Create(a1[c + 1]), odd, o1);
                e2 = Vector128.MultiplyAddEstimate(Vector128.Create(a2[c]), even, e2);
                o2 = Vector128.MultiplyAddEstimate(Vector128.Create(a2[c + 1]), odd, o2);
                e3 = Vector128.MultiplyAddEstimate(Vector128.Create(a3[c]), even, e3);
                o3 = Vector128.MultiplyAddEstimate(Vector128.Create(a3[c + 1]), odd, o3);
                e4 = Vector128.MultiplyAddEstimate(Vector128.Create(a4[c]), even, e4);
                o4 = Vector128.MultiplyAddEstimate(Vector128.Create(a4[c + 1]), odd, o4);
                e5 = Vector128.MultiplyAddEstimate(Vector128.Create(a5[c]), even, e5);
                o5 = Vector128.MultiplyAddEstimate(Vector128.Create(a5[c + 1]), odd, o5);
            }

            if (c == count) continue;
            Vector128<float> last = Vector128.Load(b);
            b += bStep;
            e0 = Vector128.MultiplyAddEstimate(Vector128.Create(a0[c]), last, e0);
            e1 = Vector128.MultiplyAddEstimate(Vector128.Create(a1[c]), last, e1);
            e2 = Vector128.MultiplyAddEstimate(Vector128.Create(a2[c]), last, e2);
            e3 = Vector128.MultiplyAddEstimate(Vector128.Create(a3[c]), last, e3);
            e4 = Vector128.MultiplyAddEstimate(Vector128.Create(a4[c]), last, e4);
            e5 = Vector128.MultiplyAddEstimate(Vector128.Create(a5[c]), last, e5);
        }

        Put(e0 + o0, to[0] + column, add);
        Put(e1 + o1, to[1] + column, add);
        Put(e2 + o2, to[2] + column, add);
        Put(e3 + o3, to[3] + column, add);
        Put(e4 + o4, to[4] + column, add);
        Put(e5 + o5, to[5] + column, add);
    }

    private static void Put(Vector128<float> sum, float* to, bool add) => (add ? Vector128.Load(to) + sum : sum).Store(to);
}

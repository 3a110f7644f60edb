using System.Numerics;

namespace RvcNative.Core.Cpu;

/// <summary>Sums and extremes over a row of any length; sums are kept in double.</summary>
internal static unsafe partial class Simd
{
    internal static float Max(float* x, int count)
    {
        float largest = float.NegativeInfinity;
        int index = 0;
        if (count >= Step)
        {
            Vector<float> lanes = Load(x);
            for (index = Step; index <= count - Step; index += Step) lanes = Vector.Max(lanes, Load(x + index));
            for (int lane = 0; lane < Step; lane++) largest = MathF.Max(largest, lanes[lane]);
        }

        for (; index < count; index++) largest = MathF.Max(largest, x[index]);
        return largest;
    }

    /// <summary>x = e^(x - largest) / sum(e^(x - largest)).</summary>
    internal static void Softmax(float* x, int count) => Map(new Scale(Exponentials(x, count)), x, x, count);

    /// <summary>x = e^(x - largest).</summary>
    /// <returns>What makes a softmax of it: 1 / sum(x).</returns>
    internal static float Exponentials(float* x, int count)
    {
        Vector<float> largest = new(Max(x, count));
        Vector<double> sum = Vector<double>.Zero;
        for (int index = 0; index < count; index += Step)
        {
            Vector<float> e = First(Exp(Load(x + index) - largest), count - index);
            Store(e, x + index, count - index);
            sum += Halves(e);
        }

        return (float)(1 / Vector.Sum(sum));
    }

    /// <summary>sum(a * b).</summary>
    internal static double Dot(float* a, float* b, int count)
    {
        Vector<double> sum = Vector<double>.Zero;
        for (int index = 0; index < count; index += Step) sum += Halves(First(Load(a + index) * Load(b + index), count - index));
        return Vector.Sum(sum);
    }

    /// <summary>Sum of the lanes.</summary>
    internal static float Total(Vector<float> sums) => (float)Vector.Sum(Halves(sums));

    private static Vector<double> Halves(Vector<float> x)
    {
        Vector.Widen(x, out Vector<double> low, out Vector<double> high);
        return low + high;
    }
}

using System.Runtime.InteropServices;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// A Toom-Cook form F(m,r): m neighbouring outputs of r taps from m + r - 1 products in place of m * r (Winograd 1980; the matrices as in Lavin and
/// Gray 2016, arXiv:1509.09308). With polynomials evaluated at n = m + r - 1 points, V_l [n,l] the evaluation of l coefficients and V = V_n:
/// y = V_m^T ((V_r g) * (V^-T x)), for a correlation is the transpose of a product of polynomials.
/// </summary>
internal readonly unsafe struct ToomCookForm
{
    /// <summary>
    /// The finite points by their number. Of all sets of fractions up to 4 these amplify rounding errors least (by the norms of the matrices; figures in
    /// docs/performance.md); the set with an infinite point and the reciprocals is itself, so that no coefficient grows large.
    /// </summary>
    private static readonly double[][] s_points =
    [
        [], [0], [0, 1], [0, 1, -1], [0, -1, 2, 0.5], [0, 1.5, -1.5, 2.0 / 3, -2.0 / 3], [0, 1, 0.5, 3, -2.0 / 3, -4.0 / 3],
        [0, 1, -1, 2, -2, 0.5, -0.5], [0, -1, -2, -0.5, 1.0 / 3, 3, 0.75, 4.0 / 3],
    ];

    /// <summary>Its matrices live as long as the program.</summary>
    internal ToomCookForm(int outputs, int taps)
    {
        (Outputs, Taps) = (outputs, taps);
        int points = Points;
        Input = Floats(points * points);
        Weight = Floats(points * taps);
        WeightTransposed = Floats(points * taps);
        Output = Floats(outputs * points);
        OutputTransposed = Floats(outputs * points);
        double[,] inverse = Inverse(Evaluation(points)), ofOutputs = Evaluation(outputs), ofTaps = Evaluation(taps);
        for (int p = 0; p < points; p++)
        {
            // A power of two moves from the inputs' factors to the weights', which rounds nothing and keeps both near one.
            double largest = 0;
            for (int i = 0; i < points; i++) largest = Math.Max(largest, Math.Abs(inverse[i, p]));
            double scale = Math.Pow(2, Math.Round(-Math.Log2(largest)));
            for (int i = 0; i < points; i++) Input[(p * points) + i] = (float)(inverse[i, p] * scale);
            for (int k = 0; k < taps; k++) Weight[(p * taps) + k] = WeightTransposed[(k * points) + p] = (float)(ofTaps[p, k] / scale);
            for (int o = 0; o < outputs; o++) Output[(o * points) + p] = OutputTransposed[(p * outputs) + o] = (float)ofOutputs[p, o];
        }
    }

    /// <summary>m.</summary>
    internal int Outputs { get; }

    /// <summary>r.</summary>
    internal int Taps { get; }

    /// <summary>n = m + r - 1.</summary>
    internal int Points => Outputs + Taps - 1;

    /// <summary>[n,n]: what is multiplied, from n inputs.</summary>
    internal float* Input { get; }

    /// <summary>[n,r]: what it is multiplied by, from r taps.</summary>
    internal float* Weight { get; }

    /// <summary>[m,n]: outputs from products.</summary>
    internal float* Output { get; }

    /// <summary>[n,m]: the products' gradients from the outputs'.</summary>
    internal float* OutputTransposed { get; }

    /// <summary>[r,n]: the taps' gradients from those of what they became.</summary>
    internal float* WeightTransposed { get; }

    private static float* Floats(int count) => (float*)NativeMemory.Alloc((nuint)count, sizeof(float));

    /// <summary>[n,count]: powers of the points, and the highest coefficient for infinity.</summary>
    private double[,] Evaluation(int count)
    {
        double[,] powers = new double[Points, count];
        for (int p = 0; p < Points - 1; p++)
        {
            for (int i = 0; i < count; i++) powers[p, i] = Math.Pow(s_points[Points - 1][p], i);
        }

        powers[Points - 1, count - 1] = 1;
        return powers;
    }

    /// <summary>By Gauss and Jordan with pivots.</summary>
    private static double[,] Inverse(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] inverse = new double[n, n];
        for (int i = 0; i < n; i++) inverse[i, i] = 1;
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++)
            {
                if (Math.Abs(matrix[row, column]) > Math.Abs(matrix[pivot, column])) pivot = row;
            }

            double divisor = matrix[pivot, column];
            for (int j = 0; j < n; j++)
            {
                (matrix[pivot, j], matrix[column, j]) = (matrix[column, j], matrix[pivot, j] / divisor);
                (inverse[pivot, j], inverse[column, j]) = (inverse[column, j], inverse[pivot, j] / divisor);
            }

            for (int row = 0; row < n; row++)
            {
                double factor = matrix[row, column];
                if (row == column || factor == 0) continue;
                for (int j = 0; j < n; j++)
                {
                    matrix[row, j] -= factor * matrix[column, j];
                    inverse[row, j] -= factor * inverse[column, j];
                }
            }
        }

        return inverse;
    }
}

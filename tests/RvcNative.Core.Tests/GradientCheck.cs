namespace RvcNative.Core.Tests;

/// <summary>
/// Compares an op's analytic gradients with finite differences of a loss sum(seed * y), which is summed in double. The arena is filled
/// with NaN first, so that an op which reads or adds to what it should have written is found.
/// </summary>
internal static class GradientCheck
{
    private const int SingleElements = 12;

    /// <param name="op">Records the op. Masks and ids come from outside (<see cref="Constant(Backend, Shape, float[])"/>).</param>
    /// <param name="step">Difference h of the fourth-order formula; a kink of the op must be more than 2 h away.</param>
    /// <param name="tolerance">Allowed error, relative to the gradient's norm.</param>
    /// <param name="gradientFrom">For each input, its first batch item that has a gradient; its number of items makes it a constant.</param>
    internal static void Run(
        Backend backend, Func<Tape, Tensor[], Tensor> op, (Shape Shape, float[] Values)[] inputs,
        float step = 1f / 64, float tolerance = 1e-3f, int[]? gradientFrom = null)
    {
        int[] from = gradientFrom ?? new int[inputs.Length];
        using GradientGraph graph = new(backend, op, inputs, from, seeds: [1]);
        float[]?[] gradients = graph.Gradients();
        for (int input = 0; input < inputs.Length; input++)
        {
            if (gradients[input] is { } gradient) CheckInput(graph, input, gradient, inputs[input].Values, step, tolerance);
        }

        CheckAccumulation(backend, op, inputs, from, gradients);
    }

    /// <summary>A tensor of the op that is not differentiated: a mask.</summary>
    internal static Tensor Constant(Backend backend, Shape shape, float[] values)
    {
        Tensor tensor = backend.NewTensor(shape);
        backend.Write(values, tensor);
        return tensor;
    }

    internal static Tensor Constant(Backend backend, Shape shape, long[] values)
    {
        Tensor tensor = backend.NewTensor(shape, DType.I64);
        backend.Write(values, tensor);
        return tensor;
    }

    private static void CheckInput(GradientGraph graph, int input, float[] gradient, float[] values, float step, float tolerance)
    {
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        int first = graph.FirstElement(input), count = gradient.Length - first;

        Random random = new(17 + input);
        float[] direction = new float[gradient.Length];
        for (int index = first; index < direction.Length; index++) direction[index] = random.Next(2) == 0 ? -1 : 1;
        Compare($"input {input} in a random direction", gradient.Zip(direction, (g, d) => (double)g * d).Sum(), direction, norm);

        for (int single = 0; single < Math.Min(SingleElements, count); single++)
        {
            int element = count <= SingleElements ? first + single : first + random.Next(count);
            float[] unit = new float[gradient.Length];
            unit[element] = 1;
            Compare($"input {input}, element {element}", gradient[element], unit, norm / Math.Sqrt(count));
        }

        void Compare(string what, double analytic, float[] along, double scale)
        {
            double numeric = graph.Slope(input, values, along, step);
            double noise = Math.Pow(2, -22) * graph.OutputNorm() / step;
            double allowed = (tolerance * Math.Max(scale, Math.Max(Math.Abs(analytic), Math.Abs(numeric)))) + noise;
            Assert.True(Math.Abs(analytic - numeric) <= allowed,
                $"gradient of {what}: analytic {analytic:g7}, finite differences {numeric:g7}, allowed error {allowed:g3}");
        }
    }

    /// <summary>With the op applied twice to the same inputs, the second backward must add to what the first has written.</summary>
    private static void CheckAccumulation(
        Backend backend, Func<Tape, Tensor[], Tensor> op, (Shape Shape, float[] Values)[] inputs, int[] from, float[]?[] firstGradients)
    {
        using GradientGraph second = new(backend, op, inputs, from, seeds: [2]), both = new(backend, op, inputs, from, seeds: [1, 2]);
        float[]?[] secondGradients = second.Gradients(), sums = both.Gradients();
        for (int input = 0; input < inputs.Length; input++)
        {
            if (sums[input] is not { } sum) continue;
            double largest = sum.Max(Math.Abs);
            for (int element = 0; element < sum.Length; element++)
            {
                double wanted = (double)firstGradients[input]![element] + secondGradients[input]![element];
                Assert.True(Math.Abs(sum[element] - wanted) <= (1e-4 * largest) + 1e-30,
                    $"gradient of input {input}, element {element}, of two uses: {sum[element]:g7}, sum of single uses {wanted:g7}");
            }
        }
    }
}

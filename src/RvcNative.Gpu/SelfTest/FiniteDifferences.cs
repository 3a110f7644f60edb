using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

/// <summary>
/// The gradient of L = sum(weights * y) along a random direction d against (L(x + h d) - L(x - h d)) / 2h, on the device alone: the forward and
/// the backward kernels of an op agree with each other.
/// </summary>
public static class FiniteDifferences
{
    private const float Step = 1e-2f;
    private const double Limit = 2e-3;

    /// <summary>Ops whose kernels do several things at once.</summary>
    public static IEnumerable<(string Name, Func<Tape, Tensor[], Tensor> Op, Shape[] Inputs)> Cases()
    {
        yield return ("Conv with tanh", (tape, x) => Op.Conv(tape, x[0], x[1], x[2], ConvGeometry.Same(5, 2), new(Activation.Tanh)), [[2, 30, 6], [5, 6, 9], [9]]);
        yield return ("Conv with residual", (tape, x) => Op.Conv(tape, x[0], x[1], x[2], ConvGeometry.Same(3), new(Residual: x[3])), [[2, 30, 16], [3, 16, 20], [20], [2, 30, 20]]);
        yield return ("Conv transposed", (tape, x) => Op.Conv(tape, x[0], x[1], x[2], new(8, 4, 1, 2, 2) { Transposed = true }), [[2, 11, 7], [8, 7, 5], [5]]);
        yield return ("Conv in groups", (tape, x) => Op.Conv(tape, x[0], x[1], x[2], new(9, 2, 1, 4, 4) { Groups = 4 }), [[2, 33, 16], [9, 4, 32], [32]]);
        yield return ("Gate", (tape, x) => Op.Gate(tape, x[0], x[1], 3), [[2, 40, 10], [2, 1, 15]]);
        yield return ("LayerNorm", (tape, x) => Op.LayerNorm(tape, x[0], x[1], x[2]), [[2, 9, 17], [17], [17]]);
        yield return ("Attention", (tape, x) => Op.Attention(tape, x[0], x[1], x[2], x[3], x[4], Ones(tape, 2, 12), 2), [[2, 12, 10], [2, 12, 10], [2, 12, 10], [1, 7, 5], [1, 7, 5]]);
        yield return ("Reparameterize", (tape, x) => Op.Reparameterize(tape, x[0], Ones(tape, 2, 9, 5), 1, Ones(tape, 2, 9)), [[2, 9, 10]]);
        yield return ("Stft", (tape, x) => Op.StftMagnitude(tape, x[0], Ones(tape, 64), new(64, 16, 64, 1)), [[2, 200, 1]]);
    }

    public static TrialResult Check(Backend backend, string name, Func<Tape, Tensor[], Tensor> op, Shape[] shapes)
    {
        try
        {
            double error = Error(backend, op, shapes);
            return new("finite differences", name, error, error <= Limit ? null : $"is off by {error:g2}, {Limit:g2} is allowed");
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            return new("finite differences", name, double.NaN, failure.Message);
        }
    }

    private static double Error(Backend backend, Func<Tape, Tensor[], Tensor> op, Shape[] shapes)
    {
        Random random = new(5);
        Tape tape = new(backend);
        Tensor[] inputs = [.. shapes.Select(shape => tape.Input(shape, requiresGradient: true))];
        tape.StartPhase("forward");
        Tensor y = tape.Keep(op(tape, inputs));
        float[] weights = Normal(random, y.Count);
        tape.Differentiate(() =>
        {
            Gradient dy = tape.Into(y);
            tape.Run(() => backend.Write(weights, dy.Tensor!), dy.Tensor);
        });
        tape.StartPhase("backward");
        tape.Backward();
        Tensor[] gradients = [.. inputs.Select(input => tape.Keep(Tape.GradientOf(input)!))];
        foreach (Tensor input in inputs) tape.Keep(input);
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);

        float[][] values = [.. shapes.Select(shape => Normal(random, shape.Count))], directions = [.. shapes.Select(shape => Normal(random, shape.Count))];
        Write(0);
        program.Run();
        double expected = 0, size = 0;
        for (int input = 0; input < inputs.Length; input++)
        {
            float[] gradient = backend.ToArray(gradients[input]);
            for (int i = 0; i < gradient.Length; i++)
            {
                expected += (double)gradient[i] * directions[input][i];
                size += Math.Pow((double)gradient[i] * directions[input][i], 2);
            }
        }

        double found = (Loss(Step) - Loss(-Step)) / (2 * Step);
        return Math.Abs(found - expected) / Math.Sqrt(size);

        double Loss(float step)
        {
            Write(step);
            program.RunPhase(0);
            return backend.ToArray(y).Zip(weights, (value, weight) => (double)value * weight).Sum();
        }

        void Write(float step)
        {
            for (int input = 0; input < inputs.Length; input++) backend.Write([.. values[input].Zip(directions[input], (value, direction) => value + (step * direction))], inputs[input]);
        }
    }

    private static Tensor Ones(Tape tape, params int[] sizes)
    {
        Tensor ones = tape.Backend.NewTensor(Shape.Create(sizes));
        float[] values = new float[ones.Count];
        Array.Fill(values, 1);
        tape.Backend.Write(values, ones);
        return ones;
    }

    private static float[] Normal(Random random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(0.7 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }
}

namespace RvcNative.Core.Tests;

/// <summary>A program of an op, once for each seed on the same inputs, whose loss is the sum of all outputs times random numbers.</summary>
internal sealed class GradientGraph : IDisposable
{
    private readonly Backend _backend;
    private readonly (Shape Shape, float[] Values)[] _values;
    private readonly int[] _from;
    private readonly Tensor[] _inputs;
    private readonly List<(Tensor Y, float[] Seed)> _outputs = [];
    private readonly Arena _arena;
    private readonly StepProgram _program;

    internal GradientGraph(
        Backend backend, Func<Tape, Tensor[], Tensor> op, (Shape Shape, float[] Values)[] values, int[] from, int[] seeds)
    {
        (_backend, _values, _from, _arena) = (backend, values, from, new Arena(backend));
        Tape tape = new(backend);
        tape.StartPhase("forward");
        _inputs = [.. values.Select((input, index) => Input(tape, input.Shape, from[index]))];
        foreach (int seed in seeds) Record(tape, op, seed);
        tape.StartPhase("backward");
        tape.Backward();
        foreach (Tensor input in _inputs)
        {
            if (input.Gradient is { } gradient) tape.Keep(gradient);
        }

        _program = tape.Compile(_arena);
        Poison();
    }

    /// <summary>Gradients in the inputs' shapes, 0 where an input has none for its first items, null for constants.</summary>
    internal float[]?[] Gradients()
    {
        Write(-1, []);
        _program.Run();
        float[]?[] gradients = new float[_inputs.Length][];
        for (int index = 0; index < _inputs.Length; index++)
        {
            if (!_inputs[index].RequiresGradient) continue;
            Assert.True(_inputs[index].Gradient is not null, $"the op has written no gradient for input {index}");
            gradients[index] = new float[_inputs[index].Count];
            _backend.Read(_inputs[index].Gradient!, gradients[index].AsSpan(FirstElement(index)));
        }

        return gradients;
    }

    /// <summary>The first result of the last run.</summary>
    internal float[] Output() => _backend.ToArray(_outputs[0].Y);

    /// <summary>Forward and backward on what the inputs hold.</summary>
    internal void Run() => _program.Run();

    internal int FirstElement(int input) => _inputs[input].Count / _inputs[input].Shape[0] * _from[input];

    /// <summary>Derivative of the loss when an input moves along a direction, of fourth order in the step.</summary>
    internal double Slope(int input, float[] values, float[] along, float step)
    {
        double slope = 0;
        foreach ((int steps, double weight) in (ReadOnlySpan<(int, double)>)[(1, 8), (-1, -8), (2, -1), (-2, 1)])
        {
            Write(input, [.. values.Zip(along, (value, d) => value + (steps * step * d))]);
            slope += weight * Loss();
        }

        return slope / (12 * step);
    }

    /// <summary>Size of the terms of the loss, of which rounding errors are a fraction.</summary>
    internal double OutputNorm() => Math.Sqrt(_outputs.Sum(output =>
        Tail(output.Y).Zip(output.Seed, (y, seed) => (double)y * seed * y * seed).Sum()));

    public void Dispose() => _arena.Dispose();

    private static Tensor Input(Tape tape, Shape shape, int from)
    {
        Tensor input = tape.New(shape, requiresGradient: from < shape[0], from < shape[0] ? from : 0);
        input.Buffer.Touch(0);
        return input;
    }

    private void Record(Tape tape, Func<Tape, Tensor[], Tensor> op, int seed)
    {
        Tensor y = tape.Keep(op(tape, _inputs));
        Assert.True(y.RequiresGradient, "the op's result is not differentiated");
        float[] weights = RandomValues.Normal(y.Count / y.Shape[0] * (y.Shape[0] - y.GradientFrom), 1000 + seed);
        _outputs.Add((y, weights));
        tape.Differentiate(() =>
        {
            Gradient dy = tape.Into(y);
            Assert.False(dy.Accumulate, "the loss is the only reader of the op's result");
            tape.Run(() => _backend.Write(weights, dy.Tensor!), dy.Tensor);
        });
    }

    private double Loss()
    {
        _program.RunPhase(0);
        return _outputs.Sum(output => Tail(output.Y).Zip(output.Seed, (y, seed) => (double)y * seed).Sum());
    }

    private float[] Tail(Tensor y) => _backend.ToArray(y.From(y.GradientFrom));

    private void Write(int changed, float[] values)
    {
        for (int index = 0; index < _inputs.Length; index++) _backend.Write(index == changed ? values : _values[index].Values, _inputs[index]);
    }

    private void Poison()
    {
        Storage storage = _outputs[0].Y.Buffer.Storage!;
        float[] poison = new float[storage.Bytes / sizeof(float)];
        Array.Fill(poison, float.NaN);
        _backend.Write(poison, new Tensor(new Buffer(storage), [poison.Length], DType.F32, 0));
    }
}

namespace RvcNative.Core;

/// <summary>
/// All parameters of a network, in state-dict order, packed into one tensor each of values, gradients and moments, so that AdamW,
/// the gradient's norm and the check for non-finite values are one pass.
/// </summary>
public sealed class ParameterSet
{
    private const int Alignment = 16;   // elements: every parameter starts at a multiple of 64 bytes
    private readonly Dictionary<string, Parameter> _byName = [];

    /// <param name="trained">Without it there are no gradients and no optimiser state (inference).</param>
    public ParameterSet(Backend backend, IReadOnlyList<Parameter> parameters, bool trained)
    {
        Parameters = parameters;
        Trained = trained;
        int count = 0;
        foreach (Parameter parameter in parameters)
        {
            if (!_byName.TryAdd(parameter.Name, parameter)) throw new ArgumentException($"two parameters are called {parameter.Name}");
            count += Padded(parameter.Shape.Count);
        }

        Values = backend.NewTensor([count]);
        Gradients = trained ? backend.NewTensor([count]) : Values;
        Means = trained ? backend.NewTensor([count]) : Values;
        Variances = trained ? backend.NewTensor([count]) : Values;
        int offset = 0;
        foreach (Parameter parameter in parameters)
        {
            Shape shape = parameter.Shape;
            parameter.Bind(
                Backend.Part(Values, offset, shape), Backend.Part(Gradients, offset, shape), Backend.Part(Means, offset, shape), Backend.Part(Variances, offset, shape));
            parameter.Frozen = !trained;
            offset += Padded(shape.Count);
        }
    }

    /// <summary>In state-dict order, which is also the order of optimiser state.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    public bool Trained { get; }

    /// <summary>[N] of all values; the gaps between parameters are 0.</summary>
    public Tensor Values { get; }

    public Tensor Gradients { get; }

    public Tensor Means { get; }

    public Tensor Variances { get; }

    public Parameter this[string name] => _byName.TryGetValue(name, out Parameter? parameter)
        ? parameter
        : throw new KeyNotFoundException($"no parameter is called {name}");

    /// <summary>Leaves the set's gradients out of everything that is recorded until Thaw.</summary>
    public void Freeze()
    {
        foreach (Parameter parameter in Parameters) parameter.Frozen = true;
    }

    public void Thaw()
    {
        foreach (Parameter parameter in Parameters) parameter.Frozen = !Trained;
    }

    private static int Padded(int count) => (count + Alignment - 1) / Alignment * Alignment;
}

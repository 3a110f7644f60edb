using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>
/// Collects a network's parameters under mainline's names while its layers are made, in the order of PyTorch's state_dict (a module's
/// own parameters, then its children as they were registered). <see cref="Build"/> gives them memory and first values.
/// </summary>
public sealed class ParameterBuilder
{
    private readonly Backend _backend;
    private readonly string _prefix;
    private readonly List<(Parameter Parameter, Initial Initial)> _parameters;
    private readonly List<NormedWeight> _normed;

    public ParameterBuilder(Backend backend) : this(backend, "", [], [])
    {
    }

    private ParameterBuilder(Backend backend, string prefix, List<(Parameter Parameter, Initial Initial)> parameters, List<NormedWeight> normed) =>
        (_backend, _prefix, _parameters, _normed) = (backend, prefix, parameters, normed);

    /// <summary>The same collection, with names under <paramref name="child"/>.</summary>
    public ParameterBuilder Scope(string child) => new(_backend, $"{_prefix}{child}.", _parameters, _normed);

    public ParameterBuilder Scope(string list, int index) => Scope($"{list}.{index}");

    /// <summary>A parameter whose axes are the same here and in a checkpoint.</summary>
    public Parameter Add(string name, Shape shape, Initial initial) => Add(name, shape, ParameterLayout.Same, shape, initial);

    public Parameter Add(string name, Shape shape, ParameterLayout layout, Shape checkpointShape, Initial initial)
    {
        Parameter parameter = new(_prefix + name, shape, layout, checkpointShape);
        _parameters.Add((parameter, initial));
        return parameter;
    }

    internal void Add(NormedWeight weight) => _normed.Add(weight);

    /// <summary>Binds all parameters to memory of the backend and fills them from the seed, each from a stream of its own name.</summary>
    public ParameterSet Build(bool trained, ulong seed)
    {
        ParameterSet set = new(_backend, [.. _parameters.Select(entry => entry.Parameter)], trained);
        foreach ((Parameter parameter, Initial initial) in _parameters)
        {
            float[] values = new float[parameter.Shape.Count];
            initial.Fill(values, RandomStream.Named(seed, $"init.{parameter.Name}"));
            _backend.Write(values, parameter.Value);
        }

        foreach (NormedWeight weight in _normed)
        {
            weight.Allocate(_backend);
            weight.StartAtNorm(_backend);
        }

        return set;
    }

    /// <summary>The weights under weight normalisation, to be refreshed after every change of their parameters.</summary>
    public IReadOnlyList<NormedWeight> Normed => _normed;
}

using RvcNative.Core;

namespace RvcNative.Nn;

/// <summary>
/// Collects a network's parameters under mainline's names while its layers are made, in the order of PyTorch's state_dict (a module's
/// own parameters, then its children as they were registered). <see cref="Build"/> gives them memory and first values.
/// </summary>
public sealed class ParameterBuilder
{
    /// <summary>A whole weight of a discriminator would be 20 MiB of memory that the process keeps.</summary>
    private const int FirstValuesAtOnce = 1 << 16;
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
        float[] piece = new float[FirstValuesAtOnce];
        ParameterSet set = new(_backend, [.. _parameters.Select(entry => entry.Parameter)], trained);
        foreach ((Parameter parameter, Initial initial) in _parameters)
        {
            RandomStream random = RandomStream.Named(seed, $"init.{parameter.Name}");
            for (int first = 0; first < parameter.Shape.Count; first += piece.Length)
            {
                Span<float> values = piece.AsSpan(0, Math.Min(piece.Length, parameter.Shape.Count - first));
                initial.Fill(values, random);
                _backend.Write(values, Backend.Part(parameter.Value, first, [values.Length]));
            }
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

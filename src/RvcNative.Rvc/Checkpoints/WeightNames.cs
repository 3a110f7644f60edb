using RvcNative.Core;
using RvcNative.Formats.Pth;
using RvcNative.Nn;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>Finds a network's parameters in a state dict under either name that PyTorch gives to weight normalisation.</summary>
internal static class WeightNames
{
    private const int NamesShown = 6;

    /// <summary>Loads every parameter of the network; keys that it does not have are left alone.</summary>
    /// <param name="table">A parameter of which there may be fewer rows than the network has.</param>
    /// <exception cref="Formats.FileFormatException">Parameters are missing or have another shape; the message lists them.</exception>
    internal static void Load(PickleNode stateDict, Network network, string? table = null)
    {
        List<string> problems = [];
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            if (!TryFind(stateDict, parameter.Name, out PickleNode node))
            {
                problems.Add($"{parameter.Name} is missing");
                continue;
            }

            PickleTensor tensor = node.Tensor();
            if (parameter.Name == table && tensor.Shape is [int rows, int width] && width == parameter.CheckpointShape[1] && rows < parameter.CheckpointShape[0])
            {
                float[] values = network.Save(parameter, parameter.Value);
                tensor.Load().ToFloat32().CopyTo(values.AsSpan());
                if (problems.Count == 0) network.Load(parameter, values);
                continue;
            }

            if (!tensor.Shape.AsSpan().SequenceEqual(parameter.CheckpointShape.ToArray()))
            {
                problems.Add($"{parameter.Name} is [{string.Join(',', tensor.Shape)}], wanted is {parameter.CheckpointShape}");
                continue;
            }

            if (problems.Count == 0) network.Load(parameter, tensor.Load().ToFloat32());
        }

        if (problems.Count > 0)
        {
            string more = problems.Count > NamesShown ? $" and {problems.Count - NamesShown} more" : "";
            throw stateDict.Fault($"does not fit this network: {string.Join("; ", problems.Take(NamesShown))}{more}; is it of another version, sample rate or configuration?");
        }

        network.Refresh();
    }

    /// <summary>The name that newer PyTorch (torch.nn.utils.parametrizations.weight_norm, as Applio uses it) gives to a parameter.</summary>
    internal static string Parametrized(string name) =>
        name.EndsWith(".weight_g", StringComparison.Ordinal) ? $"{name[..^".weight_g".Length]}.parametrizations.weight.original0"
        : name.EndsWith(".weight_v", StringComparison.Ordinal) ? $"{name[..^".weight_v".Length]}.parametrizations.weight.original1"
        : name;

    /// <summary>Mainline's name of a parameter that may have the newer one.</summary>
    internal static string Plain(string name) => name
        .Replace(".parametrizations.weight.original0", ".weight_g", StringComparison.Ordinal)
        .Replace(".parametrizations.weight.original1", ".weight_v", StringComparison.Ordinal);

    internal static bool TryFind(PickleNode stateDict, string name, out PickleNode node) =>
        stateDict.TryGet(name, out node) || stateDict.TryGet(Parametrized(name), out node);
}

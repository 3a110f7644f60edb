using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>A step that changed nothing because a loss or a gradient was not finite.</summary>
/// <param name="Quantity">The loss or norm, and what it was.</param>
/// <param name="Tensor">The first bad tensor, in words; null where it was not looked for or not found.</param>
/// <param name="Clips">Names of the batch's clips; of those with a bad input, where there are such.</param>
internal sealed record StepFailure(NonFiniteException Cause, string Quantity, string? Tensor, IReadOnlyList<string> Clips)
{
    public override string ToString() =>
        $"{Quantity} with the clips {string.Join(", ", Clips)}{(Tensor is null ? "" : $"; the first bad tensor is {Tensor}")}";
}

/// <summary>Looks for what made a step fail: inputs first, then weights, then every result and gradient in the order in which the step computes them.</summary>
internal sealed class StepDiagnosis(GanNetworks networks, TrainingSet clips, Arena arena)
{
    /// <param name="load">Writes the inputs of batch i into its step.</param>
    internal StepFailure Of(NonFiniteException failure, IReadOnlyList<TrainingStep> steps, IReadOnlyList<Batch> batches, Action<int> load, bool looks)
    {
        string quantity = failure.Message;
        string[] all = [.. batches.SelectMany(batch => batch.Indices).Distinct().Select(clips.NameOf)];
        if (!looks) return new StepFailure(failure, quantity, null, all);
        List<(string Clip, string What)> inputs = [.. batches.SelectMany(BadInputs)];
        if (inputs.Count > 0) return new StepFailure(failure, quantity, $"the {inputs[0].What} of {inputs[0].Clip}", [.. inputs.Select(input => input.Clip).Distinct()]);
        return new StepFailure(failure, quantity, BadWeight() ?? BadResult(steps, batches, load), all);
    }

    private IEnumerable<(string Clip, string What)> BadInputs(Batch batch)
    {
        for (int row = 0; row < batch.Size; row++)
        {
            foreach ((string what, float[]? values) in ((string, float[]?)[])[("features", batch.Phone), ("pitch", batch.F0), ("spectrogram", batch.Spec), ("audio", batch.Wave)])
            {
                if (values is null) continue;
                int length = values.Length / batch.Size;
                if (Array.FindIndex(values, row * length, length, value => !float.IsFinite(value)) >= 0) yield return (clips.NameOf(batch.Indices[row]), what);
            }
        }
    }

    private string? BadWeight()
    {
        foreach (Network network in (ReadOnlySpan<Network>)[networks.Generator.Network, networks.Discriminator.Network])
        {
            foreach (Parameter parameter in network.Parameters.Parameters)
            {
                if (Array.Exists(networks.Backend.ToArray(parameter.Value), value => !float.IsFinite(value))) return $"the weight {parameter.Name}";
            }
        }

        return null;
    }

    private string? BadResult(IReadOnlyList<TrainingStep> steps, IReadOnlyList<Batch> batches, Action<int> load)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            arena.Clear();
            load(i);
            if (steps[i].FindNonFinite() is { } found) return InWords(found, batches[i]);
        }

        return null;
    }

    private string InWords(NonFiniteTensor found, Batch batch)
    {
        string value = $"{found.Value} in phase '{found.Phase}'";
        foreach (Network network in (ReadOnlySpan<Network>)[networks.Generator.Network, networks.Discriminator.Network])
        {
            foreach (Parameter parameter in network.Parameters.Parameters)
            {
                if (IsPart(found.Tensor, parameter.Gradient)) return $"the gradient of {parameter.Name} ({value})";
            }
        }

        string? layer = found.Touched.Select(tensor => networks.Generator.Network.LayerOf(tensor) ?? networks.Discriminator.Network.LayerOf(tensor))
            .FirstOrDefault(name => name is not null);
        bool hasItems = found.Tensor.Shape.Rank > 1 && found.Tensor.Shape[0] == batch.Size;
        string clip = hasItems ? $" for {clips.NameOf(batch.Indices[found.Index / (found.Tensor.Count / batch.Size)])}" : "";
        return $"a result {found.Tensor.Shape} of {found.Operation}{(layer is null ? "" : $" at {layer}")}{clip} ({value})";
    }

    private static bool IsPart(Tensor tensor, Tensor of) =>
        ReferenceEquals(tensor.Buffer, of.Buffer) && tensor.Offset >= of.Offset && tensor.Offset < of.Offset + of.Count;
}

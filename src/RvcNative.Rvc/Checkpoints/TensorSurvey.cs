using RvcNative.Core;
using RvcNative.Formats.Pth;
using RvcNative.Nn;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>A state dict beside the network that it should be of.</summary>
/// <param name="Missing">Parameters that it has not got.</param>
/// <param name="Extra">Tensors that the network does not know.</param>
/// <param name="Misshapen">Parameters of another shape: "name [found], wanted [..]".</param>
public sealed record TensorSurvey(IReadOnlyList<string> Missing, IReadOnlyList<string> Extra, IReadOnlyList<string> Misshapen)
{
    private const string Posterior = "enc_q";

    // Of MultiPeriodDiscriminator: the first is of scales, the others of periods.
    private const int ScaleLayers = 6, PeriodLayers = 5;

    /// <summary>Compares a generator's tensors with the plan's.</summary>
    /// <param name="training">Whether the posterior encoder belongs to it, as in checkpoints; voices have none.</param>
    public static TensorSurvey OfGenerator(Backend backend, PickleNode stateDict, ModelPlan plan, bool training)
    {
        Dictionary<string, int[]> wanted = Shapes(new Synthesizer(backend, plan, training: false).Network);
        if (training)
        {
            ParameterBuilder parameters = new(backend);
            _ = new PosteriorEncoder(parameters.Scope(Posterior), plan);
            foreach ((string name, int[] shape) in Shapes(new Network(backend, parameters, trained: false, seed: 0))) wanted.Add(name, shape);
        }

        Dictionary<string, int[]> found = stateDict.Keys.Where(name => stateDict[name].Value is PickleTensor)
            .ToDictionary(WeightNames.Plain, name => stateDict[name].Tensor().Shape);
        return new TensorSurvey(
            [.. wanted.Keys.Except(found.Keys)], [.. found.Keys.Except(wanted.Keys)],
            [
                .. wanted.Where(each => found.TryGetValue(each.Key, out int[]? shape) && !shape.AsSpan().SequenceEqual(each.Value))
                    .Select(each => $"{each.Key} [{string.Join(',', found[each.Key])}], wanted [{string.Join(',', each.Value)}]"),
            ]);
    }

    /// <summary>Compares a discriminator's names with those of mainline's, as many sub-discriminators as it has; widths are free.</summary>
    public static TensorSurvey OfDiscriminator(PickleNode stateDict)
    {
        List<string> found = [.. stateDict.Keys.Select(WeightNames.Plain)];
        int count = 1 + found.Select(name => name.Split('.') is ["discriminators", var number, ..] && int.TryParse(number, out int index) ? index : 0).Max();
        List<string> wanted = [];
        for (int i = 0; i < count; i++)
        {
            foreach (string layer in (IEnumerable<string>)[.. Enumerable.Range(0, i == 0 ? ScaleLayers : PeriodLayers).Select(layer => $"convs.{layer}"), "conv_post"])
            {
                wanted.AddRange(((string[])["bias", "weight_g", "weight_v"]).Select(part => $"discriminators.{i}.{layer}.{part}"));
            }
        }

        return new TensorSurvey([.. wanted.Except(found)], [.. found.Except(wanted)], []);
    }

    private static Dictionary<string, int[]> Shapes(Network network) =>
        network.Parameters.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.CheckpointShape.ToArray());
}

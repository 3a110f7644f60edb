using RvcNative.Formats.Pth;
using RvcNative.Nn;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>
/// What a G_ or D_ checkpoint has beside the numbers, so that the program that wrote it can go on from ours: the order of its parameters, which the
/// entries of its optimiser follow (mainline and Applio register the same modules in different orders), and keys that are unknown here (Applio's "scaler").
/// </summary>
public sealed class CheckpointForm
{
    private const string Scaler = "scaler";
    private static readonly string[] s_known = ["model", "iteration", "optimizer", "learning_rate", TrainingCheckpoint.SaveIdKey];

    // Where Applio's HiFi-GAN differs from mainline's: the text encoder comes first, what takes the source down after what takes the latent up.
    private static readonly string[] s_applioFirst = ["enc_p.", "dec.m_source.", "dec.conv_pre.", "dec.ups.", "dec.noise_convs."];

    private CheckpointForm(IReadOnlyList<Core.Parameter> order, IReadOnlyList<KeyValuePair<PickleValue, PickleValue>> extras) => (Order, Extras) = (order, extras);

    /// <summary>All parameters of the network, as the file lists them.</summary>
    internal IReadOnlyList<Core.Parameter> Order { get; }

    /// <summary>Top-level entries that are unknown here, in memory.</summary>
    internal IReadOnlyList<KeyValuePair<PickleValue, PickleValue>> Extras { get; }

    /// <summary>Whether the file is one of Applio's, which alone keep the state of a loss scaler.</summary>
    internal bool IsApplio => Extras.Any(entry => entry.Key is PickleString { Value: Scaler });

    /// <summary>A file of ours has the network's own order and nothing more.</summary>
    internal static CheckpointForm Of(Network network) => new(network.Parameters.Parameters, []);

    /// <summary>A file that Applio can go on from, its loss scaler at rest.</summary>
    /// <param name="vocoder">The generator's; null for discriminators, which both programs list alike.</param>
    internal static CheckpointForm OfApplio(Network network, Vocoder? vocoder)
    {
        IReadOnlyList<Core.Parameter> own = network.Parameters.Parameters;
        return new CheckpointForm(vocoder == Vocoder.HifiGan ? [.. own.OrderBy(Place)] : own, [KeyValuePair.Create((PickleValue)Scaler, (PickleValue)new PickleDict())]);

        static int Place(Core.Parameter parameter)
        {
            int place = Array.FindIndex(s_applioFirst, prefix => parameter.Name.StartsWith(prefix, StringComparison.Ordinal));
            return place < 0 ? s_applioFirst.Length : place;
        }
    }

    internal static CheckpointForm Of(PickleNode root, Network network)
    {
        Dictionary<string, Core.Parameter> byName = [];
        foreach (Core.Parameter parameter in network.Parameters.Parameters)
        {
            byName[parameter.Name] = parameter;
            byName[WeightNames.Parametrized(parameter.Name)] = parameter;
        }

        List<Core.Parameter> order = [.. root["model"].Keys.Where(byName.ContainsKey).Select(name => byName[name])];
        return new CheckpointForm(
            order.Count == network.Parameters.Parameters.Count ? order : network.Parameters.Parameters,
            [.. root.Dict().Entries.Where(entry => entry.Key is not PickleString key || !s_known.Contains(key.Value))
                .Select(entry => KeyValuePair.Create(entry.Key, InMemory(entry.Value)))]);
    }

    // The file is closed when these are written again.
    private static PickleValue InMemory(PickleValue value)
    {
        switch (value)
        {
            case PickleTensor tensor:
                return tensor.Load();
            case PickleList list:
                return new PickleList(list.Items.Select(InMemory));
            case PickleTuple tuple:
                return new PickleTuple([.. tuple.Items.Select(InMemory)]);
            case PickleDict dict:
                PickleDict copy = new(dict.Ordered) { Attributes = dict.Attributes };
                foreach ((PickleValue key, PickleValue item) in dict.Entries) copy.Set(key, InMemory(item));
                return copy;
            default:
                return value;
        }
    }
}

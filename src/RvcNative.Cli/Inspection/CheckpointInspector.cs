using RvcNative.Formats;
using RvcNative.Formats.Pth;

namespace RvcNative.Cli.Inspection;

/// <summary>
/// Files of torch.save: training checkpoints G_ and D_, small voice files, plain state dicts. Every tensor is read once, so that damage shows.
/// </summary>
internal static class CheckpointInspector
{
    private const int NamesShown = 6;
    private static readonly string[] s_voiceKeys = ["weight", "config", "info", "sr", "f0", "version"];

    internal static Inspected Inspect(string path)
    {
        using PthFile file = PthFile.Open(path);
        PickleNode root = file.Root;
        List<(string Name, PickleTensor Tensor)> tensors = [];
        Collect(root.Value, "", tensors);
        List<string> notFinite = [.. tensors.Where(tensor => !IsFinite(tensor.Tensor.Load())).Select(tensor => tensor.Name)];

        Facts facts = root.Value switch
        {
            PickleDict dict when dict.TryGet("weight", out PickleValue? weight) && weight is PickleDict && dict.TryGet("config", out _) =>
                Voice(path, root),
            PickleDict dict when dict.TryGet("model", out PickleValue? model) && model is PickleDict => Training(path, root),
            PickleDict dict when dict.Entries.Count > 0 && dict.Entries.All(entry => entry.Value is PickleTensor) =>
                new ModelShapes(root).Describe(FileInspector.Start(path, "state dict")),
            _ => FileInspector.Start(path, "torch file").Add("top", root.Value.TypeName)
                .Add("keys", root.Value is PickleDict ? root.Keys.Take(4 * NamesShown) : null),
        };
        facts.Add("tensors", tensors.Count).Add("values", tensors.Sum(tensor => FileTensor.CountElements(tensor.Tensor.Shape)));
        if (notFinite.Count > 0)
        {
            facts.Add("not_finite", notFinite.Take(NamesShown).Append(notFinite.Count > NamesShown ? $"and {notFinite.Count - NamesShown} more" : "")
                .Where(name => name.Length > 0));
        }

        return new Inspected(facts,
            [.. tensors.Select(tensor => new TensorEntry(tensor.Name, tensor.Tensor.DType.TorchName(), tensor.Tensor.Shape))]);
    }

    private static Facts Voice(string path, PickleNode root)
    {
        Facts facts = FileInspector.Start(path, "voice (small model for conversion)");
        foreach (string key in s_voiceKeys.Except(["weight", "config"]))
        {
            facts.Add(key, root.TryGet(key, out PickleNode node) ? Plain(node.Value) : "missing");
        }

        facts.Add("vocoder", root.TryGet("vocoder", out PickleNode vocoder) ? Plain(vocoder.Value) : "HiFi-GAN");
        if (root.TryGet("embedder_model", out PickleNode embedder)) facts.Add("embedder", Plain(embedder.Value));
        facts.Add("config", root["config"].Items.Select(item => $"{Plain(item.Value)}"));
        new ModelShapes(root["weight"]).DescribeSpeakers(facts);
        List<string> extra = [.. root.Keys.Except(s_voiceKeys).Except(["vocoder", "embedder_model"])];
        foreach (string key in extra) facts.Add($"extra {key}", Plain(root[key].Value));
        return facts;
    }

    private static Facts Training(string path, PickleNode root)
    {
        PickleNode model = root["model"];
        ModelShapes shapes = new(model);
        Facts facts = shapes.Describe(FileInspector.Start(path, shapes.Kind));
        if (root.TryGet("iteration", out PickleNode epoch)) facts.Add("epoch", Plain(epoch.Value));
        if (root.TryGet("learning_rate", out PickleNode rate)) facts.Add("learning_rate", Plain(rate.Value));
        if (!root.TryGet("optimizer", out PickleNode optimiser) || optimiser.Value is not PickleDict)
        {
            return facts.Add("optimiser", "none: a file to start from, not to resume");
        }

        if (optimiser.TryGet("param_groups", out PickleNode groups) && groups.Items.Count > 0 && groups[0].TryGet("lr", out PickleNode current))
        {
            facts.Add("current_learning_rate", Plain(current.Value));
        }

        if (!optimiser.TryGet("state", out PickleNode state) || state.Entries.Count == 0) return facts.Add("optimiser_steps", 0L);
        PickleNode first = state.Entries[0].Value;
        return first.TryGet("step", out PickleNode step)
            ? facts.Add("optimiser_steps", step.Value is PickleTensor tensor ? (long)tensor.Load().ToFloat64()[0] : Plain(step.Value))
            : facts;
    }

    private static void Collect(PickleValue value, string name, List<(string, PickleTensor)> tensors)
    {
        string prefix = name.Length == 0 ? "" : name + ".";
        switch (value)
        {
            case PickleTensor tensor: tensors.Add((name, tensor)); break;
            case PickleDict dict:
                foreach ((PickleValue key, PickleValue item) in dict.Entries) Collect(item, prefix + Plain(key), tensors);
                break;
            case PickleList list:
                for (int i = 0; i < list.Items.Count; i++) Collect(list.Items[i], prefix + i, tensors);
                break;
            case PickleTuple tuple:
                for (int i = 0; i < tuple.Items.Count; i++) Collect(tuple.Items[i], prefix + i, tensors);
                break;
        }
    }

    private static bool IsFinite(FileTensor tensor)
    {
        if (!tensor.DType.IsFloat()) return true;
        if (tensor.DType == FileDType.Float64) return Array.TrueForAll(tensor.ToFloat64(), double.IsFinite);
        return Array.TrueForAll(tensor.ToFloat32(), float.IsFinite);
    }

    private static object Plain(PickleValue value) => value switch
    {
        PickleInt number when number.Value >= long.MinValue && number.Value <= long.MaxValue => (long)number.Value,
        PickleInt number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        PickleFloat number => number.Value,
        PickleBool flag => flag.Value,
        PickleString text => text.Value,
        PickleNone => "None",
        PickleList list => $"[{string.Join(", ", list.Items.Select(item => $"{Plain(item)}"))}]",
        PickleTuple tuple => $"({string.Join(", ", tuple.Items.Select(item => $"{Plain(item)}"))})",
        PickleTensor tensor => $"{tensor.DType.TorchName()} {FileInspector.Shape(tensor.Shape)}",
        PickleDict dict => $"{dict.TypeName} of {dict.Entries.Count}",
        _ => value.TypeName,
    };
}

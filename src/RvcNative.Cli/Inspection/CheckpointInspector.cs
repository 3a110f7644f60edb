using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

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
        List<(string Name, long Nans, long Infinite)> notFinite =
        [
            .. tensors.Select(tensor => NotFinite(tensor.Name, tensor.Tensor.Load())).Where(tensor => tensor.Nans + tensor.Infinite > 0),
        ];

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
            facts.Add("not_finite", Some([.. notFinite.Select(tensor => tensor.Name)]))
                .Add("nan_values", notFinite.Sum(tensor => tensor.Nans)).Add("infinite_values", notFinite.Sum(tensor => tensor.Infinite));
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

        string vocoder = root.TryGet("vocoder", out PickleNode named) && named.Value is PickleString text ? text.Value : Vocoder.HifiGan.FileName();
        if (Vocoders.FromFile(vocoder) is { } known) ModelShapes.DescribeVocoder(facts, known);
        else facts.Add("vocoder", vocoder);
        if (root.TryGet("embedder_model", out PickleNode embedder)) facts.Add("embedder", Plain(embedder.Value));
        facts.Add("config", root["config"].Items.Select(item => $"{Plain(item.Value)}"));
        new ModelShapes(root["weight"]).DescribeSpeakers(facts);
        List<string> extra = [.. root.Keys.Except(s_voiceKeys).Except(["vocoder", "embedder_model"])];
        foreach (string key in extra) facts.Add($"extra {key}", Plain(root[key].Value));
        try
        {
            VoiceFile voice = VoiceFile.Read(path);
            Describe(facts, voice.Extraction);
            using CpuBackend backend = new(1);
            Describe(facts, TensorSurvey.OfGenerator(backend, root["weight"], voice.Plan, training: false));
        }
        catch (IOException fault)
        {
            facts.Add("cannot_be_used", fault.Message);
        }

        return facts;
    }

    private static void Describe(Facts facts, VoiceExtraction? extraction)
    {
        if (extraction is null) return;
        facts.Add("features", extraction.Features).Add("pitch", extraction.Pitch).Add("unvoiced", extraction.FillsUnvoiced ? "filled" : "zero");
        if (extraction.MedianPitchHz is { } median) facts.Add("median_pitch_hz", Math.Round(median, 2));
        if (extraction.SpeakerNames.Count > 0) facts.Add("speaker_names", extraction.SpeakerNames);
    }

    private static void Describe(Facts facts, TensorSurvey survey)
    {
        if (survey.Missing.Count > 0) facts.Add("missing_tensors", Some(survey.Missing));
        if (survey.Extra.Count > 0) facts.Add("extra_tensors", Some(survey.Extra));
        if (survey.Misshapen.Count > 0) facts.Add("misshapen_tensors", Some(survey.Misshapen));
    }

    private static IEnumerable<string> Some(IReadOnlyList<string> names) =>
        names.Count <= NamesShown ? names : [.. names.Take(NamesShown), $"and {names.Count - NamesShown} more"];

    // A generator is compared with the configuration beside it or, without one, with mainline's that its shapes fit.
    private static void Survey(Facts facts, string path, PickleNode model, ModelShapes shapes)
    {
        if (shapes.Network.IsDiscriminator) Describe(facts, TensorSurvey.OfDiscriminator(model));
        if (!shapes.Network.IsGenerator) return;
        string beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "config.json");
        try
        {
            RvcConfig? config = File.Exists(beside) ? ConfigFile.Read(beside)
                : shapes.Network.FittingRates() is [string rate] ? Presets.Of(shapes.Network.Version ?? ModelVersion.V2, Presets.SampleRatesHz[rate])
                : null;
            if (config is null) return;
            ModelPlan plan = ExtractedVoice.PlanOf(model, config);
            facts.Add("sample_rate_hz", plan.SampleRateHz);
            Describe(facts, ExtractedVoice.ExtractionBeside(path, plan));
            using CpuBackend backend = new(1);
            Describe(facts, TensorSurvey.OfGenerator(backend, model, plan, training: true));
        }
        catch (IOException fault)
        {
            facts.Add("cannot_be_used", fault.Message);
        }
    }

    private static Facts Training(string path, PickleNode root)
    {
        PickleNode model = root["model"];
        ModelShapes shapes = new(model);
        Facts facts = shapes.Describe(FileInspector.Start(path, shapes.Kind));
        Survey(facts, path, model, shapes);
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

    private static (string Name, long Nans, long Infinite) NotFinite(string name, FileTensor tensor)
    {
        if (!tensor.DType.IsFloat()) return (name, 0, 0);
        if (tensor.DType == FileDType.Float64)
        {
            double[] wide = tensor.ToFloat64();
            return (name, wide.LongCount(double.IsNaN), wide.LongCount(double.IsInfinity));
        }

        float[] values = tensor.ToFloat32();
        return (name, values.LongCount(float.IsNaN), values.LongCount(float.IsInfinity));
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

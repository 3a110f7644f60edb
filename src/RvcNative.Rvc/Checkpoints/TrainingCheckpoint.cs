using System.Runtime.InteropServices;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Nn;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>What a G_ or D_ checkpoint says beside its weights.</summary>
/// <param name="Epoch">mainline's "iteration".</param>
/// <param name="LearningRate">mainline's "learning_rate": that of the configuration, not the decayed one.</param>
/// <param name="CurrentRate">The decayed one, of the optimiser's parameter group.</param>
/// <param name="Form">What to write the next file with, so that its program can read that.</param>
/// <param name="SaveId">What G and D of one save share; null in files of others and of older versions.</param>
public sealed record CheckpointHeader(int Epoch, double LearningRate, double CurrentRate, CheckpointForm Form, string? SaveId);

/// <summary>Mainline's G_&lt;step&gt;.pth and D_&lt;step&gt;.pth (train/utils.py, save_checkpoint): weights and AdamW state in state-dict order.</summary>
public static class TrainingCheckpoint
{
    /// <summary>A key of ours, which mainline and Applio do not look at.</summary>
    internal const string SaveIdKey = "rvcnative_save";

    /// <summary>The save that a file says it is of; null where it does not say, or cannot be read.</summary>
    internal static string? SaveIdOf(string path)
    {
        try
        {
            using PthFile file = PthFile.Open(path);
            return file.Root.TryGet(SaveIdKey, out PickleNode id) ? id.String() : null;
        }
        catch (FileFormatException)
        {
            return null;
        }
    }

    /// <summary>Loads weights alone, as for a pretrained G or D, whose optimiser is often taken out.</summary>
    /// <param name="table">Name of a parameter of which the file may have fewer rows than the network, whose others stay as they are; null for none.</param>
    /// <returns>mainline's "iteration"; 0 where the file has none.</returns>
    public static int LoadWeights(string path, Network network, string? table = null)
    {
        using PthFile file = PthFile.Open(path);
        WeightNames.Load(Model(file), network, table);
        return file.Root.TryGet("iteration", out PickleNode epoch) && !epoch.IsNone ? epoch.Int32() : 0;
    }

    /// <summary>Loads weights and optimiser state.</summary>
    /// <exception cref="FileFormatException">Damaged, or of another network; what the network held may be overwritten in part.</exception>
    public static CheckpointHeader Load(string path, Network network, AdamW optimiser)
    {
        using PthFile file = PthFile.Open(path);
        WeightNames.Load(Model(file), network);
        PickleNode state = file.Root.Get("optimizer", "a pretrained file has no optimiser state; give it with --pretrain-g or --pretrain-d").Get("state");
        CheckpointForm form = CheckpointForm.Of(file.Root, network);
        IReadOnlyList<Parameter> parameters = form.Order;
        if (state.Entries.Count == 0)
        {
            Clear(network, optimiser);
            return Header(file.Root, form);
        }

        if (state.Entries.Count != parameters.Count)
        {
            throw state.Fault($"has {state.Entries.Count} entries, but the network has {parameters.Count} parameters");
        }

        for (int i = 0; i < parameters.Count; i++)
        {
            PickleNode entry = state[i];
            network.Backend.Write(CheckpointLayout.ToEngine(parameters[i], Moment(entry["exp_avg"], parameters[i])), parameters[i].Mean);
            network.Backend.Write(CheckpointLayout.ToEngine(parameters[i], Moment(entry["exp_avg_sq"], parameters[i])), parameters[i].Variance);
            optimiser.Step = Step(entry["step"]);
        }

        return Header(file.Root, form);
    }

    /// <summary>Writes a checkpoint; the file appears whole or not at all.</summary>
    /// <param name="learningRate">Of the configuration.</param>
    /// <param name="currentRate">The decayed one, which the optimiser's group holds.</param>
    /// <param name="form">That of the file which the training went on from; null for the network's own.</param>
    /// <param name="saveId">What G and D of one save share; null for a file that stands alone.</param>
    public static void Save(
        string path, Network network, AdamW optimiser, int epoch, double learningRate, double currentRate, CheckpointForm? form = null, string? saveId = null)
    {
        PickleDict model = new(ordered: true), state = new(), root = new();
        List<PickleValue> indices = [];
        form ??= CheckpointForm.Of(network);
        IReadOnlyList<Parameter> parameters = form.Order;
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            model[parameter.Name] = Lazy(network, parameter, parameter.Value);
            indices.Add(i);
            if (optimiser.Step == 0) continue;
            PickleDict entry = new();
            entry["step"] = FileTensor.FromFloat32([], [optimiser.Step]);
            entry["exp_avg"] = Lazy(network, parameter, parameter.Mean);
            entry["exp_avg_sq"] = Lazy(network, parameter, parameter.Variance);
            state[i] = entry;
        }

        PickleDict group = new();
        group["lr"] = currentRate;
        group["betas"] = new PickleTuple(optimiser.Settings.Beta1, optimiser.Settings.Beta2);
        group["eps"] = optimiser.Settings.Epsilon;
        group["weight_decay"] = optimiser.Settings.WeightDecay;
        group["amsgrad"] = false;
        group["maximize"] = false;
        group["foreach"] = PickleNone.Instance;
        group["capturable"] = false;
        group["differentiable"] = false;
        group["fused"] = PickleNone.Instance;
        group["decoupled_weight_decay"] = true;
        group["initial_lr"] = learningRate;
        group["params"] = new PickleList(indices);
        PickleDict optimizer = new();
        optimizer["state"] = state;
        optimizer["param_groups"] = new PickleList(group);
        root["model"] = model;
        root["iteration"] = epoch;
        root["optimizer"] = optimizer;
        root["learning_rate"] = learningRate;
        foreach ((PickleValue key, PickleValue value) in form.Extras) root.Set(key, value);
        if (saveId is not null) root[SaveIdKey] = saveId;
        PthFile.Write(path, root);
    }

    /// <summary>Reads a file back that was just written and compares every tensor with the network and its optimiser.</summary>
    /// <exception cref="FileFormatException">It does not hold what was written.</exception>
    public static void Verify(string path, Network network, AdamW optimiser, string saveId)
    {
        using PthFile file = PthFile.Open(path);
        PickleNode model = Model(file);
        IReadOnlyList<Parameter> parameters = CheckpointForm.Of(file.Root, network).Order;
        if (file.Root.Get(SaveIdKey).String() != saveId) throw file.Root[SaveIdKey].Fault("is not what was written; is the disk failing?");
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            Compare(model[parameter.Name], parameter, parameter.Value);
            if (optimiser.Step == 0) continue;
            PickleNode entry = file.Root["optimizer"]["state"][i];
            Compare(entry["exp_avg"], parameter, parameter.Mean);
            Compare(entry["exp_avg_sq"], parameter, parameter.Variance);
        }

        void Compare(PickleNode node, Parameter parameter, Tensor values)
        {
            bool same = MemoryMarshal.AsBytes<float>(network.Save(parameter, values)).SequenceEqual(node.Tensor().Load().Data);
            if (!same) throw node.Fault("read back is not what was written; is the disk failing?");
        }
    }

    private static PickleTensor Lazy(Network network, Parameter parameter, Tensor values) => new(
        FileDType.Float32, parameter.CheckpointShape.ToArray(), stream => stream.Write(MemoryMarshal.AsBytes<float>(network.Save(parameter, values))));

    internal static PickleNode Model(PthFile file) => file.Root.Get("model", "is it a small voice file (for `infer`)?");

    private static CheckpointHeader Header(PickleNode root, CheckpointForm form)
    {
        int epoch = root.TryGet("iteration", out PickleNode iteration) ? iteration.Int32() : 0;
        double rate = root.TryGet("learning_rate", out PickleNode configured) ? configured.Double() : 0;
        double current = root["optimizer"]["param_groups"][0]["lr"].Double();
        string? saveId = root.TryGet(SaveIdKey, out PickleNode id) ? id.String() : null;
        return new CheckpointHeader(epoch, rate, current, form, saveId);
    }

    // As torch has it before an optimiser's first step.
    private static void Clear(Network network, AdamW optimiser)
    {
        float[] zeros = new float[network.Parameters.Values.Count];
        network.Backend.Write(zeros, network.Parameters.Means);
        network.Backend.Write(zeros, network.Parameters.Variances);
        optimiser.Step = 0;
    }

    private static float[] Moment(PickleNode node, Parameter parameter)
    {
        PickleTensor tensor = node.Tensor();
        return tensor.Shape.AsSpan().SequenceEqual(parameter.CheckpointShape.ToArray())
            ? tensor.Load().ToFloat32()
            : throw node.Fault($"is [{string.Join(',', tensor.Shape)}], but {parameter.Name} is {parameter.CheckpointShape}");
    }

    private static long Step(PickleNode node) => node.Value is PickleTensor tensor ? (long)tensor.Load().ToFloat64()[0] : node.Int64();
}

using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Checkpoints;

/// <summary>A HuBERT's tensors under one set of names (<see cref="HubertNames"/>), each read when it is asked for.</summary>
internal sealed class HubertTensors : IDisposable
{
    private const string Positions = "encoder.pos_conv_embed.conv.";
    private readonly Dictionary<string, (int[] Shape, Func<float[]> Load)> _tensors = [];
    private readonly IDisposable? _file;

    private HubertTensors(string path, IDisposable? file) => (FilePath, _file) = (path, file);

    internal string FilePath { get; }

    /// <summary>Heads that a fairseq checkpoint states.</summary>
    internal int? Heads { get; private init; }

    /// <exception cref="FileFormatException">Damaged, or no file of tensors.</exception>
    internal static HubertTensors Open(string path)
    {
        if (path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            SafetensorsReader reader = SafetensorsReader.Open(path);
            HubertTensors read = new(path, reader);
            foreach ((string name, int[] shape) in reader.Shapes) read.Add(name, shape, () => reader.Load(name).ToFloat32());
            return read;
        }

        PthFile file = PthFile.Open(path);
        PickleNode weights = file.Root.TryGet("model", out PickleNode model) && model.Value is PickleDict ? model : file.Root;
        HubertTensors tensors = new(path, file) { Heads = HeadsOf(file.Root) };
        foreach (string name in weights.Keys)
        {
            if (weights[name].Value is PickleTensor tensor) tensors.Add(name, tensor.Shape, () => tensor.Load().ToFloat32());
        }

        return tensors;
    }

    /// <summary>Tensors that are made up: those of a golden case.</summary>
    internal static HubertTensors Made(string path, IEnumerable<(string Name, int[] Shape)> shapes, Func<string, int[], float[]> make)
    {
        HubertTensors tensors = new(path, null);
        foreach ((string name, int[] shape) in shapes) tensors.Add(name, shape, () => make(name, shape));
        return tensors;
    }

    internal int[]? ShapeOf(string name) => _tensors.TryGetValue(name, out (int[] Shape, Func<float[]> Load) tensor) ? tensor.Shape : null;

    internal float[] Load(string name) => _tensors[name].Load();

    /// <summary>Shape of the positional convolution's weight, [out,in/groups,K], however it is kept.</summary>
    internal int[]? PositionShape => ShapeOf(Positions + "weight_v") ?? ShapeOf(Positions + "weight");

    /// <summary>Its weight as it takes effect.</summary>
    /// <exception cref="FileFormatException">Gains that are not one a tap.</exception>
    internal float[] LoadPositions()
    {
        if (ShapeOf(Positions + "weight_v") is not { } shape) return Load(Positions + "weight");
        if (ShapeOf(Positions + "weight_g") is not [1, 1, int taps] || taps != shape[2])
        {
            throw new FileFormatException(FilePath, $"{Positions}weight_g is [{string.Join(',', ShapeOf(Positions + "weight_g") ?? [])}], wanted is [1,1,{shape[2]}]: "
                + "a gain for each tap (weight norm over dim=2)");
        }

        return HubertPositions.Effective(Load(Positions + "weight_g"), Load(Positions + "weight_v"));
    }

    public void Dispose() => _file?.Dispose();

    private void Add(string name, int[] shape, Func<float[]> load)
    {
        if (_tensors.TryAdd(HubertNames.Of(name), (shape, load))) return;
        throw new FileFormatException(FilePath, $"holds {HubertNames.Of(name)} twice, under names of several programs; it is no checkpoint of one network");
    }

    private static int? HeadsOf(PickleNode root) =>
        root.Value is PickleDict && root.TryGet("cfg", out PickleNode cfg) && cfg.Value is PickleDict
        && cfg.TryGet("model", out PickleNode model) && model.Value is PickleDict
        && model.TryGet("encoder_attention_heads", out PickleNode heads) && heads.Value is PickleInt
            ? heads.Int32()
            : null;
}

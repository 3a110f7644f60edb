using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Nn;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>ContentVec's network (HuBERT base): the last layer's output.</summary>
public sealed class EmbedderBenchmark : NetworkBenchmark
{
    private readonly HubertEncoder _encoder;

    /// <exception cref="ArgumentException">Fewer seconds than a frame takes.</exception>
    public EmbedderBenchmark(Backend backend, double seconds) : this(backend, new HubertPlan(), seconds)
    {
    }

    internal EmbedderBenchmark(Backend backend, HubertPlan plan, double seconds) : base(seconds)
    {
        Frames = plan.FramesOf(Wave.Length);
        if (Frames < 1) throw new ArgumentException($"{seconds} s of audio have no frames; give --seconds 1 or more");
        HubertNetwork network = new(backend, plan);
        foreach (Parameter parameter in network.Weights.Parameters.Parameters)
        {
            network.Weights.Load(parameter, ProceduralStream.Parameter(parameter.Name, parameter.CheckpointShape.ToArray(), Seed));
        }

        _encoder = new HubertEncoder(backend, network);
        Flop = FlopOf(backend, network, Frames);
    }

    public override int Frames { get; }

    public long WeightBytes => _encoder.WeightBytes;

    /// <summary>Bytes of the arena, after a run.</summary>
    public long WorkingBytes => _encoder.ArenaBytes;

    internal override string PeerScript => "hubert.py";

    internal override IEnumerable<string> PeerArguments => ["--sizes", Sizes];

    /// <summary>Sizes that the shapes of the weights do not tell, as JSON for the peer.</summary>
    internal string Sizes
    {
        get
        {
            HubertPlan plan = _encoder.Plan;
            return FormattableString.Invariant(
                $"{{\"strides\":[{string.Join(',', plan.Convolutions.Select(conv => conv.Stride))}],\"heads\":{plan.Heads},\"layers\":{plan.Layers},")
                + FormattableString.Invariant($"\"position_kernel\":{plan.PositionKernel},\"position_groups\":{plan.PositionGroups},\"epsilon\":{plan.Epsilon}}}");
        }
    }

    private protected override float[] Compute() => _encoder.Run(Wave, _encoder.Plan.Layers, final: false);

    private protected override IEnumerable<KeyValuePair<string, FileTensor>> Tensors()
    {
        Network weights = _encoder.Network.Weights;
        return weights.Parameters.Parameters.Select(parameter => KeyValuePair.Create(
            parameter.Name, FileTensor.FromFloat32(parameter.CheckpointShape.ToArray(), weights.Save(parameter, parameter.Value))));
    }

    protected override void Dispose(bool disposing) => _encoder.Dispose();

    private static double FlopOf(Backend backend, HubertNetwork network, int frames)
    {
        HubertPlan plan = network.Plan;
        double flop = 4.0 * plan.Layers * frames * frames * plan.HiddenChannels;
        Tape tape = new(backend);
        backend.ConvRecorded = call => flop += ConvSize.Of(call).Flop;
        Tensor features = network.FrontEnd.Record(tape, tape.Input([1, plan.SamplesOf(frames), 1]));
        network.Record(tape, features, tape.Input([1, frames]), plan.Layers);
        backend.ConvRecorded = null;
        return flop;
    }
}

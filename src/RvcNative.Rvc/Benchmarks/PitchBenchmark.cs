using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>RMVPE, from the samples to the confidence, [T, 360].</summary>
public sealed class PitchBenchmark : NetworkBenchmark
{
    // As the golden case has them: with gains of 1 the residual blocks would grow from level to level.
    private static readonly (string Suffix, double Gain)[] s_gains = [("conv.4.weight", 0.25), ("cnn.weight", 0.25)];
    private readonly SortedDictionary<string, int[]> _shapes;
    private readonly PitchRunner _runner;

    /// <exception cref="ArgumentException">Less than a frame.</exception>
    public PitchBenchmark(Backend backend, double seconds) : this(backend, seconds, RmvpeShapes.All())
    {
    }

    internal PitchBenchmark(Backend backend, double seconds, SortedDictionary<string, int[]> shapes) : base(seconds)
    {
        if (Wave.Length < PitchMel.HopSamples) throw new ArgumentException($"{seconds} s of audio have no frames; give --seconds 1 or more");
        _shapes = shapes;
        Rmvpe network = new(backend, new PitchWeights("benchmark", name => shapes.GetValueOrDefault(name), Values));
        _runner = new RmvpeRunner(network, RmvpePadding.Mainline, backend, ownsBackend: false);
        int multiple = network.FrameMultiple, frames = (Frames + multiple - 1) / multiple * multiple;
        Tape tape = new(backend);
        backend.ConvRecorded = call => Flop += ConvSize.Of(call).Flop;
        network.Unet(tape, tape.Input([1, frames * PitchMel.Bands, 1]));
        network.Head(tape, tape.Input([1, frames, network.Features]), tape.Input([1, 1, network.StateSize]));
        backend.ConvRecorded = null;
        Flop += 2.0 * frames * network.StateSize * 3 * network.StateSize / 2;
    }

    public override int Frames => PitchMel.Frames(Wave.Length);

    internal override string PeerScript => "rmvpe.py";

    private protected override float[] Compute() => _runner.Confidence(Wave);

    // The weights, and the mel bank.
    private protected override IEnumerable<KeyValuePair<string, FileTensor>> Tensors()
    {
        MelBank bank = new(PitchMel.SampleRateHz, 1024, PitchMel.Bands, 30, PitchMel.SampleRateHz / 2.0, MelScale.Htk);
        return _shapes.Select(each => KeyValuePair.Create(each.Key, FileTensor.FromFloat32(each.Value, Values(each.Key))))
            .Prepend(new("bank", FileTensor.FromFloat32([bank.Bands, bank.Bins], bank.Weights)));
    }

    protected override void Dispose(bool disposing) => _runner.Dispose();

    private float[] Values(string name) => ProceduralStream.Parameter(
        name, _shapes[name], Seed, s_gains.Where(each => name.EndsWith(each.Suffix, StringComparison.Ordinal)).Select(each => each.Gain).FirstOrDefault(1));
}

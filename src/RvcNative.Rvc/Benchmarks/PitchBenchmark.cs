using System.Diagnostics;
using System.Runtime.InteropServices;
using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Nn;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Pitch;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>RMVPE on made-up weights and a made-up recording, from the samples to the confidence, through what extraction and conversion run.</summary>
public sealed class PitchBenchmark : IDisposable
{
    private const ulong Seed = 1234;

    // As the golden case has them: with gains of 1 the residual blocks would grow from level to level.
    private static readonly (string Suffix, double Gain)[] s_gains = [("conv.4.weight", 0.25), ("cnn.weight", 0.25)];
    private readonly SortedDictionary<string, int[]> _shapes;
    private readonly PitchRunner _runner;
    private readonly float[] _wave;

    /// <exception cref="ArgumentException">Less than a frame.</exception>
    public PitchBenchmark(Backend backend, double seconds) : this(backend, seconds, RmvpeShapes.All())
    {
    }

    internal PitchBenchmark(Backend backend, double seconds, SortedDictionary<string, int[]> shapes)
    {
        _wave = new float[(int)(seconds * PitchMel.SampleRateHz)];
        if (_wave.Length < PitchMel.HopSamples) throw new ArgumentException($"{seconds} s of audio have no frames; give --seconds 1 or more");
        RandomStream random = RandomStream.Named(Seed, "benchmark");
        for (int i = 0; i < _wave.Length; i++) _wave[i] = (float)((0.2 * Math.Sin(i * (0.05 + (0.02 * Math.Sin(i * 0.0003))))) + (0.02 * random.NextNormal()));
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

    public int Frames => PitchMel.Frames(_wave.Length);

    /// <summary>Of convolutions, linear layers and recurrent units, all in one piece.</summary>
    public double Flop { get; private set; }

    /// <summary>Runs once.</summary>
    /// <param name="confidence">[T, 360].</param>
    /// <returns>Milliseconds.</returns>
    public double Run(out float[] confidence)
    {
        long started = Stopwatch.GetTimestamp();
        confidence = _runner.Confidence(_wave);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>Writes weights, recording and mel bank for a peer.</summary>
    public void WriteTensors(string path)
    {
        List<KeyValuePair<string, FileTensor>> tensors = [new("wave", FileTensor.FromFloat32([_wave.Length], _wave))];
        MelBank bank = new(PitchMel.SampleRateHz, 1024, PitchMel.Bands, 30, PitchMel.SampleRateHz / 2.0, MelScale.Htk);
        tensors.Add(new("bank", FileTensor.FromFloat32([bank.Bands, bank.Bins], bank.Weights)));
        foreach ((string name, int[] shape) in _shapes) tensors.Add(new(name, FileTensor.FromFloat32(shape, Values(name))));
        SafetensorsFile.Write(path, tensors);
    }

    /// <summary>How far a peer's confidence is from ours, relative L2; infinite where it is of another number of frames.</summary>
    /// <param name="path">Raw 32-bit floats.</param>
    public static double ErrorOf(ReadOnlySpan<float> confidence, string path)
    {
        ReadOnlySpan<float> theirs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path));
        double[] truth = new double[theirs.Length];
        for (int i = 0; i < truth.Length; i++) truth[i] = theirs[i];
        return ErrorMeasure.Relative(confidence, truth, 1e-12);
    }

    public void Dispose() => _runner.Dispose();

    private float[] Values(string name) => ProceduralStream.Parameter(
        name, _shapes[name], Seed, s_gains.Where(each => name.EndsWith(each.Suffix, StringComparison.Ordinal)).Select(each => each.Gain).FirstOrDefault(1));
}

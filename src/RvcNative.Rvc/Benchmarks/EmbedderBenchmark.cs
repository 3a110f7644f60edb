using System.Diagnostics;
using System.Runtime.InteropServices;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>ContentVec's network (HuBERT base) on weights and a recording that are made up, through the encoder that extraction and conversion run.</summary>
public sealed class EmbedderBenchmark : IDisposable
{
    private const ulong Seed = 1234;
    private const int SampleRateHz = 16000;
    private readonly HubertEncoder _encoder;
    private readonly float[] _wave;

    /// <exception cref="ArgumentException">Fewer seconds than a frame takes.</exception>
    public EmbedderBenchmark(Backend backend, double seconds) : this(backend, new HubertPlan(), seconds)
    {
    }

    internal EmbedderBenchmark(Backend backend, HubertPlan plan, double seconds)
    {
        _wave = new float[(int)(seconds * SampleRateHz)];
        Frames = plan.FramesOf(_wave.Length);
        if (Frames < 1) throw new ArgumentException($"{seconds} s of audio have no frames; give --seconds 1 or more");
        HubertNetwork network = new(backend, plan);
        foreach (Parameter parameter in network.Weights.Parameters.Parameters)
        {
            network.Weights.Load(parameter, ProceduralStream.Parameter(parameter.Name, parameter.CheckpointShape.ToArray(), Seed));
        }

        _encoder = new HubertEncoder(backend, network);
        RandomStream random = RandomStream.Named(Seed, "benchmark");
        for (int i = 0; i < _wave.Length; i++) _wave[i] = (float)((0.2 * Math.Sin(i * (0.05 + (0.02 * Math.Sin(i * 0.0003))))) + (0.02 * random.NextNormal()));
        Flop = FlopOf(backend, network, Frames);
    }

    public int Frames { get; }

    /// <summary>Of convolutions, linear layers and attention.</summary>
    public double Flop { get; }

    public long WeightBytes => _encoder.WeightBytes;

    /// <summary>Bytes of the arena, after a run.</summary>
    public long WorkingBytes => _encoder.ArenaBytes;

    /// <summary>Sizes that the shapes of the weights do not tell, as JSON for the peer.</summary>
    public string Sizes
    {
        get
        {
            HubertPlan plan = _encoder.Plan;
            return FormattableString.Invariant(
                $"{{\"strides\":[{string.Join(',', plan.Convolutions.Select(conv => conv.Stride))}],\"heads\":{plan.Heads},\"layers\":{plan.Layers},")
                + FormattableString.Invariant($"\"position_kernel\":{plan.PositionKernel},\"position_groups\":{plan.PositionGroups},\"epsilon\":{plan.Epsilon}}}");
        }
    }

    /// <summary>Runs once.</summary>
    /// <param name="features">The last layer's output.</param>
    /// <returns>Milliseconds.</returns>
    public double Run(out float[] features)
    {
        long started = Stopwatch.GetTimestamp();
        features = _encoder.Run(_wave, _encoder.Plan.Layers, final: false);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>Writes weights and recording for a peer.</summary>
    public void WriteTensors(string path)
    {
        List<KeyValuePair<string, FileTensor>> tensors = [new("wave", FileTensor.FromFloat32([_wave.Length], _wave))];
        Network weights = _encoder.Network.Weights;
        foreach (Parameter parameter in weights.Parameters.Parameters)
        {
            tensors.Add(new(parameter.Name, FileTensor.FromFloat32(parameter.CheckpointShape.ToArray(), weights.Save(parameter, parameter.Value))));
        }

        SafetensorsFile.Write(path, tensors);
    }

    /// <summary>How far a peer's features are from ours, relative L2; infinite where they are of another number.</summary>
    /// <param name="path">Raw 32-bit floats.</param>
    public static double ErrorOf(ReadOnlySpan<float> features, string path)
    {
        ReadOnlySpan<float> theirs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path));
        if (theirs.Length != features.Length) return double.PositiveInfinity;
        double error = 0, norm = 0;
        for (int i = 0; i < features.Length; i++)
        {
            error += ((double)features[i] - theirs[i]) * ((double)features[i] - theirs[i]);
            norm += (double)theirs[i] * theirs[i];
        }

        return Math.Sqrt(error / norm);
    }

    public void Dispose() => _encoder.Dispose();

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

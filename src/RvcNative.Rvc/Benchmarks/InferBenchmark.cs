using System.Diagnostics;
using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>The conversion network (text encoder, flow, decoder) on random weights and random features, through the program that conversion runs.</summary>
public sealed class InferBenchmark : IDisposable
{
    private const ulong Seed = 1234;
    private const float NoiseScale = ConversionSettings.DefaultNoiseScale;
    private readonly PieceSynthesizer _synthesizer;
    private readonly float[] _phone, _pitchHz;
    private readonly long[] _pitchClasses;

    /// <exception cref="ArgumentException">There is nothing to convert.</exception>
    public InferBenchmark(Backend backend, RvcConfig config, ModelVersion version, bool hasPitch, double seconds)
    {
        ModelPlan plan = config.Plan(version, hasPitch);
        Frames = FramesOf(config, seconds);
        Synthesizer synthesizer = new(backend, plan, training: false, Seed);
        Flop = FlopOf(backend, synthesizer, Frames);
        _synthesizer = new PieceSynthesizer(backend, synthesizer);
        RandomStream random = RandomStream.Named(Seed, "benchmark");
        _phone = new float[Frames * plan.PhoneChannels];
        for (int i = 0; i < _phone.Length; i++) _phone[i] = (float)random.NextNormal();
        (_pitchClasses, _pitchHz) = hasPitch ? (new long[Frames], new float[Frames]) : ([], []);
        for (int i = 0; i < _pitchHz.Length; i++)
        {
            _pitchHz[i] = (float)(100 + (300 * random.NextDouble()));
            _pitchClasses[i] = 1 + (long)(254 * random.NextDouble());
        }
    }

    public int Frames { get; }

    /// <summary>What the convolutions need when all is decoded at once, as mainline does; decoding in windows needs more, for their margins.</summary>
    public double Flop { get; }

    /// <summary>Frames of so many seconds of audio.</summary>
    public static int FramesOf(RvcConfig config, double seconds)
    {
        int frames = (int)Math.Round(seconds * config.Data.SampleRateHz / config.Data.HopSamples);
        return frames > 0 ? frames : throw new ArgumentException($"{seconds} s of audio have no frames; give --seconds 1 or more");
    }

    /// <summary>Runs once.</summary>
    /// <returns>Milliseconds.</returns>
    public double Run()
    {
        long started = Stopwatch.GetTimestamp();
        _synthesizer.Run(new PieceInput(Frames, _phone, _pitchClasses, _pitchHz, speaker: 0, firstFrame: 0), NoiseScale, Seed);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public void Dispose() => _synthesizer.Dispose();

    private static double FlopOf(Backend backend, Synthesizer synthesizer, int frames)
    {
        double flop = 0;
        ModelPlan plan = synthesizer.Plan;
        Tape tape = new(backend);
        SynthesizerInput input = new(
            tape.Input([1, frames, plan.PhoneChannels]),
            plan.HasPitch ? tape.Input([1, frames], DType.I64) : null,
            plan.HasPitch ? tape.Input([1, frames]) : null,
            tape.Input([1, frames]),
            tape.Input([1], DType.I64));
        backend.ConvRecorded = call => flop += ConvSize.Of(call).Flop;
        RandomDraws draws = new(Seed, tape.Input([1], DType.I64));
        synthesizer.Decode(tape, synthesizer.Infer(tape, input, draws, NoiseScale), draws);
        backend.ConvRecorded = null;
        return flop;
    }
}

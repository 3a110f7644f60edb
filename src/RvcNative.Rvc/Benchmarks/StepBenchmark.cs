using System.Diagnostics;
using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>Training steps on random weights and a random batch, through the program that training runs.</summary>
public sealed class StepBenchmark : IDisposable
{
    private const ulong Seed = 1234;
    private readonly GanNetworks _networks;
    private readonly Arena _arena;
    private readonly TrainingStep _step;
    private StepLedger? _ledger;
    private readonly RvcConfig _config;
    private long _index;

    /// <param name="discriminators">The configuration's for null; tests take smaller ones.</param>
    /// <exception cref="ArgumentException">The items are shorter than the segment that a step makes into audio.</exception>
    public StepBenchmark(Backend backend, RvcConfig config, ModelVersion version, bool hasPitch, int batch, int frames,
        DiscriminatorPlan? discriminators = null)
    {
        Check(config, batch, frames);
        _config = config;
        ModelPlan plan = config.Plan(version, hasPitch);
        discriminators ??= config.Discriminators(version);
        _networks = new GanNetworks(backend, config, plan, discriminators, Seed, config.MelLoss());
        _arena = new Arena(backend);
        _step = new TrainingStep(_networks, batch, frames, _arena, new RandomDraws(Seed, _networks.StepNumber));
        ForwardFlop = ConvWork.Generator(_networks.Generator.Network, plan, batch, frames).Sum(conv => conv.Flop);
        double ofDiscriminators = ConvWork.Discriminator(_networks.Discriminator.Network, discriminators, 2 * batch, config.Train.SegmentSamples)
            .Sum(conv => conv.Flop);
        StepFlop = ConvWork.Step(ForwardFlop, ofDiscriminators);
        ForwardFlop += ofDiscriminators;
        WriteBatch(backend, plan);
    }

    /// <summary>Convolutions of the generator once and of the discriminators once, on real and generated audio.</summary>
    public double ForwardFlop { get; }

    /// <summary>What the convolutions of a whole step need.</summary>
    public double StepFlop { get; }

    public long PlannedBytes => _step.PlannedBytes;

    public IEnumerable<string> PhaseNames => _step.Phases.Select(phase => phase.Name);

    /// <summary>Milliseconds of each phase in the last step.</summary>
    public double[] PhaseMs => _step.PhaseMs.ToArray();

    /// <summary>Of the last step.</summary>
    public StepLosses Losses => _step.Losses;

    /// <summary>Gradients of the last step, of all the generator's parameters and of all the discriminators'; for comparing devices.</summary>
    public (float[] Generator, float[] Discriminator) Gradients() => (
        _networks.Backend.ToArray(_networks.Generator.Network.Parameters.Gradients), _networks.Backend.ToArray(_networks.Discriminator.Network.Parameters.Gradients));

    /// <summary>Parameters as the last step left them, likewise.</summary>
    public (float[] Generator, float[] Discriminator) Values() => (
        _networks.Backend.ToArray(_networks.Generator.Network.Parameters.Values), _networks.Backend.ToArray(_networks.Discriminator.Network.Parameters.Values));

    /// <summary>Runs one step, and waits for it once.</summary>
    /// <param name="reads">Whether losses are taken from a device that runs ahead; of others they always are.</param>
    /// <returns>Its milliseconds.</returns>
    public double Run(bool reads = true)
    {
        _networks.Backend.Write([_index++], _networks.StepNumber);
        long started = Stopwatch.GetTimestamp();
        if (_networks.Backend.RunsAhead) RunAhead(reads);
        else _step.Run(_config.Train.LearningRate);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    public void Dispose()
    {
        _ledger?.Dispose();
        _arena.Dispose();
    }

    private void RunAhead(bool reads)
    {
        _ledger ??= new StepLedger(_networks.Backend, _step.Ledger.Count, places: 1);
        GanUpdate.Launch(_networks, [_step], static _ => { }, _config.Train.LearningRate, _ledger);
        _networks.Backend.Wait();
        if (reads) _step.TakeLosses(_ledger.Take());
        _ledger.Clear();
    }

    /// <exception cref="ArgumentException">The items are shorter than the segment that a step makes into audio, or there are none.</exception>
    internal static void Check(RvcConfig config, int batch, int frames)
    {
        if (batch < 1) throw new ArgumentException($"a batch of {batch} has no items; give --batch 1 or more");
        if (frames < config.SegmentFrames)
        {
            throw new ArgumentException(
                $"{frames} frames are fewer than the segment's {config.SegmentFrames}; give --frames {config.SegmentFrames} or more");
        }
    }

    private void WriteBatch(Backend backend, ModelPlan plan)
    {
        RandomStream random = RandomStream.Named(Seed, "benchmark");
        int frames = _step.FrameCount;
        Fill(_step.Input.Phone, () => random.NextNormal());
        Fill(_step.Input.Mask, () => 1);
        Fill(_step.Spec, () => Math.Abs(random.NextNormal()));
        Fill(_step.Wave, () => 0.1 * random.NextNormal());
        if (_step.Input.F0 is { } f0) Fill(f0, () => 100 + (300 * random.NextDouble()));
        if (_step.Input.Pitch is { } pitch) FillIds(pitch, () => 1 + (long)(254 * random.NextDouble()));
        FillIds(_step.Input.SpeakerIds, () => (long)(plan.Speakers * random.NextDouble()));
        FillIds(_step.Starts, () => (long)((frames - plan.SegmentFrames + 1) * random.NextDouble()));

        void Fill(Tensor tensor, Func<double> next)
        {
            float[] values = new float[tensor.Count];
            for (int i = 0; i < values.Length; i++) values[i] = (float)next();
            backend.Write(values, tensor);
        }

        void FillIds(Tensor tensor, Func<long> next)
        {
            long[] values = new long[tensor.Count];
            for (int i = 0; i < values.Length; i++) values[i] = next();
            backend.Write(values, tensor);
        }
    }
}

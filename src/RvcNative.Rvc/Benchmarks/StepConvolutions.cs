using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Nn;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Benchmarks;

/// <summary>What a convolution's time hangs on.</summary>
/// <param name="InChannels">Of all groups, as OutChannels.</param>
public readonly record struct ConvSize(ConvPass Pass, ConvGeometry Geometry, int Batch, int InFrames, int OutFrames, int InChannels, int OutChannels)
{
    /// <summary>Multiplications and additions, those on padding counted; the same for all three passes.</summary>
    public double Flop =>
        2.0 * Batch * (Geometry.Transposed ? InFrames : OutFrames) * Geometry.Taps * (InChannels / Geometry.Groups) * OutChannels;

    public static ConvSize Of(ConvCall call) => new(
        call.Pass, call.Geometry, call.Batch, call.InFrames, call.OutFrames, call.Weight.Shape[1] * call.Geometry.Groups, call.Weight.Shape[2]);
}

/// <summary>Convolutions of a step that are alike.</summary>
/// <param name="Names">Mainline's module paths, in the order of the step; each once.</param>
/// <param name="Count">How often a step runs it.</param>
public sealed record StepConvolution(ConvSize Size, IReadOnlyList<string> Names, int Count);

/// <summary>Every convolution of a training step, forward and gradients, read off the program that training runs.</summary>
public static class StepConvolutions
{
    // The one weight that is no network's.
    private const string MelBank = "mel";

    /// <summary>Records the step's program without running it.</summary>
    /// <param name="discriminators">The configuration's for null; tests take smaller ones.</param>
    public static IReadOnlyList<StepConvolution> Of(RvcConfig config, ModelVersion version, bool hasPitch, int batch, int frames,
        DiscriminatorPlan? discriminators = null)
    {
        StepBenchmark.Check(config, batch, frames);
        List<ConvCall> calls = [];
        using CpuBackend backend = new(threads: 1);
        backend.ConvRecorded = calls.Add;
        GanNetworks networks = new(backend, config, config.Plan(version, hasPitch), discriminators ?? config.Discriminators(version), seed: 0, config.MelLoss());
        using Arena arena = new(backend, allocates: false);
        _ = new TrainingStep(networks, batch, frames, arena, new RandomDraws(0, networks.StepNumber));
        Network[] owners = [networks.Generator.Network, networks.Discriminator.Network];
        return
        [
            .. calls.GroupBy(ConvSize.Of).Select(alike => new StepConvolution(
                alike.Key, [.. alike.Select(call => owners.Select(owner => owner.LayerOf(call.Weight)).FirstOrDefault(name => name is not null) ?? MelBank).Distinct()], alike.Count())),
        ];
    }
}

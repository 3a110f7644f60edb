using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>What is trained: generator and discriminator with their optimisers, and the numbers that programs read at every run.</summary>
public sealed class GanNetworks
{
    /// <param name="mel">What generated audio is compared with; mainline's form for null.</param>
    public GanNetworks(Backend backend, RvcConfig config, ModelPlan plan, DiscriminatorPlan discriminatorPlan, ulong seed, MelLossSettings? mel = null)
    {
        (Backend, Config) = (backend, config);
        AdamWSettings settings = new(config.Train.Beta1, config.Train.Beta2, config.Train.Epsilon);
        Generator = new Synthesizer(backend, plan, training: true, seed);
        Discriminator = new MultiPeriodDiscriminator(backend, discriminatorPlan, seed);
        GeneratorOptimiser = new AdamW(backend, Generator.Network.Parameters, settings);
        DiscriminatorOptimiser = new AdamW(backend, Discriminator.Network.Parameters, settings);
        Mel = new MelLoss(backend, config.Data, config.Train.MelWeight, mel ?? MelLossSettings.Mainline);
        StepNumber = backend.NewTensor([1], DType.I64);
        if (backend.RunsAhead) Fault = backend.NewTensor([1], DType.I64);
        if (!config.Data.IsApplio) return;
        GeneratorForm = CheckpointForm.OfApplio(Generator.Network, plan.Vocoder);
        DiscriminatorForm = CheckpointForm.OfApplio(Discriminator.Network, vocoder: null);
    }

    public Backend Backend { get; }

    public RvcConfig Config { get; }

    public Synthesizer Generator { get; }

    public MultiPeriodDiscriminator Discriminator { get; }

    public AdamW GeneratorOptimiser { get; }

    public AdamW DiscriminatorOptimiser { get; }

    public MelLoss Mel { get; }

    /// <summary>Form of the checkpoints that the training went on from, or of Applio's in a folder of Applio's; null for our own.</summary>
    internal CheckpointForm? GeneratorForm { get; set; }

    internal CheckpointForm? DiscriminatorForm { get; set; }

    /// <summary>i64 [1]: the step whose random numbers are drawn.</summary>
    public Tensor StepNumber { get; }

    /// <summary>i64 [1]: 1 once a loss or a norm was not finite, and no weight changes while it is. Null where losses are looked at before the update.</summary>
    internal Tensor? Fault { get; }

    /// <summary>Weights may change again.</summary>
    internal void ForgetFault()
    {
        if (Fault is { } fault) Backend.Write([0L], fault);
    }
}

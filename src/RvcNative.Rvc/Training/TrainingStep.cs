using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>What a step is made for, beyond its batch.</summary>
public readonly record struct StepForm
{
    /// <summary>Keeps what <see cref="TrainingStep.Latents"/> names readable after a step.</summary>
    public bool KeepsLatents { get; init; }

    /// <summary>Computes the decoder's inner results a second time in the backward pass: less memory, the same result.</summary>
    public bool Recomputes { get; init; }

    /// <summary>What gradients' norms are scaled down to on the device, network by network; null where they are left, or are clipped by who runs the step.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The batch is one of several whose gradients are added up for one update.</summary>
    public bool IsPart { get; init; }
}

/// <summary>
/// One GAN step on batches of one shape, as mainline's train_and_evaluate: generator forward; discriminator on real and generated audio; the
/// discriminator again with the weights that its update would give, generator losses. The parameters of both change at the end, after
/// all losses and gradients have been seen to be finite.
/// </summary>
public sealed partial class TrainingStep
{
    private const float FeatureWeight = 2;
    private const int GeneratorForward = 0, Discriminator = 1, Trial = 2, Adversarial = 3, GeneratorBackward = 4, Update = 5;   // phases in the order of their recording
    private readonly GanNetworks _networks;
    private readonly StepProgram _program;
    private readonly List<(Tensor Real, Tensor Generated)> _discriminatorLosses = [];
    private readonly List<Tensor> _adversarial = [], _feature = [];
    private readonly RecordedMelLoss _mel;
    private readonly Tensor _kl, _discriminatorNorm, _generatorNorm;
    private readonly float[] _values;
    private readonly RvcConfig _config;

    /// <param name="frames">T of the batch; a multiple of 50 keeps the number of programs small.</param>
    /// <param name="draws">Random numbers of the networks.</param>
    public TrainingStep(GanNetworks networks, int batch, int frames, Arena arena, IDraws draws, StepForm form = default)
    {
        _networks = networks;
        _config = networks.Config;
        (BatchSize, FrameCount) = (batch, frames);
        Backend backend = networks.Backend;
        Tape tape = new(backend) { AddsToGradients = form.IsPart };
        ModelPlan plan = networks.Generator.Plan;
        int hop = _config.Data.HopSamples, segment = plan.SegmentFrames;
        ParameterSet discriminator = networks.Discriminator.Network.Parameters;

        tape.StartPhase("generator forward");
        Input = new SynthesizerInput(
            tape.Input([batch, frames, plan.PhoneChannels]),
            plan.HasPitch ? tape.Input([batch, frames], DType.I64) : null,
            plan.HasPitch ? tape.Input([batch, frames]) : null,
            tape.Input([batch, frames]),
            tape.Input([batch], DType.I64));
        Spec = tape.Input([batch, frames, plan.SpecChannels]);
        Wave = tape.Input([batch, frames * hop, 1]);
        Starts = tape.Input([batch], DType.I64);
        WholeFrames = form.IsPart ? tape.Input([1]) : null;
        SynthesizerOutput output = networks.Generator.Forward(tape, Input, Spec, Starts, draws, form.Recomputes);
        Tensor real = Op.Segments(tape, Wave, Starts, hop, segment * hop);
        GeneratedWave = tape.Keep(output.YHat);
        Latents = output;
        _mel = networks.Mel.Record(tape, Op.Segments(tape, Spec, Starts, 1, segment), real, output.YHat);
        _kl = Op.KlDivergence(tape, output.ZP, output.Posterior, output.Prior, Input.Mask, (float)_config.Train.KlWeight, WholeFrames);

        // Discriminators are differentiated one by one, so that the maps of only one are alive at a time.
        tape.StartPhase("discriminator");
        Tensor pair = Op.Concatenate(tape, real, output.YHat.Detach());
        int mark = tape.Mark;
        foreach (DiscriminatorOutput each in networks.Discriminator.Forward(tape, pair))
        {
            (Tensor ofReal, Tensor ofGenerated) = Op.DiscriminatorLoss(tape, each.Score, batch);
            _discriminatorLosses.Add((ofReal, ofGenerated));
            tape.Backward(mark);
        }

        _discriminatorNorm = networks.DiscriminatorOptimiser.RecordNorm(tape);
        RecordCheck(tape);

        tape.StartPhase("discriminator trial");
        if (form.ClipNorm is { } most) networks.DiscriminatorOptimiser.RecordClipping(tape, _discriminatorNorm, most);
        discriminator.Freeze();
        networks.Discriminator.Network.RecordTrial(tape, networks.DiscriminatorOptimiser);

        tape.StartPhase("adversarial");
        pair = Op.Concatenate(tape, real, output.YHat);
        mark = tape.Mark;
        foreach (DiscriminatorOutput each in networks.Discriminator.Forward(tape, pair))
        {
            foreach (Tensor map in each.Maps) _feature.Add(Op.FeatureLoss(tape, map, FeatureWeight));
            _adversarial.Add(Op.AdversarialLoss(tape, each.Score));
            tape.Backward(mark);
        }

        tape.StartPhase("generator backward");
        tape.Backward();
        discriminator.Thaw();
        _generatorNorm = networks.GeneratorOptimiser.RecordNorm(tape);
        RecordCheck(tape);

        // The discriminator's effective weights are already those of the trial.
        tape.StartPhase("update");
        if (form.ClipNorm is { } mostOfGenerator) networks.GeneratorOptimiser.RecordClipping(tape, _generatorNorm, mostOfGenerator);
        networks.DiscriminatorOptimiser.RecordUpdate(tape, networks.Fault);
        networks.GeneratorOptimiser.RecordUpdate(tape, networks.Fault);
        tape.Run(networks.Generator.Network.Refresh);

        if (form.KeepsLatents)
        {
            foreach (Tensor latent in (ReadOnlySpan<Tensor>)[output.Z, output.ZP, output.Prior, output.Posterior]) tape.Keep(latent);
        }

        Losses = new StepLosses(_discriminatorLosses.Count);
        Ledger = tape.Losses;
        _values = new float[Ledger.Count];
        _program = tape.Compile(arena);
    }

    public int BatchSize { get; }

    public int FrameCount { get; }

    /// <summary>Written by the caller before a step, as are Spec [B,T,bins], Wave [B,T * hop,1] and Starts (i64 [B], frames).</summary>
    public SynthesizerInput Input { get; }

    public Tensor Spec { get; }

    public Tensor Wave { get; }

    public Tensor Starts { get; }

    /// <summary>Of a part of a larger batch: f32 [1], frames of all parts over the number of parts; null otherwise.</summary>
    public Tensor? WholeFrames { get; }

    /// <summary>[B,segment frames,mels] of the last step; the generated one beside it.</summary>
    public Tensor RealMel => _mel.Real;

    public Tensor GeneratedMel => _mel.Generated;

    /// <summary>[B,segment samples,1] of the last step.</summary>
    public Tensor GeneratedWave { get; }

    public SynthesizerOutput Latents { get; }

    /// <summary>Of the last step.</summary>
    public StepLosses Losses { get; }

    /// <summary>[N], all losses and norms of the last step in the order of their recording, the same for every shape. They lie in one buffer, so a loss's offset is its place.</summary>
    internal Tensor Ledger { get; }

    /// <summary>Bytes of the arena that this shape needs.</summary>
    public long PlannedBytes => _program.PlannedBytes;

    /// <summary>Phases and the milliseconds that each took in the last step.</summary>
    public IReadOnlyList<Phase> Phases => _program.Phases;

    public ReadOnlySpan<double> PhaseMs => _program.PhaseMs;

    /// <summary>Runs one step on the inputs written.</summary>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite; no weight and no moment has changed.</exception>
    public void Run(double learningRate) => GanUpdate.Run(_networks, [this], load: null, learningRate);

    /// <summary>All phases, at once where the device can.</summary>
    internal void RunWhole() => _program.Run();

    internal void RunForward() => _program.RunPhase(GeneratorForward);

    internal void RunDiscriminator() => _program.RunPhase(Discriminator);

    internal void RunTrial() => _program.RunPhase(Trial);

    internal void RunGenerator()
    {
        _program.RunPhase(Adversarial);
        _program.RunPhase(GeneratorBackward);
    }

    internal void RunUpdate() => _program.RunPhase(Update);

    /// <summary>Computes the step once more on the inputs written and looks at every tensor; no parameter changes. Slow.</summary>
    /// <returns>The first tensor with a value that is not finite, of a step that is one of several without the discriminator's trial.</returns>
    internal NonFiniteTensor? FindNonFinite()
    {
        ReadOnlySpan<int> phases = WholeFrames is null
            ? [GeneratorForward, Discriminator, Trial, Adversarial, GeneratorBackward] : [GeneratorForward, Discriminator, Adversarial, GeneratorBackward];
        try
        {
            foreach (int phase in phases)
            {
                if (_program.FindNonFinite(phase) is { } found) return found;
            }

            return null;
        }
        finally
        {
            _networks.Discriminator.Network.Refresh();
        }
    }

    // Of the losses so far; where they are looked at only later.
    private void RecordCheck(Tape tape)
    {
        if (_networks.Fault is not { } fault) return;
        Tensor losses = tape.Losses;
        tape.Run(() => _networks.Backend.CheckFinite(losses, fault), losses);
    }
}

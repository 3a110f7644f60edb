using System.Text.Json;
using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Verification;

/// <summary>
/// Runs a training-step case through the trainer's own program with the case's weights and random numbers, from the start and, where the
/// case has checkpoints after one step, resumed from these; rules of training-cases.md.
/// </summary>
internal sealed class StepCaseVerifier
{
    private readonly GoldenCase _golden;
    private readonly ModelCase _case;
    private readonly Backend _backend;
    private readonly StepChecks _checks;
    private readonly LossScaling _scaling;

    private StepCaseVerifier(GoldenCase golden, Backend backend)
    {
        (_golden, _backend) = (golden, backend);
        _case = new ModelCase(golden);
        _checks = new StepChecks(golden, new CaseLimits(backend.OperandRounding));
        _scaling = new LossScaling(backend);
    }

    internal static CaseReport Run(GoldenCase golden, Backend backend)
    {
        StepCaseVerifier verifier = new(golden, backend);
        int steps = golden.Description.GetProperty("steps").GetInt32();
        verifier.RunSteps(resumed: false, steps);
        if (golden.Has("G_1.pth") && golden.Has("D_1.pth")) verifier.RunSteps(resumed: true, steps);
        return verifier._checks.Report();
    }

    private void RunSteps(bool resumed, int steps)
    {
        _checks.Resumed = resumed;
        GanNetworks networks = new(_backend, _case.Config, _case.Plan, Discriminator(), seed: 0, Mel());
        if (resumed)
        {
            TrainingCheckpoint.Load(_golden.Place("G_1.pth"), networks.Generator.Network, networks.GeneratorOptimiser);
            TrainingCheckpoint.Load(_golden.Place("D_1.pth"), networks.Discriminator.Network, networks.DiscriminatorOptimiser);
        }
        else
        {
            _case.LoadWeights(networks.Generator.Network, "G");
            _case.LoadWeights(networks.Discriminator.Network, "D");
        }

        float[] phone = _case.Floats("phone", out int[] shape);
        int batch = shape[0], frames = shape[1];
        InjectedDraws draws = new();
        using Arena arena = new(_backend);
        TrainingStep step = new(networks, batch, frames, arena, draws, new StepForm { KeepsLatents = true });
        for (int index = resumed ? 1 : 0; index < steps; index++)
        {
            while (!TryStep(step, () => WriteInputs(step, phone, batch, frames, index), draws, index))
            {
            }

            if (index == 0) CheckFirstStep(step, networks, batch, frames);
            _checks.Losses(index, step.Losses);
        }

        _checks.Finals("g", networks.Generator.Network);
        _checks.Finals("d", networks.Discriminator.Network);
    }

    /// <summary>Makes a step, unless a gradient overflows in half precision: the losses' scale is lower then, and the step is to be made again, as in training.</summary>
    private bool TryStep(TrainingStep step, Action writeInputs, InjectedDraws draws, int index)
    {
        _scaling.Begin(_scaling.State);
        writeInputs();
        _case.WriteNoise(_backend, draws, index);
        try
        {
            step.Run(_case.Config.Train.LearningRate);
            return true;
        }
        catch (NonFiniteException failure) when (_scaling.Lower(failure))
        {
            return false;
        }
    }

    private DiscriminatorPlan Discriminator()
    {
        JsonElement plan = _golden.Description.GetProperty("discriminator");
        DiscriminatorPlan full = DiscriminatorPlan.Of(plan.GetProperty("version").GetString()!);
        return full with
        {
            ScaleChannels = List("scale_channels"),
            ScaleGroups = List("scale_groups"),
            PeriodChannels = List("period_channels"),
            ResolutionChannels = plan.TryGetProperty("resolution_channels", out JsonElement channels) ? channels.GetInt32() : full.ResolutionChannels,
        };

        int[] List(string key) => [.. plan.GetProperty(key).EnumerateArray().Select(value => value.GetInt32())];
    }

    private MelLossSettings Mel()
    {
        string form = _golden.Description.TryGetProperty("mel_loss", out JsonElement mel) ? mel.GetString()! : "from spec slice";
        MelLossSettings settings = form switch
        {
            "from spec slice" => MelLossSettings.Mainline,
            "from wave slice" => MelLossSettings.Applio,
            "multi-scale" => MelLossSettings.RefineGan,
            _ => throw new NotSupportedException($"{_golden.Name}: its mel loss is taken '{form}', which no peer does"),
        };
        return _golden.Description.TryGetProperty("mel_floor", out JsonElement floor) ? settings with { MelFloor = floor.GetSingle() } : settings;
    }

    private void WriteInputs(TrainingStep step, float[] phone, int batch, int frames, int index)
    {
        long[] lengths = _case.Integers("phone_lengths"), starts = _case.Integers("ids_slice");
        float[] spec = _case.Floats("spec", out int[] shape);
        _backend.Write(phone, step.Input.Phone);
        if (step.Input.Pitch is { } pitch) _backend.Write(_case.Integers("pitch"), pitch);
        if (step.Input.F0 is { } f0) _backend.Write(_case.Floats("pitchf", out _), f0);
        _backend.Write(Layouts.Mask(lengths, frames), step.Input.Mask);
        _backend.Write(_case.Integers("sid"), step.Input.SpeakerIds);
        _backend.Write(Layouts.SwapLast(spec, batch, shape[1], frames), step.Spec);
        _backend.Write(_case.Floats("wave", out _), step.Wave);
        _backend.Write(starts.AsSpan(index * batch, batch), step.Starts);
    }

    private void CheckFirstStep(TrainingStep step, GanNetworks networks, int batch, int frames)
    {
        SynthesizerOutput latents = step.Latents;
        int channels = _case.Plan.InterChannels;
        Latent("m_p", latents.Prior, 0);
        Latent("logs_p", latents.Prior, channels);
        Latent("m_q", latents.Posterior, 0);
        Latent("logs_q", latents.Posterior, channels);
        Latent("z", latents.Z, 0);
        Latent("z_p", latents.ZP, 0);
        _checks.Value("step0.y_hat", _backend.ToArray(step.GeneratedWave));
        Mel("y_mel", step.RealMel);
        Mel("y_hat_mel", step.GeneratedMel);
        float scale = (float)(_scaling.State?.Scale ?? 1);
        _checks.Gradients("g", networks.Generator.Network, scale);
        _checks.Gradients("d", networks.Discriminator.Network, scale);

        void Latent(string name, Tensor tensor, int first) => _checks.Value(
            $"step0.{name}", Layouts.ChannelsFirst(_backend.ToArray(tensor), batch, frames, tensor.Shape[2], first, channels));

        void Mel(string name, Tensor tensor) => _checks.Value(
            $"step0.{name}", Layouts.SwapLast(_backend.ToArray(tensor), tensor.Shape[0], tensor.Shape[1], tensor.Shape[2]));
    }
}

using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>
/// Latent to waveform as Applio's RefineGAN does (after Xu et al. 2022, arXiv:2111.00962): a sine at the pitch is taken down in steps to the latent's
/// rate, joined with it, and taken up again, where each step sees the template at its own rate.
/// </summary>
public sealed class RefineGanGenerator : IDecoder
{
    internal const float LeakySlope = 0.2f;

    /// <summary>Channels of the template at the audio's rate; each step down doubles them.</summary>
    private const int TemplateChannels = 16;

    private const string SourceName = "dec.m_source";

    private static readonly KaiserSinc s_filter = new(64, 0.9475937167399596, 14.769656459379492);
    private readonly Conv1d _merge, _pre, _latent, _condition, _post;
    private readonly List<Conv1d> _downs = [];
    private readonly List<Tensor> _taps = [];
    private readonly List<ParallelResBlock> _ups = [];
    private readonly IReadOnlyList<int> _upRates;
    private readonly SineSourceSettings _sine;

    public RefineGanGenerator(Backend backend, ParameterBuilder parameters, ModelPlan plan)
    {
        if (FaultOf(plan, plan.HasPitch) is { } fault) throw new ArgumentException(fault);
        _upRates = plan.UpsampleRates;
        _sine = new SineSourceSettings(plan.SampleRateHz, plan.SamplesPerFrame);
        int stages = _upRates.Count, first = plan.UpsampleInitialChannel;
        ConvGeometry seven = ConvGeometry.Same(7);
        ConvOptions normed = new() { Normed = true };
        _merge = new Conv1d(
            parameters.Scope("m_source").Scope("merge", 0), 1, 1, new ConvGeometry(1), new ConvOptions { Linear = true, Bias = false });
        _pre = new Conv1d(parameters.Scope("pre_conv"), 1, TemplateChannels, seven, normed);
        for (int i = 0; i < stages; i++)
        {
            _downs.Add(new Conv1d(parameters.Scope("downsample_blocks", i), TemplateChannels << i, TemplateChannels << (i + 1), seven, normed));
            _taps.Add(Filter(backend, _upRates[^(i + 1)]));
        }

        _latent = new Conv1d(parameters.Scope("mel_conv"), plan.InterChannels, first / 2, seven, normed);
        _condition = new Conv1d(parameters.Scope("cond"), plan.GinChannels, first / 2, new ConvGeometry(1));
        int samples = 1;
        for (int i = 0; i < stages; i++)
        {
            samples *= _upRates[i];
            int before = first >> i;
            ParameterBuilder scope = parameters.Scope("upsample_conv_blocks", i);
            _ups.Add(new ParallelResBlock(scope, $"dec.upsample_conv_blocks.{i}", before + (before / 4), before / 2, samples));
        }

        _post = new Conv1d(parameters.Scope("conv_post"), first >> stages, 1, seven, new ConvOptions { Normed = true, Bias = false });
    }

    /// <summary>What keeps a plan from being a RefineGAN; null where nothing does.</summary>
    internal static string? FaultOf(ModelSettings plan, bool hasPitch)
    {
        int stages = plan.UpsampleRates.Count, wanted = 2 * TemplateChannels << stages;
        if (!hasPitch) return "RefineGAN makes its template from the pitch; a voice without pitch takes HiFi-GAN";
        return plan.UpsampleInitialChannel == wanted
            ? null
            : $"RefineGAN with {stages} stages joins a template of {wanted / 2} channels with as many of the latent, so it wants "
                + $"upsample_initial_channel {wanted}, not {plan.UpsampleInitialChannel}";
    }

    /// <summary>The way up sees some frames; the way down, whose last filter keeps one sample a frame, sees some seventy more of the source.</summary>
    internal static DecoderReach Reach(ModelPlan plan, Backend backend)
    {
        ConvGeometry seven = ConvGeometry.Same(7);
        ReachSum up = new(backend), down = new(backend);
        int stages = plan.UpsampleRates.Count, samplesPerFrame = 1;
        up.Add(seven, plan.InterChannels, plan.UpsampleInitialChannel / 2, samplesPerFrame);
        for (int i = 0; i < stages; i++)
        {
            int rate = plan.UpsampleRates[i], before = plan.UpsampleInitialChannel >> i, templates = TemplateChannels << (stages - i);
            up.Add(1.0 / samplesPerFrame);
            down.Add(seven, templates / 2, templates, samplesPerFrame);
            samplesPerFrame *= rate;
            ParallelResBlock.Reach(up, before + (before / 4), before / 2, samplesPerFrame);
            down.Add((double)s_filter.Reach(rate) / samplesPerFrame);
        }

        up.Add(seven, plan.UpsampleInitialChannel >> stages, 1, samplesPerFrame);
        down.Add(seven, 1, TemplateChannels, samplesPerFrame);
        int latent = (int)Math.Ceiling(up.Frames);
        return new DecoderReach(latent, latent + (int)Math.Ceiling(down.Frames), up.StepWith(down));
    }

    public Tensor? Source(Tape tape, Tensor? f0, IDraws draws)
    {
        Tensor noise = draws.Normal(tape, SourceName, [f0!.Shape[0], f0.Shape[1] * _sine.SamplesPerFrame, 1]);
        return _merge.Forward(tape, Op.SineTemplate(tape, f0, noise, _sine), new ConvEpilogue(Activation.Tanh));
    }

    public Tensor Decode(Tape tape, DecoderInput input, IDraws draws, bool recompute = false)
    {
        (List<Tensor> templates, Tensor deepest) = TakeDown(tape, input.Source!);
        int frames = input.Z.Shape[1];
        if (input.Window is { } window)
        {
            for (int i = 0, samples = _sine.SamplesPerFrame; i < templates.Count; samples /= _upRates[^(++i)])
            {
                templates[i] = Op.Segments(tape, templates[i], window.InSource, samples, frames * samples);
            }

            deepest = Op.Segments(tape, deepest, window.InSource, 1, frames);
        }

        Tensor latent = Op.AddPerItem(tape, _latent.Forward(tape, input.Z), _condition.Forward(tape, input.Speaker));
        Tensor x = Op.JoinChannels(tape, Op.LeakyRelu(tape, latent, LeakySlope), deepest);
        for (int stage = 0; stage < _ups.Count; stage++)
        {
            (int current, Tensor before) = (stage, x);
            x = recompute ? tape.Recomputed(() => TakeUp(current, before)) : TakeUp(current, before);
        }

        return _post.Forward(tape, x, new ConvEpilogue(Activation.Tanh));

        Tensor TakeUp(int stage, Tensor from)
        {
            Tensor longer = Op.JoinChannels(tape, Op.Interpolate(tape, from, _upRates[stage]), templates[^(stage + 1)]);
            return Op.LeakyRelu(tape, _ups[stage].Forward(tape, longer, draws, input.Window?.Start), LeakySlope);
        }
    }

    private static Tensor Filter(Backend backend, int rate)
    {
        float[] taps = rate == 1 ? [1] : s_filter.Taps(rate);
        Tensor tensor = backend.NewTensor([taps.Length]);
        backend.Write(taps, tensor);
        return tensor;
    }

    /// <summary>The template at every rate, the audio's first, and at the latent's.</summary>
    private (List<Tensor> Templates, Tensor Deepest) TakeDown(Tape tape, Tensor source)
    {
        ConvEpilogue leaky = new(Activation.LeakyRelu, LeakySlope);
        List<Tensor> templates = [];
        Tensor x = _pre.Forward(tape, source, leaky);
        for (int i = 0; i < _downs.Count; i++)
        {
            templates.Add(x);
            x = _downs[i].Forward(tape, Op.Decimate(tape, x, _taps[i], _upRates[^(i + 1)]), leaky);
        }

        return (templates, x);
    }
}

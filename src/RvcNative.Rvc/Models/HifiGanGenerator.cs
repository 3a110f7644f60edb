using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>
/// Latent to waveform: HiFi-GAN (Kong et al. 2020, arXiv:2010.05646), with a harmonic source at the pitch added at every stage for voices with
/// pitch (mainline's GeneratorNSF) and without it for others (mainline's Generator).
/// </summary>
public sealed class HifiGanGenerator
{
    internal const float LeakySlope = 0.1f;

    // Mainline's last leaky_relu takes PyTorch's default slope.
    private const float LastSlope = 0.01f;
    private readonly List<Conv1d> _noiseConvs = [], _ups = [];
    private readonly List<IResBlock> _resBlocks = [];
    private readonly Conv1d _pre, _post;
    private readonly Conv1d? _source, _condition;
    private readonly SineSourceSettings _sine;
    private readonly int _kernels;

    public HifiGanGenerator(ParameterBuilder parameters, ModelPlan plan)
    {
        _kernels = plan.ResBlockKernels.Count;
        _sine = new SineSourceSettings(plan.SampleRateHz, plan.SamplesPerFrame);
        int first = plan.UpsampleInitialChannel, stages = plan.UpsampleRates.Count;
        if (plan.HasPitch)
        {
            _source = new Conv1d(parameters.Scope("m_source").Scope("l_linear"), 1, 1, new ConvGeometry(1), new ConvOptions { Linear = true });
            for (int i = 0; i < stages; i++)
            {
                int stride = plan.UpsampleRates.Skip(i + 1).Aggregate(1, (product, rate) => product * rate);
                ConvGeometry geometry = i + 1 < stages ? new ConvGeometry(stride * 2, stride, 1, stride / 2, stride / 2) : new ConvGeometry(1);
                _noiseConvs.Add(new Conv1d(parameters.Scope("noise_convs", i), 1, first >> (i + 1), geometry));
            }
        }

        _pre = new Conv1d(parameters.Scope("conv_pre"), plan.InterChannels, first, ConvGeometry.Same(7));
        for (int i = 0; i < stages; i++)
        {
            int rate = plan.UpsampleRates[i], kernel = plan.UpsampleKernels[i], padding = (kernel - rate) / 2;
            ConvGeometry geometry = new(kernel, rate, 1, padding, padding) { Transposed = true };
            _ups.Add(new Conv1d(parameters.Scope("ups", i), first >> i, first >> (i + 1), geometry, new ConvOptions { Normed = true }));
        }

        for (int i = 0; i < stages * _kernels; i++)
        {
            ParameterBuilder scope = parameters.Scope("resblocks", i);
            int channels = first >> ((i / _kernels) + 1), kernel = plan.ResBlockKernels[i % _kernels];
            IReadOnlyList<int> dilations = plan.ResBlockDilations[i % _kernels];
            _resBlocks.Add(plan.ResBlock == "1" ? new ResBlock1(scope, channels, kernel, dilations) : new ResBlock2(scope, channels, kernel, dilations));
        }

        _post = new Conv1d(parameters.Scope("conv_post"), first >> stages, 1, ConvGeometry.Same(7), new ConvOptions { Bias = false });
        if (plan.GinChannels > 0) _condition = new Conv1d(parameters.Scope("cond"), plan.GinChannels, first, new ConvGeometry(1));
    }

    /// <param name="z">[B,T,C].</param>
    /// <param name="f0">[B,T] Hz, 0 where unvoiced; null for a voice without pitch.</param>
    /// <param name="speaker">[B,1,gin].</param>
    /// <param name="draws">The source's draw is called dec.m_source.l_sin_gen.</param>
    /// <param name="recompute">Whether the backward pass computes a stage's inner results again, one stage after the other.</param>
    /// <returns>[B,T * samples a frame,1], in [-1, 1].</returns>
    public Tensor Forward(Tape tape, Tensor z, Tensor? f0, Tensor speaker, IDraws draws, bool recompute = false) =>
        Decode(tape, z, Source(tape, f0, draws), speaker, recompute);

    /// <summary>The harmonic source, whose phase runs through from the first frame.</summary>
    /// <returns>[B,T * samples a frame,1], or null for a voice without pitch.</returns>
    public Tensor? Source(Tape tape, Tensor? f0, IDraws draws)
    {
        if (_source is null) return null;
        Shape shape = [f0!.Shape[0], f0.Shape[1] * _sine.SamplesPerFrame, 1];
        Tensor sine = Op.SineSource(tape, f0, draws.Normal(tape, "dec.m_source.l_sin_gen", shape), _sine);
        return _source.Forward(tape, sine, new ConvEpilogue(Activation.Tanh));
    }

    /// <summary>What follows the source: convolutions that see a few frames around each.</summary>
    public Tensor Decode(Tape tape, Tensor z, Tensor? source, Tensor speaker, bool recompute = false)
    {
        Tensor x = _pre.Forward(tape, z);
        if (_condition is not null) x = Op.AddPerItem(tape, x, _condition.Forward(tape, speaker));
        for (int stage = 0; stage < _ups.Count; stage++)
        {
            (int current, Tensor input) = (stage, x);
            x = recompute ? tape.Recomputed(() => Stage(tape, current, input, source)) : Stage(tape, current, input, source);
        }

        return _post.Forward(tape, Op.LeakyRelu(tape, x, LastSlope), new ConvEpilogue(Activation.Tanh));
    }

    private Tensor Stage(Tape tape, int stage, Tensor x, Tensor? source)
    {
        x = _ups[stage].Forward(tape, Op.LeakyRelu(tape, x, LeakySlope));
        if (source is not null) x = _noiseConvs[stage].Forward(tape, source, new ConvEpilogue(Residual: x));
        Tensor activated = Op.LeakyRelu(tape, x, LeakySlope);
        List<Tensor> branches = [];
        for (int kernel = 0; kernel < _kernels; kernel++) branches.Add(_resBlocks[(stage * _kernels) + kernel].Forward(tape, x, activated));
        return Op.Average(tape, branches);
    }
}

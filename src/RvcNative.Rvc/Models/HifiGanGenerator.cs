using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>
/// Latent to waveform: HiFi-GAN (Kong et al. 2020, arXiv:2010.05646), with a harmonic source at the pitch added at every stage for voices with
/// pitch (mainline's GeneratorNSF) and without it for others (mainline's Generator). Applio's MRF HiFi-GAN is the same with eight overtones in the
/// source and weight normalisation on the first and last convolution, under other names.
/// </summary>
public sealed class HifiGanGenerator : IDecoder
{
    internal const float LeakySlope = 0.1f;
    private const string SourceName = "dec.m_source.l_sin_gen";
    private const int MrfHarmonics = 9;

    // Mainline's last leaky_relu takes PyTorch's default slope.
    private const float LastSlope = 0.01f;
    private readonly List<Conv1d> _noiseConvs = [], _ups = [];
    private readonly List<IResBlock> _resBlocks = [];
    private readonly Conv1d _pre, _post;
    private readonly Conv1d? _source, _condition;
    private readonly SineSourceSettings _sine;
    private readonly int _kernels, _harmonics;

    public HifiGanGenerator(ParameterBuilder parameters, ModelPlan plan)
    {
        bool isMrf = plan.Vocoder == Vocoder.MrfHifiGan;
        _kernels = plan.ResBlockKernels.Count;
        _harmonics = isMrf ? MrfHarmonics : 1;
        _sine = new SineSourceSettings(plan.SampleRateHz, plan.SamplesPerFrame);
        int first = plan.UpsampleInitialChannel, stages = plan.UpsampleRates.Count;
        ConvOptions normed = new() { Normed = true }, wide = normed with { Wide = true };
        if (plan.HasPitch)
        {
            _source = new Conv1d(parameters.Scope("m_source").Scope("l_linear"), _harmonics, 1, new ConvGeometry(1), new ConvOptions { Linear = true });
        }

        // The order of the state dict, which is the order of the optimiser's entries in a checkpoint.
        if (plan.HasPitch && !isMrf) AddNoiseConvs(parameters, plan);
        _pre = new Conv1d(parameters.Scope("conv_pre"), plan.InterChannels, first, ConvGeometry.Same(7), isMrf ? normed : null);
        for (int i = 0; i < stages; i++)
        {
            ParameterBuilder scope = parameters.Scope(isMrf ? "upsamples" : "ups", i);
            _ups.Add(new Conv1d(scope, first >> i, first >> (i + 1), Upsampling(plan.UpsampleRates[i], plan.UpsampleKernels[i]), wide));
        }

        if (plan.HasPitch && isMrf) AddNoiseConvs(parameters, plan);
        for (int i = 0; i < stages * _kernels; i++) _resBlocks.Add(Block(parameters, plan, i));
        _post = new Conv1d(parameters.Scope("conv_post"), first >> stages, 1, ConvGeometry.Same(7), new ConvOptions { Bias = isMrf, Normed = isMrf });
        if (plan.GinChannels > 0) _condition = new Conv1d(parameters.Scope("cond"), plan.GinChannels, first, new ConvGeometry(1));
    }

    /// <summary>
    /// Where a stage's taps lie. Rate and kernel of the same parity are cut alike at both ends (mainline); Applio takes an odd rate with a kernel of
    /// twice its length and cuts one sample more at the start than at the end.
    /// </summary>
    internal static ConvGeometry Upsampling(int rate, int kernel)
    {
        int cut = kernel - rate;
        return new ConvGeometry(kernel, rate, 1, (cut + 1) / 2, cut / 2) { Transposed = true };
    }

    /// <summary>What keeps a rate and a kernel from making rate samples of each; null where they do.</summary>
    internal static string? FaultOf(int rate, int kernel) => (kernel >= rate && (kernel - rate) % 2 == 0) || (rate % 2 == 1 && kernel == 2 * rate)
        ? null
        : "their difference must be even and not negative, or the kernel twice an odd rate";

    /// <summary>Samples of one stage reach as far as its longest residual block and its upsampling; conv_pre and conv_post have 7 taps.</summary>
    internal static DecoderReach Reach(ModelPlan plan, Backend backend)
    {
        ReachSum sum = new(backend);
        int rowsPerFrame = 1, channels = plan.UpsampleInitialChannel;
        sum.Add(ConvGeometry.Same(7), plan.InterChannels, channels, rowsPerFrame);
        for (int stage = 0; stage < plan.UpsampleRates.Count; stage++)
        {
            rowsPerFrame *= plan.UpsampleRates[stage];
            channels /= 2;
            sum.Add((double)plan.UpsampleKernels[stage] / rowsPerFrame);
            sum.AddFarthest([.. plan.ResBlockKernels.Select((kernel, i) => IsPaired(plan)
                ? ResBlock1.Reach(sum, channels, kernel, plan.ResBlockDilations[i], rowsPerFrame)
                : ResBlock2.Reach(sum, channels, kernel, plan.ResBlockDilations[i], rowsPerFrame))], rowsPerFrame);
        }

        sum.Add(ConvGeometry.Same(7), channels, 1, rowsPerFrame);
        int whole = (int)Math.Ceiling(sum.Frames);
        return new DecoderReach(whole, whole, sum.Step);
    }

    public Tensor? Source(Tape tape, Tensor? f0, IDraws draws)
    {
        if (_source is null) return null;
        int batch = f0!.Shape[0];
        Tensor noise = draws.Normal(tape, SourceName, [batch, f0.Shape[1] * _sine.SamplesPerFrame, _harmonics]);

        // Applio's overtones begin anywhere, uniformly. A normal number is that to nine digits once whole turns are taken off it.
        Tensor? starts = _harmonics > 1 ? draws.Normal(tape, $"{SourceName}.{Draws.InitialPhase}", [batch, 1, _harmonics]) : null;
        return _source.Forward(tape, Op.SineSource(tape, f0, noise, _sine, starts), new ConvEpilogue(Activation.Tanh));
    }

    public Tensor Decode(Tape tape, DecoderInput input, IDraws draws, bool recompute = false)
    {
        Tensor x = _pre.Forward(tape, input.Z);
        if (_condition is not null) x = Op.AddPerItem(tape, x, _condition.Forward(tape, input.Speaker));
        for (int stage = 0; stage < _ups.Count; stage++)
        {
            (int current, Tensor before) = (stage, x);
            x = recompute ? tape.Recomputed(() => Stage(tape, current, before, input.Source)) : Stage(tape, current, before, input.Source);
        }

        return _post.Forward(tape, Op.LeakyRelu(tape, x, LastSlope), new ConvEpilogue(Activation.Tanh));
    }

    private static bool IsPaired(ModelPlan plan) => plan.ResBlock == "1" || plan.Vocoder == Vocoder.MrfHifiGan;

    private Tensor Stage(Tape tape, int stage, Tensor x, Tensor? source)
    {
        x = _ups[stage].Forward(tape, Op.LeakyRelu(tape, x, LeakySlope));
        if (source is not null) x = _noiseConvs[stage].Forward(tape, source, new ConvEpilogue(Residual: x));
        Tensor activated = Op.LeakyRelu(tape, x, LeakySlope);
        List<Tensor> branches = [];
        for (int kernel = 0; kernel < _kernels; kernel++) branches.Add(_resBlocks[(stage * _kernels) + kernel].Forward(tape, x, activated));
        return Op.Average(tape, branches);
    }

    // Each takes the source down to its stage's rate. Odd strides are Applio's; mainline has none.
    private void AddNoiseConvs(ParameterBuilder parameters, ModelPlan plan)
    {
        for (int i = 0; i < plan.UpsampleRates.Count; i++)
        {
            int stride = plan.UpsampleRates.Skip(i + 1).Aggregate(1, (product, rate) => product * rate);
            ConvGeometry geometry = stride == 1 ? new ConvGeometry(1) : new ConvGeometry((stride * 2) - (stride % 2), stride, 1, stride / 2, stride / 2);
            _noiseConvs.Add(new Conv1d(parameters.Scope("noise_convs", i), 1, plan.UpsampleInitialChannel >> (i + 1), geometry));
        }
    }

    private IResBlock Block(ParameterBuilder parameters, ModelPlan plan, int index)
    {
        (int stage, int branch) = Math.DivRem(index, _kernels);
        int channels = plan.UpsampleInitialChannel >> (stage + 1), kernel = plan.ResBlockKernels[branch];
        IReadOnlyList<int> dilations = plan.ResBlockDilations[branch];
        if (plan.Vocoder == Vocoder.MrfHifiGan)
        {
            return ResBlock1.Layered(parameters.Scope("mrfs", stage).Scope($"{branch}"), channels, kernel, dilations, LeakySlope);
        }

        ParameterBuilder scope = parameters.Scope("resblocks", index);
        return plan.ResBlock == "1" ? ResBlock1.Listed(scope, channels, kernel, dilations, LeakySlope) : new ResBlock2(scope, channels, kernel, dilations);
    }
}

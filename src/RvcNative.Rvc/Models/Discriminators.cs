using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>One discriminator: the score and the feature map of every layer, the score's included.</summary>
public sealed record DiscriminatorOutput(Tensor Score, IReadOnlyList<Tensor> Maps);

/// <summary>One scale, several period and several resolution discriminators (mainline's MultiPeriodDiscriminator and …V2, Applio's of that name).</summary>
public sealed class MultiPeriodDiscriminator
{
    private readonly ScaleDiscriminator _scale;
    private readonly List<PeriodDiscriminator> _periods = [];
    private readonly List<ResolutionDiscriminator> _resolutions = [];

    public MultiPeriodDiscriminator(Backend backend, DiscriminatorPlan plan, ulong seed = 0)
    {
        ParameterBuilder parameters = new(backend);
        _scale = new ScaleDiscriminator(parameters.Scope("discriminators", 0), plan);
        for (int i = 0; i < plan.Periods.Count; i++)
        {
            _periods.Add(new PeriodDiscriminator(parameters.Scope("discriminators", i + 1), plan.Periods[i], plan.PeriodChannels));
        }

        for (int i = 0; i < plan.Resolutions.Count; i++)
        {
            ParameterBuilder own = parameters.Scope("discriminators", 1 + plan.Periods.Count + i);
            _resolutions.Add(new ResolutionDiscriminator(backend, own, plan.Resolutions[i], plan.ResolutionChannels));
        }

        Network = new Network(backend, parameters, trained: true, seed);
        Count = plan.Count;
    }

    public Network Network { get; }

    /// <summary>Discriminators in all.</summary>
    public int Count { get; }

    /// <summary>
    /// Records one discriminator each time the next is asked for. Who differentiates each before asking keeps the maps of one in memory,
    /// not of all.
    /// </summary>
    /// <param name="wave">[2B,N,1], real items first.</param>
    public IEnumerable<DiscriminatorOutput> Forward(Tape tape, Tensor wave)
    {
        yield return _scale.Forward(tape, wave);
        foreach (PeriodDiscriminator period in _periods) yield return period.Forward(tape, wave);
        foreach (ResolutionDiscriminator resolution in _resolutions) yield return resolution.Forward(tape, wave);
    }
}

/// <summary>Grouped, strided convolutions on the waveform (mainline's DiscriminatorS).</summary>
public sealed class ScaleDiscriminator
{
    private readonly ConvStack _stack;

    public ScaleDiscriminator(ParameterBuilder parameters, DiscriminatorPlan plan)
    {
        List<ConvGeometry> layers = [];
        for (int i = 0; i < plan.ScaleChannels.Count; i++)
        {
            ConvGeometry geometry = i == 0 ? new(15, 1, 1, 7, 7) : i == plan.ScaleChannels.Count - 1 ? new(5, 1, 1, 2, 2) : new(41, 4, 1, 20, 20);
            layers.Add(geometry with { Groups = plan.ScaleGroups[i] });
        }

        _stack = new ConvStack(parameters, layers, plan.ScaleChannels, ConvGeometry.Same(3), new ConvOptions { Normed = true });
    }

    public DiscriminatorOutput Forward(Tape tape, Tensor wave) => _stack.Forward(tape, wave);
}

/// <summary>Convolutions over every p-th sample (mainline's DiscriminatorP).</summary>
public sealed class PeriodDiscriminator
{
    private readonly ConvStack _stack;
    private readonly int _period;

    public PeriodDiscriminator(ParameterBuilder parameters, int period, IReadOnlyList<int> channels)
    {
        _period = period;
        List<ConvGeometry> layers = [];
        for (int i = 0; i < channels.Count; i++) layers.Add(new ConvGeometry(5, i < channels.Count - 1 ? 3 : 1, 1, 2, 2) { Columns = period });
        _stack = new ConvStack(parameters, layers, channels, ConvGeometry.Same(3) with { Columns = period }, new ConvOptions { Normed = true, Planar = true });
    }

    public DiscriminatorOutput Forward(Tape tape, Tensor wave) => _stack.Forward(tape, Op.ReflectEnd(tape, wave, _period));
}

/// <summary>
/// Convolutions over frames and bins of a spectrogram (Applio's DiscriminatorR). Frames are rows here, as the transform gives them, and columns there.
/// </summary>
public sealed class ResolutionDiscriminator
{
    private readonly ConvStack _stack;
    private readonly StftSettings _stft;
    private readonly Tensor _window;

    public ResolutionDiscriminator(Backend backend, ParameterBuilder parameters, Resolution resolution, int channels)
    {
        _stft = new StftSettings(resolution.FftSamples, resolution.HopSamples, resolution.WindowSamples, Floor: 0);
        _window = backend.NewTensor([resolution.WindowSamples]);
        float[] ones = new float[resolution.WindowSamples];
        Array.Fill(ones, 1);
        backend.Write(ones, _window);

        // 9 frames by 3 bins, every other frame in the three in the middle; 3 by 3 at the end.
        int[] frames = [9, 9, 9, 9, 3], strides = [1, 2, 2, 2, 1];
        ConvAxis bins = ConvAxis.Same(3);
        ConvGeometry Over(int kernel, int stride) => ConvGeometry.Picture(ConvAxis.Same(kernel) with { Stride = stride }, bins, _stft.Bins);
        _stack = new ConvStack(parameters, [.. frames.Zip(strides, Over)], [.. frames.Select(_ => channels)], Over(3, 1),
            new ConvOptions { Normed = true, Turned = true });
    }

    public DiscriminatorOutput Forward(Tape tape, Tensor wave) => _stack.Forward(tape, Op.StftMagnitude(tape, wave, _window, _stft, asPicture: true));
}

/// <summary>Convolutions with a leaky ReLU each, and a last one to the score.</summary>
internal sealed class ConvStack
{
    private readonly List<Conv1d> _convs = [];
    private readonly Conv1d _post;

    internal ConvStack(ParameterBuilder parameters, IReadOnlyList<ConvGeometry> layers, IReadOnlyList<int> channels, ConvGeometry last, ConvOptions options)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            _convs.Add(new Conv1d(parameters.Scope("convs", i), i == 0 ? 1 : channels[i - 1], channels[i], layers[i], options with { Wide = true }));
        }

        _post = new Conv1d(parameters.Scope("conv_post"), channels[^1], 1, last, options);
    }

    internal DiscriminatorOutput Forward(Tape tape, Tensor x)
    {
        ConvEpilogue leaky = new(Activation.LeakyRelu, HifiGanGenerator.LeakySlope);
        List<Tensor> maps = [];
        foreach (Conv1d conv in _convs) maps.Add(x = conv.Forward(tape, x, leaky));
        Tensor score = _post.Forward(tape, x);
        maps.Add(score);
        return new DiscriminatorOutput(score, maps);
    }
}

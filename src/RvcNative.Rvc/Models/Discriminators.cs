using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>Channel plan of the discriminators; mainline's is the default, tests use smaller ones.</summary>
/// <param name="ScaleChannels">Outputs of the scale discriminator's six convolutions.</param>
/// <param name="ScaleGroups">Their groups.</param>
/// <param name="PeriodChannels">Outputs of a period discriminator's five convolutions.</param>
public sealed record DiscriminatorPlan(IReadOnlyList<int> Periods, IReadOnlyList<int> ScaleChannels, IReadOnlyList<int> ScaleGroups, IReadOnlyList<int> PeriodChannels)
{
    /// <summary>Periods of v1 (MultiPeriodDiscriminator) and v2 (MultiPeriodDiscriminatorV2).</summary>
    public static DiscriminatorPlan Of(ModelVersion version) => new(
        version == ModelVersion.V1 ? [2, 3, 5, 7, 11, 17] : [2, 3, 5, 7, 11, 17, 23, 37],
        [16, 64, 256, 1024, 1024, 1024], [1, 4, 16, 64, 256, 1], [32, 128, 512, 1024, 1024]);

    /// <summary>The same layers with a part of the channels and groups, at least one of each.</summary>
    public DiscriminatorPlan DividedBy(int divisor) => this with
    {
        ScaleChannels = [.. ScaleChannels.Select(channels => Math.Max(1, channels / divisor))],
        ScaleGroups = [.. ScaleGroups.Select(groups => Math.Max(1, groups / divisor))],
        PeriodChannels = [.. PeriodChannels.Select(channels => Math.Max(1, channels / divisor))],
    };
}

/// <summary>One discriminator: the score and the feature map of every layer, the score's included.</summary>
public sealed record DiscriminatorOutput(Tensor Score, IReadOnlyList<Tensor> Maps);

/// <summary>One scale and several period discriminators (mainline's MultiPeriodDiscriminator and …V2).</summary>
public sealed class MultiPeriodDiscriminator
{
    private readonly ScaleDiscriminator _scale;
    private readonly List<PeriodDiscriminator> _periods = [];

    public MultiPeriodDiscriminator(Backend backend, DiscriminatorPlan plan, ulong seed = 0)
    {
        ParameterBuilder parameters = new(backend);
        _scale = new ScaleDiscriminator(parameters.Scope("discriminators", 0), plan);
        for (int i = 0; i < plan.Periods.Count; i++)
        {
            _periods.Add(new PeriodDiscriminator(parameters.Scope("discriminators", i + 1), plan.Periods[i], plan.PeriodChannels));
        }

        Network = new Network(backend, parameters, trained: true, seed);
    }

    public Network Network { get; }

    /// <summary>
    /// Records one discriminator each time the next is asked for. Who differentiates each before asking keeps the maps of one in memory,
    /// not of all.
    /// </summary>
    /// <param name="wave">[2B,N,1], real items first.</param>
    public IEnumerable<DiscriminatorOutput> Forward(Tape tape, Tensor wave)
    {
        yield return _scale.Forward(tape, wave);
        foreach (PeriodDiscriminator period in _periods) yield return period.Forward(tape, wave);
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

        _stack = new ConvStack(parameters, layers, plan.ScaleChannels, planar: false);
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
        _stack = new ConvStack(parameters, layers, channels, planar: true);
    }

    public DiscriminatorOutput Forward(Tape tape, Tensor wave) => _stack.Forward(tape, Op.ReflectEnd(tape, wave, _period));
}

/// <summary>Convolutions with a leaky ReLU each, and a last one to the score.</summary>
internal sealed class ConvStack
{
    private readonly List<Conv1d> _convs = [];
    private readonly Conv1d _post;

    internal ConvStack(ParameterBuilder parameters, IReadOnlyList<ConvGeometry> layers, IReadOnlyList<int> channels, bool planar)
    {
        ConvOptions options = new() { Normed = true, Planar = planar };
        for (int i = 0; i < layers.Count; i++)
        {
            _convs.Add(new Conv1d(parameters.Scope("convs", i), i == 0 ? 1 : channels[i - 1], channels[i], layers[i], options));
        }

        _post = new Conv1d(parameters.Scope("conv_post"), channels[^1], 1, new ConvGeometry(3, 1, 1, 1, 1) { Columns = layers[0].Columns }, options);
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

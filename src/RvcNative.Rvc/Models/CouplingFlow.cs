using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>Invertible map between the posterior's and the prior's latent (mainline's ResidualCouplingBlock, flow).</summary>
public sealed class CouplingFlow
{
    private const int Kernel = 5, Layers = 3, Count = 4;
    private readonly List<(Conv1d Pre, WaveNet Enc, Conv1d Post)> _layers = [];

    public CouplingFlow(ParameterBuilder parameters, ModelPlan plan)
    {
        int half = plan.InterChannels / 2;
        for (int i = 0; i < Count; i++)
        {
            // Odd numbers are the flips between the layers, which have no parameters.
            ParameterBuilder layer = parameters.Scope("flows", 2 * i);
            _layers.Add((
                new Conv1d(layer.Scope("pre"), half, plan.HiddenChannels, new ConvGeometry(1)),
                new WaveNet(layer.Scope("enc"), plan.HiddenChannels, Kernel, 1, Layers, plan.GinChannels),
                new Conv1d(layer.Scope("post"), plan.HiddenChannels, half, new ConvGeometry(1), new ConvOptions { Initial = Initial.Constant(0) })));
        }
    }

    /// <summary>Posterior to prior.</summary>
    /// <param name="x">[B,T,C].</param>
    /// <param name="speaker">[B,1,gin].</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    public Tensor Forward(Tape tape, Tensor x, Tensor speaker, Tensor mask)
    {
        foreach ((Conv1d pre, WaveNet enc, Conv1d post) in _layers)
        {
            x = Op.Coupling(tape, x, Mean(tape, x, speaker, mask, pre, enc, post), mask);
            x = Op.FlipChannels(tape, x);
        }

        return x;
    }

    /// <summary>Prior to posterior; not differentiable.</summary>
    public Tensor Inverse(Tape tape, Tensor x, Tensor speaker, Tensor mask)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            (Conv1d pre, WaveNet enc, Conv1d post) = _layers[i];
            x = Op.FlipChannels(tape, x);
            x = Op.Coupling(tape, x, Mean(tape, x, speaker, mask, pre, enc, post), mask, inverse: true);
        }

        return x;
    }

    private static Tensor Mean(Tape tape, Tensor x, Tensor speaker, Tensor mask, Conv1d pre, WaveNet enc, Conv1d post)
    {
        Tensor h = pre.Forward(tape, Op.Channels(tape, x, 0, x.Shape[2] / 2), new ConvEpilogue(Mask: mask));
        return post.Forward(tape, enc.Forward(tape, h, speaker, mask), new ConvEpilogue(Mask: mask));
    }
}

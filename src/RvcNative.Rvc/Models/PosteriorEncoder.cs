using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>Linear spectrogram to the posterior of the latent (mainline's PosteriorEncoder, enc_q); used in training only.</summary>
public sealed class PosteriorEncoder
{
    private const int Kernel = 5, Layers = 16;
    private readonly Conv1d _pre, _proj;
    private readonly WaveNet _enc;

    public PosteriorEncoder(ParameterBuilder parameters, ModelPlan plan)
    {
        _pre = new Conv1d(parameters.Scope("pre"), plan.SpecChannels, plan.HiddenChannels, new ConvGeometry(1));
        _enc = new WaveNet(parameters.Scope("enc"), plan.HiddenChannels, Kernel, 1, Layers, plan.GinChannels);
        _proj = new Conv1d(parameters.Scope("proj"), plan.HiddenChannels, 2 * plan.InterChannels, new ConvGeometry(1));
    }

    /// <param name="spec">[B,T,bins].</param>
    /// <param name="speaker">[B,1,gin].</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <param name="draws">The draw is called enc_q.</param>
    /// <returns>The draw z [B,T,C] and the posterior's mean | logs [B,T,2C], 0 behind the end.</returns>
    public (Tensor Z, Tensor Stats) Forward(Tape tape, Tensor spec, Tensor speaker, Tensor mask, IDraws draws)
    {
        Tensor x = _pre.Forward(tape, spec, new ConvEpilogue(Mask: mask));
        Tensor stats = _proj.Forward(tape, _enc.Forward(tape, x, speaker, mask), new ConvEpilogue(Mask: mask));
        Tensor noise = draws.Normal(tape, "enc_q", [stats.Shape[0], stats.Shape[1], stats.Shape[2] / 2]);
        return (Op.Reparameterize(tape, stats, noise, 1, mask), stats);
    }
}

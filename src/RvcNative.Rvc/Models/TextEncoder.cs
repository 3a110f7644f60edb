using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>Phone features and pitch to the prior's mean and log deviation (mainline's TextEncoder, enc_p).</summary>
public sealed class TextEncoder
{
    private const float EntrySlope = 0.1f;
    private readonly float _scale;
    private readonly Conv1d _phone, _proj;
    private readonly Parameter? _pitch;
    private readonly TransformerEncoder _encoder;

    public TextEncoder(ParameterBuilder parameters, ModelPlan plan)
    {
        int hidden = plan.HiddenChannels;
        _scale = (float)Math.Sqrt(hidden);
        _phone = new Conv1d(parameters.Scope("emb_phone"), plan.PhoneChannels, hidden, new ConvGeometry(1), new ConvOptions { Linear = true });
        if (plan.HasPitch) _pitch = parameters.Scope("emb_pitch").Add("weight", [256, hidden], Initial.Normal(1));
        _encoder = new TransformerEncoder(parameters.Scope("encoder"), hidden, plan.FilterChannels, plan.Heads, plan.Layers, plan.KernelSize);
        _proj = new Conv1d(parameters.Scope("proj"), hidden, 2 * plan.InterChannels, new ConvGeometry(1));
    }

    /// <param name="phone">[B,T,256 or 768].</param>
    /// <param name="pitch">i64 [B,T] classes 1…255, or null for a voice without pitch.</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <param name="skipFrames">Frames to leave out at the start of the result, after attention has seen them (streaming).</param>
    /// <returns>[B,T-skip,2C]: mean | logs, 0 behind the end.</returns>
    public Tensor Forward(Tape tape, Tensor phone, Tensor? pitch, Tensor mask, int skipFrames = 0)
    {
        Tensor x = _phone.Forward(tape, phone);
        x = Op.EmbedFrames(tape, x, _pitch is null ? null : tape.Use(_pitch), pitch, _scale, EntrySlope, mask);
        x = _encoder.Forward(tape, x, mask);
        if (skipFrames > 0)
        {
            x = Frames.Cut(tape, x, skipFrames, x.Shape[1] - skipFrames);
            mask = Frames.CutMask(tape, mask, skipFrames, mask.Shape[1] - skipFrames);
        }

        return _proj.Forward(tape, x, new ConvEpilogue(Mask: mask));
    }
}

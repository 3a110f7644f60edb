using RvcNative.Core;
using RvcNative.Nn;

namespace RvcNative.Rvc.Models;

/// <summary>What the generator's forward pass leaves for the losses; layouts are channels last.</summary>
/// <param name="YHat">[B,segment samples,1].</param>
/// <param name="Z">[B,T,C].</param>
/// <param name="ZP">[B,T,C], z after the flow.</param>
/// <param name="Prior">[B,T,2C], m_p | logs_p.</param>
/// <param name="Posterior">[B,T,2C], m_q | logs_q.</param>
public sealed record SynthesizerOutput(Tensor YHat, Tensor Z, Tensor ZP, Tensor Prior, Tensor Posterior);

/// <summary>What conversion has before the decoder.</summary>
/// <param name="Masked">[B,frames,C], z with 0 where the mask is.</param>
/// <param name="Source">[B,frames * samples a frame,1], or null for a voice without pitch.</param>
/// <param name="Speaker">[B,1,gin].</param>
/// <param name="Z">[B,frames,C].</param>
/// <param name="ZP">Before the flow.</param>
/// <param name="Prior">[B,T,2C], m_p | logs_p.</param>
public sealed record SynthesizerLatent(Tensor Masked, Tensor? Source, Tensor Speaker, Tensor Z, Tensor ZP, Tensor Prior);

/// <summary>The whole generator (mainline's SynthesizerTrnMs256NSFsid, …768…, and their _nono forms).</summary>
public sealed class Synthesizer
{
    private readonly TextEncoder _encP;
    private readonly IDecoder _dec;
    private readonly PosteriorEncoder? _encQ;
    private readonly CouplingFlow _flow;
    private readonly Parameter _speakers;

    /// <param name="training">With the posterior encoder, gradients and optimiser state; a voice file has none of them.</param>
    /// <param name="seed">Of the first values; a checkpoint overwrites them.</param>
    public Synthesizer(Backend backend, ModelPlan plan, bool training, ulong seed = 0)
    {
        Plan = plan;
        ParameterBuilder parameters = new(backend);

        // Mainline's v2 makes the text encoder anew after the rest, so it comes last in the state dict; Applio's vocoders are Applio's.
        bool isEarly = plan.Version == ModelVersion.V1 || plan.Vocoder != Vocoder.HifiGan;
        TextEncoder? early = isEarly ? new TextEncoder(parameters.Scope("enc_p"), plan) : null;
        ParameterBuilder dec = parameters.Scope("dec");
        _dec = plan.Vocoder == Vocoder.RefineGan ? new RefineGanGenerator(backend, dec, plan) : new HifiGanGenerator(dec, plan);
        if (training) _encQ = new PosteriorEncoder(parameters.Scope("enc_q"), plan);
        _flow = new CouplingFlow(parameters.Scope("flow"), plan);
        _speakers = parameters.Scope("emb_g").Add("weight", [plan.Speakers, plan.GinChannels], Initial.Normal(1));
        _encP = early ?? new TextEncoder(parameters.Scope("enc_p"), plan);
        Network = new Network(backend, parameters, training, seed);
    }

    public ModelPlan Plan { get; }

    public Network Network { get; }

    /// <summary>The training pass.</summary>
    /// <param name="batch">Inputs on the tape.</param>
    /// <param name="starts">i64 [B], first frame of each item's segment.</param>
    /// <param name="recompute">Whether the decoder's inner results are computed again in the backward pass, not kept for it.</param>
    public SynthesizerOutput Forward(Tape tape, SynthesizerInput batch, Tensor spec, Tensor starts, IDraws draws, bool recompute = false)
    {
        if (_encQ is null) throw new InvalidOperationException("a synthesizer made for inference has no posterior encoder to train");
        Tensor speaker = Op.Embedding(tape, tape.Use(_speakers), batch.SpeakerIds);
        Tensor prior = _encP.Forward(tape, batch.Phone, batch.Pitch, batch.Mask);
        (Tensor z, Tensor posterior) = _encQ.Forward(tape, spec, speaker, batch.Mask, draws);
        Tensor zP = _flow.Forward(tape, z, speaker, batch.Mask);
        Tensor segment = Op.Segments(tape, z, starts, 1, Plan.SegmentFrames);
        Tensor? f0 = batch.F0 is null ? null : F0Segment(tape, batch.F0, starts);
        DecoderInput input = new(segment, _dec.Source(tape, f0, draws), speaker);
        return new SynthesizerOutput(_dec.Decode(tape, input, draws, recompute), z, zP, prior, posterior);
    }

    /// <summary>Conversion: prior, drawn with a noise scale, back through the flow and into audio.</summary>
    /// <param name="noiseScale">Mainline's 0.66666.</param>
    /// <param name="window">Frames to return, of all that the attention sees; null for all (mainline's skip_head and return_length).</param>
    /// <returns>What <see cref="Decode(Tape, SynthesizerLatent, IDraws, DecoderWindow?)"/> takes.</returns>
    public SynthesizerLatent Infer(Tape tape, SynthesizerInput batch, IDraws draws, float noiseScale, FrameWindow? window = null)
    {
        Tensor speaker = Op.Embedding(tape, tape.Use(_speakers), batch.SpeakerIds), mask = batch.Mask;
        int flowHead = Math.Max((window?.Skip ?? 0) - FlowReach, 0);
        Tensor prior = _encP.Forward(tape, batch.Phone, batch.Pitch, mask, flowHead);
        if (flowHead > 0) mask = Frames.CutMask(tape, mask, flowHead, mask.Shape[1] - flowHead);
        Tensor noise = draws.Normal(tape, "infer", [prior.Shape[0], prior.Shape[1], Plan.InterChannels]);
        Tensor zP = Op.Reparameterize(tape, prior, noise, noiseScale, mask);
        Tensor z = _flow.Inverse(tape, zP, speaker, mask);
        Tensor? f0 = batch.F0;
        Tensor decoded = z;
        if (window is { } part)
        {
            decoded = Frames.Cut(tape, z, part.Skip - flowHead, part.Count);
            mask = Frames.CutMask(tape, mask, part.Skip - flowHead, part.Count);
            f0 = f0 is null ? null : Frames.CutMask(tape, f0, part.Skip, part.Count);
        }

        return new SynthesizerLatent(Op.Mask(tape, decoded, mask), _dec.Source(tape, f0, draws), speaker, decoded, zP, prior);
    }

    /// <summary>Audio of the latent, or of a stretch of it.</summary>
    /// <returns>[B,frames * samples a frame,1].</returns>
    /// <param name="window">Where the stretch lies, if it is one.</param>
    public Tensor Decode(Tape tape, SynthesizerLatent latent, IDraws draws, DecoderWindow? window = null) =>
        _dec.Decode(tape, new DecoderInput(latent.Masked, latent.Source, latent.Speaker, window), draws);

    /// <summary>Audio of a given latent: the decoder with its source alone.</summary>
    /// <param name="z">[B,T,C].</param>
    /// <param name="f0">[B,T] Hz, or null.</param>
    /// <param name="speakerIds">i64 [B].</param>
    public Tensor Decode(Tape tape, Tensor z, Tensor? f0, Tensor speakerIds, IDraws draws) =>
        _dec.Decode(tape, new DecoderInput(z, _dec.Source(tape, f0, draws), Op.Embedding(tape, tape.Use(_speakers), speakerIds)), draws);

    /// <summary>Frames before the wanted ones that the flow runs on as well (mainline's flow_head).</summary>
    private const int FlowReach = 24;

    private Tensor F0Segment(Tape tape, Tensor f0, Tensor starts)
    {
        int batch = f0.Shape[0];
        return Op.Segments(tape, f0.View([batch, f0.Shape[1], 1]), starts, 1, Plan.SegmentFrames).View([batch, Plan.SegmentFrames]);
    }
}

/// <summary>A stretch of frames in the middle of a longer input.</summary>
public readonly record struct FrameWindow(int Skip, int Count);

/// <summary>Inputs that training and conversion share.</summary>
/// <param name="Phone">[B,T,256 or 768].</param>
/// <param name="Pitch">i64 [B,T] classes, or null.</param>
/// <param name="F0">[B,T] Hz, or null.</param>
/// <param name="Mask">[B,T] of 0 and 1.</param>
/// <param name="SpeakerIds">i64 [B].</param>
public sealed record SynthesizerInput(Tensor Phone, Tensor? Pitch, Tensor? F0, Tensor Mask, Tensor SpeakerIds);

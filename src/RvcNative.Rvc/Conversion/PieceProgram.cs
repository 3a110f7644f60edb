using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Conversion;

/// <summary>A stretch of frames for the synthesizer.</summary>
/// <param name="frames">T.</param>
/// <param name="phone">[T or more, channels]; frames beyond T are not looked at.</param>
/// <param name="pitchClasses">[T], or empty for a voice without pitch.</param>
/// <param name="pitchHz">[T], likewise.</param>
/// <param name="firstFrame">Place in the recording; the random numbers of the piece hang on it.</param>
internal readonly ref struct PieceInput(
    int frames, float[] phone, ReadOnlySpan<long> pitchClasses, ReadOnlySpan<float> pitchHz, int speaker, int firstFrame)
{
    internal readonly int Frames = frames, Speaker = speaker, FirstFrame = firstFrame;
    internal readonly float[] Phone = phone;
    internal readonly ReadOnlySpan<long> PitchClasses = pitchClasses;
    internal readonly ReadOnlySpan<float> PitchHz = pitchHz;
}

/// <summary>
/// The synthesizer compiled for a number of frames; shorter pieces are followed by masked frames. Text encoder, flow and source see all
/// frames at once, the decoder, whose memory is a hundred times theirs, windows of them: what it makes of the frames that lie its
/// reach away from a window's edges is what it makes of the whole, as long as windows begin on the grid of its steps. Where it reaches further in the source than in the latent (RefineGAN's filters),
/// a window of the source is wider, and the decoder cuts what it made of it to the latent's window.
/// </summary>
internal sealed class PieceProgram
{
    private const int Latent = 0, Decoder = 1;
    private readonly Backend _backend;
    private readonly SynthesizerInput _input;
    private readonly Tensor _place, _start, _sourceStart, _inSource, _audio;
    private readonly StepProgram _program;
    private readonly int _frames, _window, _sourceWindow, _reach, _step, _margin, _channels, _hop;

    /// <param name="windowFrames">Frames that the decoder gives at a time.</param>
    internal PieceProgram(Backend backend, Synthesizer synthesizer, int frames, float noiseScale, ulong seed, Arena arena, int windowFrames)
    {
        ModelPlan plan = synthesizer.Plan;
        (_backend, _frames, _channels, _hop) = (backend, frames, plan.PhoneChannels, plan.SamplesPerFrame);
        DecoderReach reach = DecoderReach.Of(plan, backend);
        (_reach, _step, _margin) = (reach.Latent, reach.Step, (reach.Source - reach.Latent + reach.Step - 1) / reach.Step * reach.Step);
        _window = frames - (Math.Max(0, frames - windowFrames - (2 * _reach) - _step + 1) / _step * _step);
        _sourceWindow = Math.Min(frames, _window + (2 * _margin));
        Tape tape = new(backend);
        _input = new SynthesizerInput(
            tape.Input([1, frames, plan.PhoneChannels]),
            plan.HasPitch ? tape.Input([1, frames], DType.I64) : null,
            plan.HasPitch ? tape.Input([1, frames]) : null,
            tape.Input([1, frames]),
            tape.Input([1], DType.I64));
        _place = tape.Input([1], DType.I64);
        _start = tape.Input([1], DType.I64);
        _sourceStart = tape.Input([1], DType.I64);
        _inSource = tape.Input([1], DType.I64);
        RandomDraws draws = new(seed, _place);
        SynthesizerLatent latent = synthesizer.Infer(tape, _input, draws, noiseScale);
        tape.Keep(latent.Masked);
        tape.Keep(latent.Speaker);
        if (latent.Source is { } whole) tape.Keep(whole);

        tape.StartPhase("decoder");
        SynthesizerLatent part = latent with
        {
            Masked = Op.Segments(tape, latent.Masked, _start, 1, _window),
            Source = latent.Source is { } source ? Op.Segments(tape, source, _sourceStart, _hop, _sourceWindow * _hop) : null,
        };
        _audio = tape.Keep(synthesizer.Decode(tape, part, draws, new DecoderWindow(_start, _inSource)));
        foreach (Tensor place in (ReadOnlySpan<Tensor>)[_place, _start, _sourceStart, _inSource]) tape.Keep(place);
        _program = tape.Compile(arena);
    }

    /// <returns>[T * samples a frame].</returns>
    internal float[] Run(PieceInput piece)
    {
        float[] phone = new float[_frames * _channels], mask = new float[_frames];
        piece.Phone.AsSpan(0, piece.Frames * _channels).CopyTo(phone);
        mask.AsSpan(0, piece.Frames).Fill(1);
        _backend.Write(phone, _input.Phone);
        _backend.Write(mask, _input.Mask);
        _backend.Write([(long)piece.Speaker], _input.SpeakerIds);
        _backend.Write([(long)piece.FirstFrame], _place);
        if (_input.Pitch is { } pitch)
        {
            long[] classes = new long[_frames];
            float[] hz = new float[_frames];
            piece.PitchClasses.CopyTo(classes);
            piece.PitchHz.CopyTo(hz);
            classes.AsSpan(piece.Frames).Fill(1);
            _backend.Write(classes, pitch);
            _backend.Write(hz, _input.F0!);
        }

        _program.RunPhase(Latent);
        return Decode(piece.Frames);
    }

    private float[] Decode(int frames)
    {
        float[] audio = new float[frames * _hop], window = new float[_window * _hop];
        int done = 0;
        while (done < frames)
        {
            int start = Math.Clamp((done - _reach) / _step * _step, 0, _frames - _window), end = start + _window == _frames ? _frames : start + _window - _reach;
            int sourceStart = Math.Clamp(start - _margin, 0, _frames - _sourceWindow);
            _backend.Write([(long)start], _start);
            _backend.Write([(long)sourceStart], _sourceStart);
            _backend.Write([(long)(start - sourceStart)], _inSource);
            _program.RunPhase(Decoder);
            _backend.Read(_audio, window);
            int wanted = Math.Min(end, frames) - done;
            window.AsSpan((done - start) * _hop, wanted * _hop).CopyTo(audio.AsSpan(done * _hop));
            done += wanted;
        }

        return audio;
    }
}

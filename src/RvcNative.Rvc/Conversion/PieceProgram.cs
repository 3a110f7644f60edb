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

/// <summary>The synthesizer compiled for a number of frames; shorter pieces are followed by masked frames.</summary>
internal sealed class PieceProgram
{
    private readonly Backend _backend;
    private readonly SynthesizerInput _input;
    private readonly Tensor _place, _audio;
    private readonly StepProgram _program;
    private readonly int _frames, _channels, _samplesPerFrame;

    internal PieceProgram(Backend backend, Synthesizer synthesizer, int frames, float noiseScale, ulong seed, Arena arena)
    {
        ModelPlan plan = synthesizer.Plan;
        (_backend, _frames, _channels, _samplesPerFrame) = (backend, frames, plan.PhoneChannels, plan.SamplesPerFrame);
        Tape tape = new(backend);
        _input = new SynthesizerInput(
            tape.Input([1, frames, plan.PhoneChannels]),
            plan.HasPitch ? tape.Input([1, frames], DType.I64) : null,
            plan.HasPitch ? tape.Input([1, frames]) : null,
            tape.Input([1, frames]),
            tape.Input([1], DType.I64));
        _place = tape.Input([1], DType.I64);
        _audio = tape.Keep(synthesizer.Infer(tape, _input, new RandomDraws(seed, _place), noiseScale).Audio);
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

        _program.Run();
        float[] audio = _backend.ToArray(_audio);
        Array.Resize(ref audio, piece.Frames * _samplesPerFrame);
        return audio;
    }
}

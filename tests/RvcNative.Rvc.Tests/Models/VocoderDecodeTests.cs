using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Nn;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Conversion;

namespace RvcNative.Rvc.Tests.Models;

/// <summary>Training and conversion have one decoder.</summary>
public sealed class VocoderDecodeTests
{
    [Theory]
    [InlineData(Vocoder.HifiGan, 29)]
    [InlineData(Vocoder.MrfHifiGan, 34)]
    [InlineData(Vocoder.RefineGan, 41)]
    public void What_a_training_step_generates_is_what_conversion_makes_of_the_same_latent_pitch_and_noise(Vocoder vocoder, int frames)
    {
        using CpuBackend backend = new(2);
        ModelPlan plan = TinyVoice.Plan(vocoder) with { SegmentFrames = frames };
        Synthesizer synthesizer = TinyVoice.Build(backend, plan, training: true);
        Tape tape = new(backend);
        SynthesizerInput input = new(
            tape.Input([1, frames, plan.PhoneChannels]), tape.Input([1, frames], DType.I64), tape.Input([1, frames]), tape.Input([1, frames]),
            tape.Input([1], DType.I64));
        Tensor spec = tape.Input([1, frames, plan.SpecChannels]), starts = tape.Input([1], DType.I64), step = backend.NewTensor([1], DType.I64);
        RandomDraws draws = new(5, step);
        SynthesizerOutput trained = synthesizer.Forward(tape, input, spec, starts, draws);
        Tensor generated = tape.Keep(trained.YHat), converted = tape.Keep(synthesizer.Decode(tape, trained.Z, input.F0, input.SpeakerIds, draws));
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        RandomStream random = RandomStream.Named((ulong)frames, "inputs");
        backend.Write(Filled(input.Phone.Count, _ => (float)random.NextNormal()), input.Phone);
        backend.Write(Filled(frames, i => 1L + (i * 17 % 200)), input.Pitch!);
        backend.Write(Filled(frames, i => i % 11 < 3 ? 0 : 140f + i), input.F0!);
        backend.Write(Filled(frames, _ => 1f), input.Mask);
        backend.Write([2L], input.SpeakerIds);
        backend.Write(Filled(spec.Count, _ => (float)random.NextDouble()), spec);
        backend.Write([0L], starts);
        backend.Write([7L], step);
        program.Run();

        float[] audio = backend.ToArray(generated);
        Assert.True(audio.Max() - audio.Min() > 0.01f, "the voice is silent, so the comparison says nothing");
        Assert.Equal(audio, backend.ToArray(converted));
    }

    private static T[] Filled<T>(int count, Func<int, T> value) => [.. Enumerable.Range(0, count).Select(value)];
}

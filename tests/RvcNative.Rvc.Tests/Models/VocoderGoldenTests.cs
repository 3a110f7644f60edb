using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Verification;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Tests.Models;

/// <summary>What the generators make of Applio's weights and numbers, beside what Applio makes of them.</summary>
public sealed class VocoderGoldenTests
{
    [SkippableTheory]
    [InlineData("train-refinegan-tiny", Vocoder.RefineGan)]
    [InlineData("train-mrf-tiny", Vocoder.MrfHifiGan)]
    [InlineData("train-applio-hifigan-tiny", Vocoder.HifiGan)]
    public void A_generated_segment_is_Applio_s(string name, Vocoder vocoder)
    {
        using CpuBackend backend = new(2);
        GoldenCase golden = new(GoldenCases.Find(name));
        ModelCase model = new(golden);
        Assert.Equal(vocoder, model.Plan.Vocoder);
        Synthesizer synthesizer = new(backend, model.Plan, training: true);
        model.LoadWeights(synthesizer.Network, "G");
        float[] phone = model.Floats("phone", out int[] shape), spec = model.Floats("spec", out int[] specShape);
        int batch = shape[0], frames = shape[1];

        Tape tape = new(backend);
        SynthesizerInput input = new(
            tape.Input([batch, frames, shape[2]]), tape.Input([batch, frames], DType.I64), tape.Input([batch, frames]), tape.Input([batch, frames]),
            tape.Input([batch], DType.I64));
        Tensor spectrogram = tape.Input([batch, frames, specShape[1]]), starts = tape.Input([batch], DType.I64);
        InjectedDraws draws = new();
        Tensor audio = tape.Keep(synthesizer.Forward(tape, input, spectrogram, starts, draws).YHat);
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write(phone, input.Phone);
        backend.Write(model.Integers("pitch"), input.Pitch!);
        backend.Write(model.Floats("pitchf", out _), input.F0!);
        backend.Write(Layouts.Mask(model.Integers("phone_lengths"), frames), input.Mask);
        backend.Write(model.Integers("sid"), input.SpeakerIds);
        backend.Write(Layouts.SwapLast(spec, batch, specShape[1], frames), spectrogram);
        backend.Write(model.Integers("ids_slice").AsSpan(0, batch), starts);
        model.WriteNoise(backend, draws, 0);
        program.Run();

        double error = ErrorMeasure.Relative(backend.ToArray(audio), golden.Expected!["step0.y_hat"].ToFloat64(), 1e-12);
        Assert.InRange(error, 0, Math.Max(2 * golden.PeerError("step0.y_hat")!.Value, 1e-6));

        IEnumerable<string> wanted = golden.Description.GetProperty("g_parameters").EnumerateArray().Select(entry => entry[0].GetString()!);
        Assert.Equal(wanted, CheckpointForm.OfApplio(synthesizer.Network, vocoder).Order.Select(parameter => parameter.Name));
    }
}

using System.Text.Json;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Nn;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Verification;

/// <summary>Runs an inference case, whole or a window of it, through the synthesizer that conversion uses.</summary>
internal static class InferCaseVerifier
{
    private const float NoiseScale = 0.66666f;

    internal static CaseReport Run(GoldenCase golden, Backend backend)
    {
        ModelCase model = new(golden);
        Synthesizer synthesizer = new(backend, model.Plan, training: false);
        model.LoadWeights(synthesizer.Network, "G");
        float[] phone = model.Floats("phone", out int[] shape);
        int batch = shape[0], frames = shape[1];

        Tape tape = new(backend);
        SynthesizerInput input = new(
            tape.Input([batch, frames, shape[2]]), model.HasPitch ? tape.Input([batch, frames], DType.I64) : null,
            model.HasPitch ? tape.Input([batch, frames]) : null, tape.Input([batch, frames]), tape.Input([batch], DType.I64));
        FrameWindow? window = golden.Description.TryGetProperty("skip_head", out JsonElement skip)
            ? new FrameWindow(skip.GetInt32(), golden.Description.GetProperty("return_length").GetInt32())
            : null;
        InjectedDraws draws = new();
        SynthesizerLatent latent = synthesizer.Infer(tape, input, draws, NoiseScale, window);
        Tensor audio = synthesizer.Decode(tape, latent, draws);
        foreach (Tensor result in (ReadOnlySpan<Tensor>)[audio, latent.Z, latent.ZP, latent.Prior]) tape.Keep(result);
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write(phone, input.Phone);
        backend.Write(Layouts.Mask(model.Integers("phone_lengths"), frames), input.Mask);
        backend.Write(model.Integers("sid"), input.SpeakerIds);
        if (input.Pitch is { } pitch) backend.Write(model.Integers("pitch"), pitch);
        if (input.F0 is { } f0) backend.Write(model.Floats("pitchf", out _), f0);
        model.WriteNoise(backend, draws, 0);
        program.Run();

        List<TensorCheck> checks = [];
        CaseLimits limits = new(backend.OperandRounding);
        int channels = model.Plan.InterChannels;
        Check("audio", backend.ToArray(audio));
        Check("z", Latent(latent.Z, 0));
        Check("z_p", Latent(latent.ZP, 0));
        Check("m_p", Latent(latent.Prior, 0));
        Check("logs_p", Latent(latent.Prior, channels));
        List<string> failures =
            [.. checks.Where(check => !check.Passes).Select(check => $"{check.Name}: error {check.Error:g3}, limit {check.Limit:g3}")];
        if (CaseReport.GeometricMean(checks) is { } ratio && ratio > limits.MeanRatio)
        {
            failures.Add($"the geometric mean of our error over PyTorch's is {ratio:f2}, limit {limits.MeanRatio}");
        }

        return new CaseReport(golden.Name, checks, failures);

        float[] Latent(Tensor tensor, int first) =>
            Layouts.ChannelsFirst(backend.ToArray(tensor), batch, tensor.Shape[1], tensor.Shape[2], first, channels);

        void Check(string name, float[] ours)
        {
            if (golden.Expected is null || !golden.Expected.TryGet(name, out FileTensor? truth)) return;
            double? peer = golden.PeerError(name);
            double error = ErrorMeasure.Relative(ours, truth.ToFloat64(), 1e-12);
            checks.Add(new TensorCheck("values", name, error, peer, CaseLimits.Beside(peer, limits.Values)));
        }
    }
}

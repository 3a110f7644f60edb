using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Verification;
using RvcNative.Rvc.Verification;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Conversion;

/// <summary>
/// Voices written here in Applio's own networks, from features and pitch to audio. The folder of its repository comes from APPLIO_REPO; what it imports
/// and is not installed is made up for by benchmarks/peers/applio_checkout.py.
/// </summary>
public sealed class ApplioLoadsVoicesTests
{
    private const string Script = """
        import sys
        import numpy as np, torch
        peers, repo, voice, folder = sys.argv[1:]
        sys.path[:0] = [peers, repo]
        import applio_checkout
        applio_checkout.install()
        from rvc.lib.algorithm.synthesizers import Synthesizer

        file = torch.load(voice, map_location="cpu", weights_only=True)
        net = Synthesizer(*file["config"], use_f0=file["f0"], text_enc_hidden_dim=768, vocoder=file["vocoder"])
        missing, unexpected = net.load_state_dict({k: v.float() for k, v in file["weight"].items()}, strict=False)
        assert not unexpected, unexpected
        assert all(name.startswith("enc_q.") for name in missing), missing
        assert file["speakers_id"] == net.emb_g.weight.shape[0] and file["sr"] == file["config"][-1]
        for key in "epoch step creation_date model_hash dataset_length model_name author embedder_model".split(): assert key in file, key

        # All draws are zero; everything is in double, so that what differs is ours.
        net = net.double().eval()
        torch.set_default_dtype(torch.float64)
        torch.Tensor.float = torch.Tensor.double
        torch.randn_like = torch.zeros_like
        torch.rand = lambda *size, **_: torch.zeros(*size)
        phone, pitch, f0 = (torch.from_numpy(np.load(f"{folder}/{name}.npy")) for name in ("phone", "pitch", "f0"))
        with torch.no_grad():
            audio = net.infer(phone.double(), torch.tensor([phone.shape[1]]), pitch, f0.double(), torch.tensor([1]))[0]
        np.save(f"{folder}/audio.npy", audio[0, 0].numpy().astype(np.float32))
        """;

    [SkippableTheory]
    [InlineData(Vocoder.RefineGan, 24000, new[] { 10, 6, 2, 2 }, 40)]
    [InlineData(Vocoder.RefineGan, 32000, new[] { 10, 8, 2, 2 }, 23)]
    [InlineData(Vocoder.RefineGan, 40000, new[] { 10, 10, 2, 2 }, 31)]
    [InlineData(Vocoder.RefineGan, 48000, new[] { 12, 10, 2, 2 }, 17)]
    [InlineData(Vocoder.RefineGan, 44100, new[] { 3, 7, 1, 2 }, 97)]
    [InlineData(Vocoder.MrfHifiGan, 24000, new[] { 10, 6, 2, 2 }, 40)]
    [InlineData(Vocoder.MrfHifiGan, 32000, new[] { 10, 8, 2, 2 }, 33)]
    [InlineData(Vocoder.MrfHifiGan, 40000, new[] { 10, 10, 2, 2 }, 50)]
    [InlineData(Vocoder.MrfHifiGan, 48000, new[] { 12, 10, 2, 2 }, 29)]
    [InlineData(Vocoder.MrfHifiGan, 44100, new[] { 3, 7, 2, 5 }, 40)]
    [InlineData(Vocoder.HifiGan, 24000, new[] { 10, 6, 2, 2 }, 43)]
    [InlineData(Vocoder.HifiGan, 44100, new[] { 7, 7, 3, 3 }, 26)]
    public void Applio_loads_the_voice_and_says_the_same(Vocoder vocoder, int sampleRateHz, int[] rates, int frames)
    {
        string? applio = Environment.GetEnvironmentVariable("APPLIO_REPO");
        Skip.If(applio is null, "APPLIO_REPO does not name a checkout of Applio");
        using TestFolder folder = new();
        using CpuBackend backend = new(2);
        ModelPlan plan = TinyVoice.Plan() with
        {
            Vocoder = vocoder,
            SampleRateHz = sampleRateHz,
            UpsampleRates = rates,
            UpsampleKernels = [.. rates.Select(rate => 2 * rate)],
            UpsampleInitialChannel = vocoder == Vocoder.RefineGan ? 512 : 64,
            GinChannels = 256,
        };
        VoiceExtraction extraction = new("contentvec", "rmvpe", FillsUnvoiced: false);
        VoiceFile.Write(folder["voice.pth"], TinyVoice.Build(backend, plan, seed: (ulong)frames), 12, extraction, 345);

        RandomStream random = RandomStream.Named((ulong)frames, "features");
        float[] phone = new float[frames * plan.PhoneChannels], f0 = new float[frames];
        long[] pitch = new long[frames];
        for (int i = 0; i < phone.Length; i++) phone[i] = (float)random.NextNormal();
        for (int i = 0; i < frames; i++) (f0[i], pitch[i]) = (i % 13 is 4 or 5 ? 0 : 120 + (3 * i), 1 + (i * 31 % 255));
        NpyFile.Write(folder["phone.npy"], FileTensor.FromFloat32([1, frames, plan.PhoneChannels], phone));
        NpyFile.Write(folder["pitch.npy"], FileTensor.FromInt64([1, frames], pitch));
        NpyFile.Write(folder["f0.npy"], FileTensor.FromFloat32([1, frames], f0));
        string peers = Path.Combine(GoldenCases.Root(), "benchmarks", "peers");
        DebianPython.Run("torch, numpy", Script, peers, applio!, folder["voice.pth"], folder[""]);

        float[] wanted = NpyFile.Read(folder["audio.npy"]).ToFloat32(), ours = Said(backend, VoiceFile.Read(folder["voice.pth"]), phone, pitch, f0);
        Assert.Equal(frames * plan.SamplesPerFrame, wanted.Length);
        Assert.InRange(ErrorMeasure.Relative(ours, [.. wanted.Select(sample => (double)sample)], 1e-12), 0, 1e-5);
    }

    private static float[] Said(CpuBackend backend, VoiceFile voice, float[] phone, long[] pitch, float[] f0)
    {
        Synthesizer synthesizer = voice.Load(backend);
        int frames = f0.Length;
        Tape tape = new(backend);
        SynthesizerInput input = new(
            tape.Input([1, frames, voice.Plan.PhoneChannels]), tape.Input([1, frames], DType.I64), tape.Input([1, frames]), tape.Input([1, frames]),
            tape.Input([1], DType.I64));
        InjectedDraws draws = new();
        Tensor audio = tape.Keep(synthesizer.Decode(tape, synthesizer.Infer(tape, input, draws, 0.66666f), draws));
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write(phone, input.Phone);
        backend.Write(pitch, input.Pitch!);
        backend.Write(f0, input.F0!);
        backend.Write([.. Enumerable.Repeat(1f, frames)], input.Mask);
        backend.Write([1L], input.SpeakerIds);
        foreach (Tensor draw in draws.Tensors.Values) backend.Write(new float[draw.Count], draw);
        program.Run();
        return backend.ToArray(audio);
    }
}

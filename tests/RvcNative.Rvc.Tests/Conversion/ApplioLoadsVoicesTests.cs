using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Conversion;

/// <summary>
/// Voices written here in Applio's own networks. The folder of its repository comes from APPLIO_REPO; torchaudio's resampler is replaced by its formula,
/// and the weight normalisation of newer PyTorch by the older one, whose names the files have.
/// </summary>
public sealed class ApplioLoadsVoicesTests
{
    private const int Frames = 40;

    private const string Script = """
        import sys, types, math
        import numpy as np, torch
        import torch.nn.utils.parametrizations as parametrizations
        repo, voice, latent, pitch, out = sys.argv[1:]

        def resample(x, orig_freq, new_freq, lowpass_filter_width, rolloff, resampling_method, beta):
            assert resampling_method == "sinc_interp_kaiser"
            divisor = math.gcd(orig_freq, new_freq)
            orig, new = orig_freq // divisor, new_freq // divisor
            assert new == 1
            if orig == 1: return x
            width = math.ceil(lowpass_filter_width * orig / rolloff)
            t = (torch.arange(-width, width + orig, dtype=torch.float64) / orig * rolloff).clamp(-lowpass_filter_width, lowpass_filter_width)
            window = torch.i0(beta * torch.sqrt(1 - (t / lowpass_filter_width) ** 2)) / torch.i0(torch.tensor(beta, dtype=torch.float64))
            kernel = torch.sinc(t) * window * rolloff / orig
            padded = torch.nn.functional.pad(x.double().reshape(-1, 1, x.shape[-1]), (width, width + orig))
            y = torch.nn.functional.conv1d(padded, kernel[None, None], stride=orig)[..., : math.ceil(x.shape[-1] / orig)]
            return y.reshape(x.shape[0], x.shape[1], -1).to(x.dtype)

        torchaudio = types.ModuleType("torchaudio")
        torchaudio.functional = types.SimpleNamespace(resample=resample)
        sys.modules["torchaudio"] = torchaudio
        if not hasattr(parametrizations, "weight_norm"): parametrizations.weight_norm = torch.nn.utils.weight_norm
        sys.path.insert(0, repo)
        from rvc.lib.algorithm.synthesizers import Synthesizer

        file = torch.load(voice, map_location="cpu", weights_only=True)
        net = Synthesizer(*file["config"], use_f0=file["f0"], text_enc_hidden_dim=768, vocoder=file["vocoder"])
        missing, unexpected = net.load_state_dict({k: v.float() for k, v in file["weight"].items()}, strict=False)
        assert not unexpected, unexpected
        assert all(name.startswith("enc_q.") for name in missing), missing
        assert file["speakers_id"] == net.emb_g.weight.shape[0] and file["sr"] == file["config"][-1]
        for key in "epoch step creation_date model_hash dataset_length model_name author embedder_model".split(): assert key in file, key

        net = net.double().eval()
        torch.randn_like = torch.zeros_like
        torch.rand = lambda *size, **_: torch.zeros(*size, dtype=torch.float64)
        torch.set_default_dtype(torch.float64)
        z, f0 = torch.from_numpy(np.load(latent)).double(), torch.from_numpy(np.load(pitch)).double()
        with torch.no_grad(): audio = net.dec(z.transpose(1, 2), f0, g=net.emb_g(torch.tensor([1])).unsqueeze(-1))
        np.save(out, audio[0, 0].float().numpy())
        """;

    [SkippableTheory]
    [InlineData(Vocoder.RefineGan, 44100, new[] { 3, 7, 1, 2 })]
    [InlineData(Vocoder.RefineGan, 24000, new[] { 10, 6, 2, 2 })]
    [InlineData(Vocoder.MrfHifiGan, 44100, new[] { 3, 7, 2, 5 })]
    public void Applio_loads_the_voice_and_says_the_same(Vocoder vocoder, int sampleRateHz, int[] rates)
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
        VoiceFile.Write(folder["voice.pth"], TinyVoice.Build(backend, plan), 12, new VoiceExtraction("contentvec", "rmvpe", FillsUnvoiced: false), 345);

        RandomStream random = RandomStream.Named(3, "latent");
        float[] z = new float[Frames * plan.InterChannels], f0 = new float[Frames];
        for (int i = 0; i < z.Length; i++) z[i] = (float)random.NextNormal();
        for (int i = 0; i < Frames; i++) f0[i] = i % 13 is 4 or 5 ? 0 : 120 + (3 * i);
        NpyFile.Write(folder["z.npy"], FileTensor.FromFloat32([1, Frames, plan.InterChannels], z));
        NpyFile.Write(folder["f0.npy"], FileTensor.FromFloat32([1, Frames], f0));
        DebianPython.Run("torch, numpy", Script, applio!, folder["voice.pth"], folder["z.npy"], folder["f0.npy"], folder["audio.npy"]);

        float[] wanted = NpyFile.Read(folder["audio.npy"]).ToFloat32(), ours = Decoded(backend, VoiceFile.Read(folder["voice.pth"]), z, f0);
        Assert.Equal(wanted.Length, ours.Length);
        double error = Math.Sqrt(wanted.Zip(ours, (a, b) => ((double)a - b) * ((double)a - b)).Sum() / wanted.Sum(a => (double)a * a));
        Assert.InRange(error, 0, 1e-5);
    }

    private static float[] Decoded(CpuBackend backend, VoiceFile voice, float[] z, float[] f0)
    {
        Synthesizer synthesizer = voice.Load(backend);
        Tape tape = new(backend);
        Tensor latent = tape.Input([1, Frames, voice.Plan.InterChannels]), pitch = tape.Input([1, Frames]), id = tape.Input([1], DType.I64);
        InjectedDraws draws = new();
        Tensor audio = tape.Keep(synthesizer.Decode(tape, latent, pitch, id, draws));
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write(z, latent);
        backend.Write(f0, pitch);
        backend.Write([1L], id);
        foreach (Tensor draw in draws.Tensors.Values) backend.Write(new float[draw.Count], draw);
        program.Run();
        return backend.ToArray(audio);
    }
}

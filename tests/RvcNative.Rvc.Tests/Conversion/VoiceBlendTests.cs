using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Conversion;

public sealed class VoiceBlendTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_blend_is_the_weighted_mean_of_the_weights()
    {
        string[] voices = [Voice("a", TinyVoice.Plan(), 1), Voice("b", TinyVoice.Plan(), 2), Voice("c", TinyVoice.Plan(), 3)];
        double[] shares = [0.5, 0.3, 0.2];
        Assert.Empty(VoiceBlend.Write(_folder["mix.pth"], [.. voices.Zip(shares, (voice, share) => new BlendPart(voice, share))]));
        PickleNode[] roots = [.. voices.Select(PthFile.Read)];
        PickleNode mix = PthFile.Read(_folder["mix.pth"]);
        Assert.Equal(roots[0]["weight"].Keys, mix["weight"].Keys);
        foreach (string name in mix["weight"].Keys)
        {
            float[] found = mix["weight"][name].Tensor().Load().ToFloat32();
            float[][] parts = [.. roots.Select(root => root["weight"][name].Tensor().Load().ToFloat32())];
            for (int i = 0; i < found.Length; i++)
            {
                double mean = (0.5 * parts[0][i]) + (0.3 * parts[1][i]) + (0.2 * parts[2][i]);
                Assert.Equal((float)(Half)(float)mean, found[i]);
            }
        }

        Assert.Equal("blend of 0.5 a + 0.3 b + 0.2 c", mix["info"].String());
        Assert.Equal("spectral", VoiceFile.Read(_folder["mix.pth"]).Extraction!.Features);
        using CpuBackend backend = new(1);
        VoiceFile.Read(_folder["mix.pth"]).Load(backend);
    }

    [SkippableFact]
    public void Torch_loads_a_blend_as_it_loads_its_voices()
    {
        string[] voices = [Voice("a", TinyVoice.Plan(), 4), Voice("b", TinyVoice.Plan(), 5)];
        VoiceBlend.Write(_folder["mix.pth"], [new(voices[0], 0.25), new(voices[1], 0.75)]);
        DebianPython.Run("torch", """
            import sys, torch
            a, b, mix = (torch.load(path, map_location="cpu", weights_only=True) for path in sys.argv[1:])
            assert list(mix["weight"]) == list(a["weight"]) and mix["config"] == a["config"] and (mix["sr"], mix["f0"], mix["version"]) == ("40k", 1, "v2")
            for name, value in mix["weight"].items():
                mean = 0.25 * a["weight"][name].double() + 0.75 * b["weight"][name].double()
                assert value.dtype == torch.float16 and (value.double() - mean).abs().max() <= 1e-3 * mean.abs().max() + 1e-7, name
            """, [.. voices, _folder["mix.pth"]]);
    }

    [Fact]
    public void Speakers_that_not_all_have_are_left_out_and_shares_are_divided_by_their_sum()
    {
        string a = Voice("a", TinyVoice.Plan(), 1), b = Voice("b", TinyVoice.Plan() with { Speakers = 2 }, 2);
        IReadOnlyList<string> notes = VoiceBlend.Write(_folder["mix.pth"], [new(a, 3), new(b, 1)]);
        Assert.Contains(notes, note => note.Contains("those that all have, 2", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("make 4 together", StringComparison.Ordinal));
        PickleNode mix = PthFile.Read(_folder["mix.pth"]);
        Assert.Equal([2, 8], mix["weight"]["emb_g.weight"].Tensor().Shape);
        Assert.Equal(2, mix["config"][15].Int32());
        float wanted = (0.75f * Value(a)) + (0.25f * Value(b));
        Assert.Equal(wanted, mix["weight"]["emb_g.weight"].Tensor().Load().ToFloat32()[9], 3);

        static float Value(string path) => PthFile.Read(path)["weight"]["emb_g.weight"].Tensor().Load().ToFloat32()[9];
    }

    [Fact]
    public void Every_mismatch_is_listed()
    {
        string a = Voice("a", TinyVoice.Plan(), 1);
        string b = Voice("b", TinyVoice.Plan(ModelVersion.V1, hasPitch: false) with { UpsampleRates = [8, 40], SampleRateHz = 32000 }, 2, "contentvec");
        string message = Assert.Throws<ArgumentException>(() => VoiceBlend.Write(_folder["mix.pth"], [new(a, 1), new(b, 1)])).Message;
        foreach (string problem in (string[])
        [
            "b.pth: version v1, but a.pth has v2", "b.pth: sample rate 32000 Hz, but a.pth has 40000 Hz", "b.pth: pitch without, but a.pth has with",
            "b.pth: features contentvec, but a.pth has spectral", "b.pth: upsampling rates [8,40], but a.pth has [10,40]",
            "b.pth: has no enc_p.emb_pitch.weight, but a.pth has", "b.pth: enc_p.emb_phone.weight is [8,256], but [8,768] in a.pth",
        ])
        {
            Assert.Contains(problem, message);
        }

        Assert.False(File.Exists(_folder["mix.pth"]));
    }

    [Fact]
    public void Networks_of_one_name_with_other_weights_do_not_go_together()
    {
        string a = Voice("a", TinyVoice.Plan(), 1, "net", "1111"), b = Voice("b", TinyVoice.Plan(), 2, "net", "2222"), c = Voice("c", TinyVoice.Plan(), 3, "net");
        Assert.Contains("SHA-256 2222, but a.pth has 1111", Assert.Throws<ArgumentException>(() => VoiceBlend.Write(_folder["mix.pth"], [new(a, 1), new(b, 1)])).Message);
        VoiceBlend.Write(_folder["mix.pth"], [new(a, 1), new(c, 1)]);
        Assert.Null(VoiceFile.Read(_folder["mix.pth"]).Extraction!.FeaturesHash);
    }

    [Theory]
    [InlineData(Vocoder.MrfHifiGan, "MRF HiFi-GAN")]
    [InlineData(Vocoder.RefineGan, "RefineGAN")]
    public void A_blend_of_Applio_s_vocoders_keeps_its_keys_and_names_who_cannot_use_it(Vocoder vocoder, string name)
    {
        string a = Voice("a", TinyVoice.Plan(vocoder), 1), b = Voice("b", TinyVoice.Plan(vocoder), 2), plain = Voice("plain", TinyVoice.Plan(), 3);
        Assert.Contains($"cannot load a voice with {name}", Assert.Single(VoiceBlend.Write(_folder["mix.pth"], [new(a, 0.25), new(b, 0.75)])));
        PickleNode mix = PthFile.Read(_folder["mix.pth"]);
        Assert.Equal((name, 1200L), (mix["vocoder"].String(), mix["sr"].Int64()));
        Assert.False(mix.TryGet("model_hash", out _));
        using CpuBackend backend = new(1);
        VoiceFile.Read(_folder["mix.pth"]).Load(backend);
        Assert.Contains($"vocoder HiFi-GAN, but a.pth has {name}",
            Assert.Throws<ArgumentException>(() => VoiceBlend.Write(_folder["mix.pth"], [new(a, 1), new(plain, 1)])).Message);
    }

    [Fact]
    public void Values_that_are_not_finite_and_odd_shares_are_refused()
    {
        string a = Voice("a", TinyVoice.Plan(), 1), b = _folder["b.pth"];
        PickleDict root = PthFile.Read(a).Dict();
        ((PickleDict)root["weight"])["dec.conv_pre.bias"] = FileTensor.FromFloat16([4], [1, float.NaN, 2, float.PositiveInfinity]);
        PthFile.Write(b, root);
        Assert.Contains("b.pth: dec.conv_pre.bias has 2 values that are not finite",
            Assert.Throws<ArgumentException>(() => VoiceBlend.Write(_folder["mix.pth"], [new(a, 1), new(b, 1)])).Message);
        Assert.Contains("a share of -1", Assert.Throws<ArgumentException>(() => VoiceBlend.Write(_folder["mix.pth"], [new(a, -1), new(a, 2)])).Message);
        Assert.Contains("all shares are 0", Assert.Throws<ArgumentException>(() => VoiceBlend.Write(_folder["mix.pth"], [new(a, 0), new(a, 0)])).Message);
        Assert.Contains("two voices or more", Assert.Throws<ArgumentException>(() => VoiceBlend.Write(_folder["mix.pth"], [new(a, 1)])).Message);
    }

    [Fact]
    public void Safetensors_and_back_loses_nothing()
    {
        string a = Voice("a", TinyVoice.Plan(), 4);
        PickleDict root = PthFile.Read(a).Dict();
        root["author"] = "someone";
        root["loss"] = 2.0;
        root["speakers_id"] = 1;
        PthFile.Write(a, root);
        VoiceTensors.WriteSafetensors(a, _folder["a.safetensors"]);
        VoiceTensors.WritePth(_folder["a.safetensors"], _folder["b.pth"]);
        Trees.AssertEqual(PthFile.Read(a).Value, PthFile.Read(_folder["b.pth"]).Value);
    }

    [Fact]
    public void Newer_names_of_weight_normalisation_become_mainlines()
    {
        string a = Voice("a", TinyVoice.Plan(), 4);
        PickleDict root = PthFile.Read(a).Dict(), renamed = new();
        foreach ((PickleValue key, PickleValue value) in ((PickleDict)root["weight"]).Entries) renamed[WeightNames.Parametrized(((PickleString)key).Value)] = value;
        PickleValue before = root["weight"];
        root["weight"] = renamed;
        PthFile.Write(_folder["applio.pth"], root);
        VoiceTensors.WritePth(_folder["applio.pth"], _folder["b.pth"]);
        Trees.AssertEqual(before, PthFile.Read(_folder["b.pth"])["weight"].Value);
        Assert.Contains("dec.ups.0.parametrizations.weight.original0", renamed.Entries.Select(entry => ((PickleString)entry.Key).Value));
    }

    private string Voice(string name, ModelPlan plan, ulong seed, string features = "spectral", string? hash = null)
    {
        using CpuBackend backend = new(1);
        VoiceFile.Write(_folder[name + ".pth"], TinyVoice.Build(backend, plan, seed: seed), 20, new VoiceExtraction(features, "pyin", FillsUnvoiced: false) { FeaturesHash = hash });
        return _folder[name + ".pth"];
    }
}

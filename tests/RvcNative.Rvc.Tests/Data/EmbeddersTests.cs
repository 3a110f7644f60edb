using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Conversion;
using RvcNative.Rvc.Tests.Models;

namespace RvcNative.Rvc.Tests.Data;

public sealed class EmbeddersTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly CpuBackend _backend = new(1);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("assets/embedders/contentvec")]
    [InlineData("assets/hubert_base")]
    [InlineData("rvc/models/embedders/contentvec")]
    public void ContentVec_is_taken_where_its_files_are(string place)
    {
        MadeHubert.Write(_folder[place], MadeHubert.Wide);
        IFeatureExtractor features = Embedders.ForTraining(_backend, new EmbedderChoice(), ModelVersion.V2, out string? note, _folder[""]);
        Assert.Equal(("contentvec", 768), (features.Name, features.Channels));
        Assert.Contains(place, note);
        Assert.Equal(768 * 9, features.Extract(MadeHubert.Wave(3000)).Length);
        Assert.False(features.IsConcurrent);
        ((EmbedderFeatures)features).Dispose();
    }

    [Fact]
    public void Without_files_training_has_built_in_features_and_says_so()
    {
        IFeatureExtractor features = Embedders.ForTraining(_backend, new EmbedderChoice(), ModelVersion.V1, out string? note, _folder[""]);
        Assert.Equal(("spectral", 256), (features.Name, features.Channels));
        Assert.Contains("assets/embedders/contentvec", note);
        Assert.Contains("fetch contentvec", note);
        IFeatureExtractor asked = Embedders.ForTraining(_backend, new EmbedderChoice { Embedder = "spectral" }, ModelVersion.V2, out note, _folder[""]);
        Assert.Equal(("spectral", null), (asked.Name, note));
        FileNotFoundException missing = Assert.Throws<FileNotFoundException>(
            () => Embedders.ForTraining(_backend, new EmbedderChoice { Embedder = "chinese-hubert-base" }, ModelVersion.V2, out _, _folder[""]));
        Assert.Contains("rvc/models/embedders/chinese_hubert_base", missing.Message);
    }

    [Fact]
    public void Version_1_hears_layer_9_of_mainline_or_the_last_of_Applio_through_final_proj()
    {
        HubertPlan plan = MadeHubert.Plan with { Layers = 10 };
        float[] wave = MadeHubert.Wave(3000);
        LoadedHubert hubert = MadeHubert.Load(_backend, plan);
        using EmbedderFeatures mainline = new(hubert, "net", ModelVersion.V1), applio = new(hubert, "net", ModelVersion.V1, V1Features.Applio), v2 = new(hubert, "net", ModelVersion.V2);
        Assert.Equal(["net", "net-last", "net"], [mainline.Name, applio.Name, v2.Name]);
        Assert.Equal((10, 10, 24), (mainline.Channels, applio.Channels, v2.Channels));
        Assert.Equal(hubert.Encoder.Run(wave, 9, final: true), mainline.Extract(wave));
        Assert.Equal(hubert.Encoder.Run(wave, 10, final: true), applio.Extract(wave));
        Assert.Equal(hubert.Encoder.Run(wave, 10, final: false), v2.Extract(wave));
    }

    [Fact]
    public void An_embedder_that_does_not_serve_version_1_says_why()
    {
        LoadedHubert few = MadeHubert.Load(_backend, MadeHubert.Plan), none = MadeHubert.Load(_backend, MadeHubert.Plan with { FinalChannels = 0 });
        Assert.Contains("has 2 layers", Assert.Throws<ArgumentException>(() => new EmbedderFeatures(few, "net", ModelVersion.V1)).Message);
        Assert.Contains("no final_proj", Assert.Throws<ArgumentException>(() => new EmbedderFeatures(none, "net", ModelVersion.V1)).Message);
    }

    [Fact]
    public void Training_normalises_where_the_files_say_so_and_conversion_never_does()
    {
        float[] wave = [.. MadeHubert.Wave(3000).Select(value => 0.01f * value)], normal = EmbedderFeatures.Normalised(wave);
        double mean = normal.Average(value => (double)value), variance = normal.Average(value => ((double)value - mean) * (value - mean));
        double before = wave.Average(value => (double)value * value) - Math.Pow(wave.Average(value => (double)value), 2);
        Assert.Equal(0, mean, 1e-6);
        Assert.Equal(before / (before + 1e-5), variance, 1e-5);

        LoadedHubert hubert = MadeHubert.Load(_backend, MadeHubert.Plan) with { Normalises = true };
        using EmbedderFeatures training = new(hubert, "net", ModelVersion.V2, forTraining: true), conversion = new(hubert, "net", ModelVersion.V2);
        Assert.Equal(hubert.Encoder.Run(normal, 2, final: false), training.Extract(wave));
        Assert.Equal(hubert.Encoder.Run(wave, 2, final: false), conversion.Extract(wave));
    }

    [Fact]
    public void A_voice_s_embedder_is_followed_and_others_are_refused()
    {
        MadeHubert.Write(_folder["assets/embedders/contentvec"], MadeHubert.Wide);
        MadeHubert.Write(_folder["other"], MadeHubert.Wide, seed: 6);
        VoiceFile mainline = Voice("mainline", null);
        string hash;
        using (EmbedderFeatures features = Followed(mainline)) (hash, string name) = (features.Hash, features.Name);
        using (EmbedderFeatures other = Followed(mainline, _folder["other"])) Assert.NotEqual(hash, other.Hash);

        VoiceFile ours = Voice("ours", new VoiceExtraction("contentvec", "pyin", false) { FeaturesHash = hash });
        Followed(ours).Dispose();
        Followed(ours, _folder["assets/embedders/contentvec"]).Dispose();
        Assert.Contains("other weights", Refused<ArgumentException>(ours, _folder["other"]));
        Assert.Contains("trained on features of contentvec; with those of spin", Refused<ArgumentException>(ours, "spin"));
        Assert.Contains("with those of spectral", Refused<ArgumentException>(ours, "spectral"));
        Assert.Contains("which are not here", Refused<FileNotFoundException>(Voice("spin", new VoiceExtraction("spin", "pyin", false)), null));
        Assert.Contains("only its maker knows", Refused<FileNotFoundException>(Voice("own", new VoiceExtraction("custom", "pyin", false)), null));
        Followed(Voice("own", new VoiceExtraction("custom", "pyin", false)), _folder["other"]).Dispose();
        VoiceFile spectral = Voice("spectral", new VoiceExtraction("spectral", "pyin", false));
        Assert.IsType<BuiltInFeatures>(Embedders.ForVoice(_backend, spectral, new EmbedderChoice(), _folder[""]));
        Assert.Contains("leave --embedder away", Refused<ArgumentException>(spectral, _folder["other"]));
    }

    [Fact]
    public void Features_of_another_width_are_refused()
    {
        MadeHubert.Write(_folder["narrow"], MadeHubert.Plan);
        Assert.Contains("gives features of 24 values", Refused<ArgumentException>(Voice("voice", null), _folder["narrow"]));
    }

    [Fact]
    public void A_voice_file_names_the_embedder_as_Applio_does_and_keeps_its_hash()
    {
        VoiceFile voice = Voice("voice", new VoiceExtraction("contentvec-last", "rmvpe", false) { FeaturesHash = "0123456789abcdef" });
        Assert.Equal(("contentvec-last", "0123456789abcdef"), (voice.Extraction!.Features, voice.Extraction.FeaturesHash));
        Assert.Equal("contentvec", Formats.Pth.PthFile.Read(voice.FilePath)["embedder_model"].String());
    }

    [Fact]
    public void Weights_of_another_network_are_not_mixed_in_and_silence_is_of_the_network()
    {
        MadeHubert.Write(_folder["one"], MadeHubert.Wide);
        MadeHubert.Write(_folder["two"], MadeHubert.Wide, seed: 6);
        ExperimentFolder experiment = new(_folder["logs/voice"]);
        foreach (string stage in (string[])[experiment.Waves, experiment.Waves16k]) Directory.CreateDirectory(stage);
        RvcNative.Audio.WavFile.Write(Path.Combine(experiment.Waves, "0_0.wav"), MadeHubert.Wave(40000), 40000);
        RvcNative.Audio.WavFile.Write(Path.Combine(experiment.Waves16k, "0_0.wav"), MadeHubert.Wave(16000), 16000);
        using EmbedderFeatures one = new(HubertFile.Load(_backend, _folder["one"]), "net", ModelVersion.V2);
        using EmbedderFeatures two = new(HubertFile.Load(_backend, _folder["two"]), "net", ModelVersion.V2);
        Extractor.Run(experiment, new ExtractOptions { Features = one, Threads = 2 });
        string silence = Path.Combine(experiment.Mute, "3_feature768", $"mute.net.{one.Hash}.npy");
        Assert.Equal(one.Extract(new float[48000]), Formats.Npy.NpyFile.Read(silence).ToFloat32());
        ExtractReport report = Extractor.Run(experiment, new ExtractOptions { Features = two });
        Assert.Equal(1, report.FeaturesComputed);
        Assert.Contains(one.Hash, report.Note);
        Assert.Contains(two.Hash, report.Note);
        Assert.Contains($"mute.net.{two.Hash}.npy", File.ReadAllText(experiment.FileList));
    }

    private VoiceFile Voice(string name, VoiceExtraction? extraction) => TinyVoice.InFile(_folder[name + ".pth"], TinyVoice.Plan(), extraction);

    private EmbedderFeatures Followed(VoiceFile voice, string? embedder = null) =>
        Assert.IsType<EmbedderFeatures>(Embedders.ForVoice(_backend, voice, new EmbedderChoice { Embedder = embedder }, _folder[""]));

    private string Refused<T>(VoiceFile voice, string? embedder) where T : Exception =>
        Assert.Throws<T>(() => Embedders.ForVoice(_backend, voice, new EmbedderChoice { Embedder = embedder }, _folder[""])).Message;
}

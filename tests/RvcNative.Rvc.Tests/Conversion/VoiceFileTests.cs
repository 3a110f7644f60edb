using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Conversion;

public class VoiceFileTests
{
    [Theory]
    [InlineData(ModelVersion.V1, true)]
    [InlineData(ModelVersion.V1, false)]
    [InlineData(ModelVersion.V2, true)]
    [InlineData(ModelVersion.V2, false)]
    public void A_trained_voice_comes_back_in_half_precision(ModelVersion version, bool hasPitch)
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        ModelPlan plan = TinyVoice.Plan(version, hasPitch);
        Synthesizer trained = TinyVoice.Build(backend, plan, training: true);
        VoiceFile.Write(folder["voice.pth"], trained, 7);
        VoiceFile voice = VoiceFile.Read(folder["voice.pth"]);
        Synthesizer loaded = voice.Load(backend);

        Assert.Equal("7epoch", voice.Info);
        Assert.Null(voice.Extraction);
        Assert.Equal(folder["voice.pth"], voice.FilePath);
        AssertSame(plan, voice.Plan);
        string[] wanted = [.. trained.Network.Parameters.Parameters.Select(each => each.Name)
            .Where(name => !name.StartsWith("enc_q.", StringComparison.Ordinal))];
        Assert.Equal(wanted, loaded.Network.Parameters.Parameters.Select(each => each.Name));
        Assert.Equal(wanted, PthFile.Read(folder["voice.pth"])["weight"].Keys);
        foreach (Parameter parameter in loaded.Network.Parameters.Parameters)
        {
            float[] halved = Array.ConvertAll(backend.ToArray(trained.Network.Parameters[parameter.Name].Value), value => (float)(Half)value);
            Assert.Equal(halved, backend.ToArray(parameter.Value));
        }
    }

    [Fact]
    public void The_keys_are_mainline_s_and_ours_come_last()
    {
        using TestFolder folder = new();
        VoiceFile voice = TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan(), new VoiceExtraction("spectral", "pyin", FillsUnvoiced: true));
        PickleNode root = PthFile.Read(folder["voice.pth"]);
        Assert.Equal(["weight", "config", "info", "sr", "f0", "version", "rvcnative"], root.Keys);
        Assert.Equal(("40k", 1L, "v2"), (root["sr"].String(), root["f0"].Int64(), root["version"].String()));
        Assert.Equal(32, root["config"][1].Int32());
        Assert.Equal(new VoiceExtraction("spectral", "pyin", FillsUnvoiced: true), voice.Extraction);
    }

    [Theory]
    [InlineData(Vocoder.RefineGan, "RefineGAN")]
    [InlineData(Vocoder.MrfHifiGan, "MRF HiFi-GAN")]
    public void A_voice_of_Applio_s_vocoders_has_Applio_s_keys_and_comes_back(Vocoder vocoder, string name)
    {
        using TestFolder folder = new();
        ModelPlan plan = TinyVoice.Plan(vocoder) with { SampleRateHz = 24000 };
        VoiceFile voice = TinyVoice.InFile(folder["voice.pth"], plan, new VoiceExtraction("contentvec", "rmvpe", FillsUnvoiced: false));
        PickleNode root = PthFile.Read(folder["voice.pth"]);
        Assert.Equal(
            ["weight", "config", "info", "sr", "f0", "version", "epoch", "step", "creation_date", "model_hash", "dataset_length", "model_name", "author",
                "embedder_model", "speakers_id", "vocoder", "rvcnative"],
            root.Keys);
        Assert.Equal((24000L, true, 20L, name), (root["sr"].Int64(), root["f0"].Bool(), root["epoch"].Int64(), root["vocoder"].String()));
        Assert.Equal(("voice", "contentvec", 3L), (root["model_name"].String(), root["embedder_model"].String(), root["speakers_id"].Int64()));
        AssertSame(plan with { Vocoder = Vocoder.HifiGan }, voice.Plan with { Vocoder = Vocoder.HifiGan });
        Assert.Equal(vocoder, voice.Plan.Vocoder);
        using CpuBackend backend = new(1);
        Assert.NotEmpty(voice.Load(backend).Network.Parameters.Parameters);
    }

    [Fact]
    public void A_file_of_Applio_says_its_epochs_under_another_key()
    {
        using TestFolder folder = new();
        TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan(Vocoder.MrfHifiGan));
        PickleDict root = PthFile.Read(folder["voice.pth"]).Dict(), without = new(ordered: true);
        foreach ((PickleValue key, PickleValue value) in root.Entries)
        {
            if (key is not PickleString { Value: "info" or "rvcnative" }) without.Set(key, value);
        }

        PthFile.Write(folder["applio.pth"], without);
        Assert.Equal("20epoch", VoiceFile.Read(folder["applio.pth"]).Info);
    }

    [SkippableFact]
    public void A_file_of_mainline_is_read_and_written_as_it_was()
    {
        string path = Repository.GoldenOrSkip("checkpoint-pth", "small-model.pth");
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        VoiceFile voice = VoiceFile.Read(path);
        ModelPlan plan = voice.Plan;
        Assert.Equal((ModelVersion.V2, true, 40000, 40, 4), (plan.Version, plan.HasPitch, plan.SampleRateHz, plan.SamplesPerFrame, plan.Speakers));
        voice.Save(folder["kept.pth"]);
        Trees.AssertEqual(PthFile.Read(path).Value, PthFile.Read(folder["kept.pth"]).Value);

        PickleNode golden = PthFile.Read(path);
        int epoch = int.Parse(golden["info"].String().Replace("epoch", "", StringComparison.Ordinal));
        VoiceFile.Write(folder["ours.pth"], voice.Load(backend), epoch);
        Trees.AssertEqual(golden.Value, PthFile.Read(folder["ours.pth"]).Value);
    }

    [Fact]
    public void Unknown_keys_stay_where_they_were()
    {
        using TestFolder folder = new();
        TinyVoice.InFile(folder["plain.pth"], TinyVoice.Plan());
        PickleDict rich = Edited(folder["plain.pth"], root =>
        {
            root["sr"] = 40000;
            root["f0"] = true;
            root["embedder_model"] = "contentvec";
            root["speakers_id"] = 1;
            root["model_hash"] = "0123abcd";
            root["vocoder"] = "HiFi-GAN";
            root["dataset_length"] = PickleNone.Instance;
            root["author"] = "grüße";
        });
        PthFile.Write(folder["rich.pth"], rich);
        VoiceFile voice = VoiceFile.Read(folder["rich.pth"]);
        voice.Save(folder["again.pth"]);
        Assert.Equal(new VoiceExtraction("contentvec", null, FillsUnvoiced: false), voice.Extraction);
        Trees.AssertEqual(rich, PthFile.Read(folder["again.pth"]).Value);
    }

    [Fact]
    public void Newer_names_of_weight_norm_and_single_precision_are_read_exactly()
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        Synthesizer trained = TinyVoice.Build(backend, TinyVoice.Plan());
        VoiceFile.Write(folder["voice.pth"], trained, 1);
        PickleDict weight = new();
        foreach (Parameter parameter in trained.Network.Parameters.Parameters)
        {
            float[] values = trained.Network.Save(parameter, parameter.Value);
            weight[WeightNames.Parametrized(parameter.Name)] = FileTensor.FromFloat32(parameter.CheckpointShape.ToArray(), values);
        }

        PthFile.Write(folder["renamed.pth"], Edited(folder["voice.pth"], root => root["weight"] = weight));
        Synthesizer loaded = VoiceFile.Read(folder["renamed.pth"]).Load(backend);
        Assert.Contains("dec.ups.0.parametrizations.weight.original1", PthFile.Read(folder["renamed.pth"])["weight"].Keys);
        Assert.Equal(backend.ToArray(trained.Network.Parameters.Values), backend.ToArray(loaded.Network.Parameters.Values));
    }

    [Fact]
    public void What_old_files_leave_out_has_mainline_s_default()
    {
        using TestFolder folder = new();
        TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan(ModelVersion.V1));
        PickleDict old = new(ordered: true);
        PickleNode root = PthFile.Read(folder["voice.pth"]);
        PickleList config = new([.. root["config"].Items.Take(17).Select(item => item.Value), "40k"]);
        old["weight"] = root["weight"].Value;
        old["config"] = config;
        PthFile.Write(folder["old.pth"], old);
        VoiceFile voice = VoiceFile.Read(folder["old.pth"]);
        Assert.Equal((ModelVersion.V1, true, 40000, ""), (voice.Plan.Version, voice.Plan.HasPitch, voice.Plan.SampleRateHz, voice.Info));
    }

    [Fact]
    public void The_speaker_table_is_believed_rather_than_the_list()
    {
        using TestFolder folder = new();
        TinyVoice.InFile(folder["voice.pth"], TinyVoice.Plan());
        PthFile.Write(folder["more.pth"], Edited(folder["voice.pth"], root => ((PickleList)root["config"]).Items[15] = 109));
        Assert.Equal(3, VoiceFile.Read(folder["more.pth"]).Plan.Speakers);
    }

    [Theory]
    [InlineData(65519.996f, true)]                     // the last that rounds to 65504
    [InlineData(65520f, false)]
    [InlineData(float.NaN, false)]
    [InlineData(float.NegativeInfinity, false)]
    public void A_weight_beyond_half_precision_is_named_and_nothing_is_written(float value, bool fits)
    {
        using TestFolder folder = new();
        using CpuBackend backend = new(1);
        Synthesizer synthesizer = TinyVoice.Build(backend, TinyVoice.Plan());
        Parameter bias = synthesizer.Network.Parameters["flow.flows.2.post.bias"];
        synthesizer.Network.Load(bias, [value, 0, 0, 0]);
        if (fits)
        {
            VoiceFile.Write(folder["voice.pth"], synthesizer, 1);
            return;
        }

        string message = Assert.Throws<FileFormatException>(() => VoiceFile.Write(folder["voice.pth"], synthesizer, 1)).Message;
        Assert.Contains("flow.flows.2.post.bias", message);
        Assert.Empty(folder.Names);
    }

    private static PickleDict Edited(string path, Action<PickleDict> edit)
    {
        PickleDict root = PthFile.Read(path).Dict();
        edit(root);
        return root;
    }

    private static void AssertSame(ModelPlan wanted, ModelPlan found)
    {
        Assert.Equal(wanted.ResBlockDilations.Select(list => string.Join(',', list)), found.ResBlockDilations.Select(list => string.Join(',', list)));
        Assert.Equal(wanted.ResBlockKernels, found.ResBlockKernels);
        Assert.Equal(wanted.UpsampleRates, found.UpsampleRates);
        Assert.Equal(wanted.UpsampleKernels, found.UpsampleKernels);
        Assert.Equal(wanted, found with
        {
            ResBlockDilations = wanted.ResBlockDilations,
            ResBlockKernels = wanted.ResBlockKernels,
            UpsampleRates = wanted.UpsampleRates,
            UpsampleKernels = wanted.UpsampleKernels,
        });
    }
}

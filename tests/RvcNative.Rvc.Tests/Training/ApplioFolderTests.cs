using System.Text.Json.Nodes;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Trainings in folders as Applio lays them out, and from its checkpoints.</summary>
public sealed class ApplioFolderTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    private static RvcConfig Config => VocoderTrainingTests.Config;

    [Fact]
    public void A_folder_of_Applio_s_is_trained_in_as_it_is()
    {
        TinyRun run = voice.NewRun(Config);
        ToApplio(run);
        List<string> said = run.Train(run.Options(1) with { Vocoder = Vocoder.MrfHifiGan });
        Assert.StartsWith("done: 1 epochs, 3 steps", said[^1], StringComparison.Ordinal);
        VoiceFile made = VoiceFile.Read(Path.Combine(run.Weights, "voice.pth"));
        Assert.Equal((1, "contentvec"), (made.Plan.Speakers, made.Extraction!.Features));
        Assert.InRange(made.Extraction.MedianPitchHz ?? 0, 50, 1100);
        Assert.Equal([1, 8], PthFile.Read(run["G_2333333.pth"])["model"]["emb_g.weight"].Tensor().Shape);

        // The configuration is still Applio's, and says the vocoder beside its keys.
        JsonNode written = JsonNode.Parse(File.ReadAllText(run["config.json"]))!;
        Assert.Equal(40000, written["data"]!["sample_rate"]!.GetValue<int>());
        Assert.Null(written["data"]!["sampling_rate"]);
        Assert.Equal("MRF HiFi-GAN", written["train"]!["vocoder"]!.GetValue<string>());
        Assert.StartsWith("done: 2 epochs", run.Train(run.Options(2))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_HiFi_GAN_in_a_folder_of_Applio_s_is_written_as_Applio_reads_it()
    {
        TinyRun run = voice.NewRun(Config);
        ToApplio(run);
        run.Train(run.Options(1));
        float[][] loaded = run.Loaded(run.Options(2));
        PickleNode root = PthFile.Read(run["G_2333333.pth"]), state = root["optimizer"]["state"];
        string[] names = [.. root["model"].Keys];
        Assert.StartsWith("enc_p.", names[0], StringComparison.Ordinal);
        Assert.True(Array.FindIndex(names, name => name.StartsWith("dec.ups.", StringComparison.Ordinal)) < Array.IndexOf(names, "dec.noise_convs.0.weight"));
        for (int i = 0; i < names.Length; i++) Assert.Equal(root["model"][names[i]].Tensor().Shape, state[i]["exp_avg"].Tensor().Shape);
        Assert.Empty(root["scaler"].Keys);
        Assert.Empty(PthFile.Read(run["D_2333333.pth"])["scaler"].Keys);

        PickleNode made = PthFile.Read(Path.Combine(run.Weights, "voice.pth"));
        Assert.Equal(("HiFi-GAN", "0:00:04", "contentvec", 3L), (made["vocoder"].String(), made["dataset_length"].String(), made["embedder_model"].String(), made["step"].Int64()));
        Assert.Equal((1L, 40000L, 64), (made["speakers_id"].Int64(), made["sr"].Int64(), made["model_hash"].String().Length));

        // Going on from it gives what an unbroken training gives.
        TinyRun again = voice.NewRun(Config);
        ToApplio(again);
        again.Train(again.Options(2));
        run.Train(run.Options(2));
        Assert.NotEqual(loaded, run.Loaded(run.Options(2)));
        Assert.Equal(again.Loaded(again.Options(2)), run.Loaded(run.Options(2)));
    }

    [Theory]
    [InlineData(Vocoder.HifiGan, true)]
    [InlineData(Vocoder.MrfHifiGan, false)]
    [InlineData(Vocoder.RefineGan, true)]
    public void Applio_s_own_checkpoints_are_gone_on_from(Vocoder vocoder, bool isParametrized)
    {
        TinyRun run = voice.NewRun(Config);
        ToApplio(run);
        run.Train(run.Options(1) with { Vocoder = vocoder });
        float[][] loaded = run.Loaded(run.Options(2));

        // As Applio leaves them: a scaler in use, nothing of ours beside them or in them, no vocoder in config.json.
        foreach (string file in Directory.GetFiles(run.Folder, "*.json").Where(file => Path.GetFileName(file) is not ("model_info.json" or "config.json"))) File.Delete(file);
        JsonNode config = JsonNode.Parse(File.ReadAllText(run["config.json"]))!;
        config["train"]!.AsObject().Remove("vocoder");
        File.WriteAllText(run["config.json"], config.ToJsonString());
        foreach (string file in (string[])[run["G_2333333.pth"], run["D_2333333.pth"]])
        {
            RewrittenCheckpoint.Change(file, root =>
            {
                PickleDict bare = new();
                foreach (string key in (string[])["model", "iteration", "optimizer", "learning_rate"]) bare[key] = root[key];
                bare["scaler"] = new PickleDict { ["scale"] = 65536.0, ["growth_factor"] = 2.0, ["_growth_tracker"] = 11 };
                if (isParametrized) Assert.True(RewrittenCheckpoint.Parametrize(bare) > 20);
                return bare;
            });
        }

        // The next epoch begins, as in Applio, at the step and the rate of a training that was never broken off.
        Assert.Equal(loaded, run.Loaded(run.Options(2) with { Vocoder = vocoder }));
        List<string> said = run.Train(run.Options(2) with { Vocoder = vocoder });
        Assert.Equal("going on from G_2333333.pth as Applio does: with epoch 2", said[0]);
        Assert.StartsWith("done: 2 epochs, 6 steps", said[^1], StringComparison.Ordinal);
        TinyRun whole = voice.NewRun(Config);
        ToApplio(whole);
        whole.Train(whole.Options(2) with { Vocoder = vocoder });
        Assert.Equal(whole.Loaded(whole.Options(2)), run.Loaded(run.Options(2)));
        PickleNode written = PthFile.Read(run["G_2333333.pth"]);
        Assert.Equal((65536.0, 11L), (written["scaler"]["scale"].Double(), written["scaler"]["_growth_tracker"].Int64()));
        Assert.DoesNotContain(written["model"].Keys, name => name.Contains("parametrizations", StringComparison.Ordinal));
        Assert.Equal(vocoder, VoiceFile.Read(Path.Combine(run.Weights, "voice.pth")).Plan.Vocoder);
    }

    private static void ToApplio(TinyRun run)
    {
        string[] stages = ["sliced_audios", "extracted", "f0", "f0_voiced"];
        foreach (string stage in stages) Directory.CreateDirectory(run[stage]);
        List<string> lines = [];
        foreach (string line in File.ReadAllLines(run["filelist.txt"]))
        {
            string[] fields = line.Split('|');
            for (int i = 0; i < stages.Length; i++)
            {
                string name = Path.GetFileName(fields[i]);
                File.Copy(fields[i], Path.Combine(run[stages[i]], name), overwrite: true);
                fields[i] = $"logs/voice/{stages[i]}/{name}";
            }

            lines.Add(string.Join('|', fields));
        }

        File.WriteAllLines(run["filelist.txt"], lines);
        File.Delete(run["extract.json"]);
        File.WriteAllText(run["model_info.json"], """{ "total_dataset_duration": "0:00:04", "embedder_model": "contentvec", "speakers_id": 1 }""");
        JsonNode config = JsonNode.Parse(File.ReadAllText(run["config.json"]))!;
        JsonObject data = config["data"]!.AsObject(), train = config["train"]!.AsObject();
        data["sample_rate"] = data["sampling_rate"]!.DeepClone();
        data.Remove("sampling_rate");
        train.Remove("epochs");
        train.Remove("batch_size");
        File.WriteAllText(run["config.json"], config.ToJsonString());
    }
}

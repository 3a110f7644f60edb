using System.Security.Cryptography;
using System.Text.Json.Nodes;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>G, D and state of a save belong together, older saves can be chosen, and saves.json lists them all.</summary>
public sealed class SaveTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void Generator_discriminator_and_state_share_an_id_that_each_save_has_for_itself()
    {
        TinyRun run = Trained();
        HashSet<string> ids = [];
        foreach (long step in (long[])[3, 6, 9])
        {
            string id = RunState.ReadFile(run[$"rvcnative_{step}.json"])!.Id!;
            Assert.Matches("^[0-9a-f]{16}$", id);
            Assert.Equal(id, PthFile.Read(run[$"G_{step}.pth"])["rvcnative_save"].String());
            Assert.Equal(id, PthFile.Read(run[$"D_{step}.pth"])["rvcnative_save"].String());
            ids.Add(id);
        }

        Assert.Equal(3, ids.Count);
        Assert.Equal(File.ReadAllBytes(run["rvcnative_9.json"]), File.ReadAllBytes(run["rvcnative.json"]));
    }

    [Fact]
    public void All_saves_are_listed_with_their_files_and_hashes()
    {
        TinyRun run = voice.NewRun();
        run.Interrupt(run.Options(3, KeepSaves.All), 4);
        run.Train(run.Options(3, KeepSaves.All));
        IReadOnlyList<SaveRecord> saves = SaveList.Read(run.Folder);
        Assert.Equal([(1, 3), (2, 4), (2, 6), (3, 9)], saves.Select(save => (save.Epoch, (int)save.Step)));
        Assert.All(saves, save => Assert.True(save is { State: "good", Reason: null } && save.TimeUtc.Kind == DateTimeKind.Utc));
        Assert.Null(saves[1].Voice);
        foreach (SaveRecord save in saves.Where(save => save.Voice is not null))
        {
            string path = Path.Combine(run.Folder, save.Voice!);
            Assert.EndsWith($"weights/voice_e{save.Epoch}_s{save.Step}.pth", save.Voice, StringComparison.Ordinal);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), save.VoiceSha256);
            Assert.Equal(($"G_{save.Step}.pth", $"D_{save.Step}.pth"), (save.Generator, save.Discriminator));
        }
    }

    [Fact]
    public void Where_one_pair_is_kept_earlier_saves_have_their_voices_alone()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(2));
        Assert.Equal([(null, true), ("G_2333333.pth", true)], SaveList.Read(run.Folder).Select(save => (save.Generator, save.Voice is not null)));
    }

    [Fact]
    public void A_save_that_a_kill_kept_out_of_the_list_is_put_there()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(2));
        SaveRecord wanted = SaveList.Read(run.Folder)[^1];
        JsonArray list = JsonNode.Parse(File.ReadAllText(run[SaveList.FileName]))!.AsArray();
        list.RemoveAt(1);
        File.WriteAllText(run[SaveList.FileName], list.ToJsonString());
        run.Train(run.Options(2));
        SaveRecord found = SaveList.Read(run.Folder)[^1];
        Assert.Equal(wanted with { TimeUtc = found.TimeUtc }, found);
    }

    [Theory]
    [InlineData("truncated G")]
    [InlineData("flipped bit in D")]
    [InlineData("D of another save")]
    [InlineData("unreadable state")]
    public void After_damage_the_named_save_is_gone_on_from_to_the_same_bytes(string damage)
    {
        TinyRun run = voice.NewRun(), whole = Trained();
        run.Train(run.Options(2, KeepSaves.All));
        switch (damage)
        {
            case "truncated G":
                using (FileStream stream = File.OpenWrite(run["G_6.pth"])) stream.SetLength(stream.Length / 3);
                break;
            case "flipped bit in D":
                byte[] bytes = File.ReadAllBytes(run["D_6.pth"]);
                bytes[bytes.Length * 2 / 3] ^= 64;
                File.WriteAllBytes(run["D_6.pth"], bytes);
                break;
            case "D of another save":
                File.Copy(run["D_3.pth"], run["D_6.pth"], overwrite: true);
                break;
            default:
                File.WriteAllText(run[RunState.FileName], "{");
                break;
        }

        string refusal = run.Refusal<FileFormatException>(run.Options(3, KeepSaves.All));
        long step = damage == "unreadable state" ? 6 : 3;
        Assert.Contains($"--resume-from {step}", refusal, StringComparison.Ordinal);
        List<string> said = run.Train(run.Options(3, KeepSaves.All) with { ResumeFrom = step });
        Assert.Equal($"going on from G_{step}.pth at step {step}, epoch {(step / 3) + 1}", said[0]);
        Assert.Equal(whole.Saves(), run.Saves());
    }

    [Fact]
    public void A_step_without_a_save_is_refused_with_those_that_there_are()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(2, KeepSaves.All));
        Assert.EndsWith("has no save of step 4; there are saves of the steps 6, 3", run.Refusal<FileFormatException>(run.Options(3) with { ResumeFrom = 4 }), StringComparison.Ordinal);
        Assert.Contains("it has none that can be chosen by step", voice.NewRun().Refusal<FileFormatException>(run.Options(3) with { ResumeFrom = 4 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_two_saves_of_one_epoch_are_refused_by_their_ids()
    {
        TinyRun run = voice.NewRun();
        run.Interrupt(run.Options(3, KeepSaves.All), 1);
        run.Interrupt(run.Options(3, KeepSaves.All), 2);
        File.Copy(run["D_1.pth"], run["D_2.pth"], overwrite: true);
        foreach (string state in Directory.GetFiles(run.Folder, "rvcnative*.json")) File.Delete(state);
        Assert.Matches(@"G_2\.pth: is of the save [0-9a-f]{16}, but D_2\.pth of the save [0-9a-f]{16}, so they do not belong together",
            run.Refusal<FileFormatException>(run.Options(3, KeepSaves.All)));
    }

    [Fact]
    public void A_folder_of_the_version_before_is_gone_on_from_to_the_same_weights()
    {
        TinyRun run = voice.NewRun(), whole = Trained();
        run.Interrupt(run.Options(3, KeepSaves.All), 5);
        foreach (string file in Directory.GetFiles(run.Folder, "rvcnative_*.json")) File.Delete(file);
        File.Delete(run[SaveList.FileName]);
        JsonObject state = JsonNode.Parse(File.ReadAllText(run[RunState.FileName]))!.AsObject();
        foreach (string key in (string[])["id", "averages", "fine_tuning"]) Assert.True(state.Remove(key));
        foreach ((string role, string letter) in ((string, string)[])[("generator", "G"), ("discriminator", "D")])
        {
            PickleDict root = PthFile.Read(run[$"{letter}_5.pth"]).Dict(), old = new();
            foreach ((PickleValue key, PickleValue value) in root.Entries)
            {
                if (key is not PickleString { Value: "rvcnative_save" }) old.Set(key, value);
            }

            PthFile.Write(run[$"{letter}_5.pth"], old);
            byte[] bytes = File.ReadAllBytes(run[$"{letter}_5.pth"]);
            state[role]!["bytes"] = bytes.Length;
            state[role]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes));
        }

        File.WriteAllText(run[RunState.FileName], state.ToJsonString());
        List<string> said = run.Train(run.Options(3, KeepSaves.All));
        Assert.Equal("going on from G_5.pth at step 5, epoch 2; the means of its losses were not saved and begin anew", said[0]);
        SortedDictionary<string, string> wanted = whole.Saves(), found = run.Saves();
        foreach (string file in (string[])["logs/voice/G_9.pth", "logs/voice/D_9.pth", "weights/voice.pth"]) Assert.Equal(wanted[file], found[file]);
    }

    [Theory]
    [InlineData("dec.conv_post.", 0f, "is silent")]
    [InlineData(".weight_g", 6e4f, "has samples that are not finite")]
    public void A_save_without_sound_is_bad_and_does_not_take_the_place_of_the_last_good_one(string weights, float value, string fault)
    {
        TinyRun run = voice.NewRun();
        List<string> said = run.Train(run.Options(2), onStep: (trainer, at) =>
        {
            if (at.GlobalStep == 6) FillDecoder(trainer, weights, value);
        });
        Assert.Contains(said, line => line.StartsWith("warning: the save of step 6 is bad: the clip ", StringComparison.Ordinal) && line.EndsWith($" said by it {fault}", StringComparison.Ordinal));
        Assert.Equal(["good", "bad"], SaveList.Read(run.Folder).Select(save => save.State));
        Assert.Equal(3, RunState.ReadFile(run["rvcnative_2333333.json"])!.GlobalStep);
        Assert.Equal(("G_2333332.pth", 6L), (RunState.Read(run.Folder)!.Generator.Name, RunState.Read(run.Folder)!.GlobalStep));
        Assert.Equal(3, new CheckpointStore(run.Folder).NewestGood()!.GlobalStep);

        // What is gone on from is what was saved last, with a word; the good one can be chosen.
        Assert.Contains("this save was found bad: ", run.Train(run.Options(2))[0], StringComparison.Ordinal);
        Assert.StartsWith("going on from G_2333333.pth at step 3", run.Train(run.Options(3) with { ResumeFrom = 3 })[0], StringComparison.Ordinal);
        Assert.Equal(9, RunState.Read(run.Folder)!.GlobalStep);
        Assert.False(File.Exists(run["G_2333332.pth"]));
    }

    [Fact]
    public void Another_sample_rate_or_vocoder_is_refused_in_words_and_nothing_is_overwritten()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(1));
        RvcConfig config = TinyVoice.Config;
        ConfigFile.Write(config with { Model = config.Model with { UpsampleRates = [10, 8, 5], UpsampleKernels = [20, 16, 10] } }, run["config.json"]);
        string refusal = run.Refusal<FileFormatException>(run.Options(2));
        Assert.StartsWith($"{run["G_2333333.pth"]}: is not of the networks of this training; what differs:\n  dec.", refusal, StringComparison.Ordinal);
        Assert.Contains("dec.ups.0.weight_v is [32,16,16] in the file, [32,16,20] here", refusal, StringComparison.Ordinal);

        ConfigFile.Write(config, run["config.json"]);
        refusal = run.Refusal<FileFormatException>(run.Options(2) with { Vocoder = Vocoder.MrfHifiGan });
        Assert.Contains(
            "G_2333333.pth: is not of the networks of this training; what differs:\n  vocoder: HiFi-GAN in the file, MRF HiFi-GAN here; say --vocoder hifigan", refusal,
            StringComparison.Ordinal);
        Assert.StartsWith("done: 2 epochs", run.Train(run.Options(2))[^1], StringComparison.Ordinal);
    }

    private TinyRun Trained() => voice.Once("three epochs", run => run.Train(run.Options(3, KeepSaves.All)));

    internal static void FillDecoder(Trainer trainer, string weights, float value)
    {
        foreach (Core.Parameter parameter in trainer.Networks.Generator.Network.Parameters.Parameters.Where(each => each.Name.StartsWith("dec.", StringComparison.Ordinal) && each.Name.Contains(weights, StringComparison.Ordinal)))
        {
            trainer.Networks.Backend.Write([.. Enumerable.Repeat(value, parameter.Shape.Count)], parameter.Value);
        }

        trainer.Networks.Generator.Network.Refresh();
    }
}

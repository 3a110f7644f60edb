using System.Text.Json.Nodes;
using RvcNative.Formats;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Folders that are not as our last save left them: gone on from as mainline does, or refused with the way out and untouched.</summary>
public sealed class CheckpointFolderTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void A_pair_without_our_state_goes_on_as_mainline_does()
    {
        TinyRun run = Saved();
        File.Delete(run[RunState.FileName]);
        List<(int Epoch, long Step)> steps = [];
        List<string> said = run.Train(run.Options(3, KeepSaves.All), onStep: (_, at) => steps.Add((at.Epoch, at.GlobalStep)));
        Assert.Equal("going on from G_6.pth as mainline does: epoch 2 is repeated", said[0]);
        Assert.Equal([(2, 4), (2, 5), (2, 6), (3, 7), (3, 8), (3, 9)], steps);
    }

    [Theory]
    [InlineData("G_6.pth", false)]
    [InlineData("G_6.pth", true)]
    [InlineData("D_6.pth", false)]
    [InlineData("D_6.pth", true)]
    public void A_damaged_file_is_refused(string file, bool cut)
    {
        TinyRun run = Saved();
        Damage(run[file], cut);
        string refusal = Refusal(run);
        Assert.StartsWith($"{run[file]}: is not the file that was saved", refusal, StringComparison.Ordinal);
        Assert.EndsWith(
            "the newest good save is that of step 3 (G_3.pth, D_3.pth): put the right file back, or go on from there with --resume-from 3", refusal, StringComparison.Ordinal);

        File.Delete(run[RunState.FileName]);
        Assert.StartsWith($"{run[file]}: ", Refusal(run), StringComparison.Ordinal);
        Assert.Contains("away to go on from an older pair", Refusal(run), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("G_6.pth", "D_6.pth")]
    [InlineData("D_6.pth", "G_6.pth")]
    public void A_missing_file_is_refused(string file, string partner)
    {
        TinyRun run = Saved();
        File.Delete(run[file]);
        Assert.StartsWith(
            $"{run[file]}: is missing, but rvcnative.json names it as part of the save; the newest good save is that of step 3", Refusal(run), StringComparison.Ordinal);

        File.Delete(run[RunState.FileName]);
        string refusal = Refusal(run);
        Assert.Contains($"has {partner}, whose partner of the same step is missing", refusal, StringComparison.Ordinal);
        Assert.Contains($"move {partner} away to go on from an older pair", refusal, StringComparison.Ordinal);
        foreach (string older in Directory.GetFiles(run.Folder, $"{file[0]}_*.pth")) File.Delete(older);
        Assert.Contains($"has {partner} but no {file[0]}_*.pth; put its partner there, or move it away to begin anew", Refusal(run), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("G_3.pth", "G_6.pth")]
    [InlineData("D_3.pth", "D_6.pth")]
    public void Files_of_two_saves_are_refused(string first, string second)
    {
        TinyRun run = Saved();
        File.Move(run[first], run["kept"]);
        File.Move(run[second], run[first]);
        File.Move(run["kept"], run[second]);
        Assert.StartsWith($"{run[second]}: is not the file that was saved", Refusal(run), StringComparison.Ordinal);

        File.Delete(run[RunState.FileName]);
        string refusal = Refusal(run);
        Assert.Matches(@"G_6\.pth: is of epoch [12], but D_6\.pth of epoch [12], so they are not of one save; put the right file there", refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"format":2}""")]
    [InlineData("""{"format":1,"epoch":"two"}""")]
    [InlineData("""{"format":1,"epoch":2}""")]
    public void A_state_that_cannot_be_read_is_refused(string text)
    {
        TinyRun run = Saved();
        File.WriteAllText(run[RunState.FileName], text);
        string refusal = Refusal(run);
        Assert.StartsWith($"{run[RunState.FileName]}: cannot be read (", refusal, StringComparison.Ordinal);
        Assert.EndsWith(
            "delete it to go on from the newest G_ and D_ files as mainline does, or go on from the newest good save with --resume-from 6", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epoch", "0")]
    [InlineData("batches_done", "-1")]
    [InlineData("seed", "-1")]
    [InlineData("seed", "null")]
    [InlineData("generator", """{"file":"../../G_6.pth","bytes":1,"sha256":""}""")]
    [InlineData("discriminator", """{"file":null,"bytes":1,"sha256":""}""")]
    public void A_state_with_a_wrong_value_is_refused(string key, string value)
    {
        TinyRun run = Saved();
        JsonObject state = JsonNode.Parse(File.ReadAllText(run[RunState.FileName]))!.AsObject();
        state[key] = JsonNode.Parse(value);
        File.WriteAllText(run[RunState.FileName], state.ToJsonString());
        Assert.StartsWith($"{run[RunState.FileName]}: cannot be read (", Refusal(run), StringComparison.Ordinal);
    }

    [Fact]
    public void A_save_that_was_cut_off_between_its_moves_is_finished()
    {
        TinyRun run = Saved(KeepSaves.Latest), cut = Saved(KeepSaves.Latest);
        Directory.CreateDirectory(cut[".saving"]);
        File.Move(cut["D_2333333.pth"], cut[".saving/D_2333333.pth"]);
        File.WriteAllText(cut["D_2333333.pth"], "the discriminator of the save before");
        File.WriteAllText(cut[".saving/G_2333333.pth.tmp"], "half a generator");
        cut.Train(cut.Options(2));
        Assert.Equal(run.Saves(), cut.Saves());
        Assert.False(Directory.Exists(cut[".saving"]));
    }

    [Fact]
    public void A_save_that_was_cut_off_before_its_state_is_dropped()
    {
        TinyRun run = Saved(KeepSaves.Latest);
        SortedDictionary<string, string> saves = run.Saves();
        Directory.CreateDirectory(run[".saving"]);
        File.WriteAllText(run[".saving/G_2333333.pth"], "a generator that no state names");
        run.Train(run.Options(2));
        Assert.Equal(saves, run.Saves());
        Assert.False(Directory.Exists(run[".saving"]));
    }

    [Fact]
    public void A_damaged_file_aside_leaves_both_where_they_are()
    {
        TinyRun run = Saved(KeepSaves.Latest);
        Directory.CreateDirectory(run[".saving"]);
        foreach (string file in (ReadOnlySpan<string>)["G_2333333.pth", "D_2333333.pth"]) File.Move(run[file], run[$".saving/{file}"]);
        Damage(run[".saving/D_2333333.pth"], cut: false);
        Assert.Contains("D_2333333.pth: is missing", Refusal(run), StringComparison.Ordinal);
    }

    [Fact]
    public void A_voice_file_in_the_place_of_a_checkpoint_is_refused()
    {
        TinyRun run = Saved();
        File.Delete(run[RunState.FileName]);
        File.Copy(Path.Combine(run.Weights, "voice.pth"), run["G_6.pth"], overwrite: true);
        Assert.Contains("has no key 'model'; is it a small voice file (for `infer`)?", Refusal(run), StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_lacks_a_key_is_refused_in_one_message()
    {
        TinyRun run = Saved();
        JsonObject config = JsonNode.Parse(File.ReadAllText(run["config.json"]))!.AsObject();
        config["train"]!.AsObject().Remove("c_mel");
        File.WriteAllText(run["config.json"], config.ToJsonString());
        Assert.Equal(
            $"{run["config.json"]}: has no key train.c_mel; mainline's configs/ show all that are wanted", run.Refusal<ConfigException>(run.Options(3)));
    }

    private static string Refusal(TinyRun run) => run.Refusal<FileFormatException>(run.Options(3, KeepSaves.All));

    private static void Damage(string path, bool cut)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(path, cut ? bytes[..(bytes.Length * 2 / 3)] : bytes);
    }

    // Trained two epochs once for all tests of a kind; each has a copy.
    private TinyRun Saved(KeepSaves keep = KeepSaves.All)
    {
        TinyRun run = voice.NewRun();
        TinyRun trained = voice.Once($"two epochs, {keep}", first => first.Train(first.Options(2, keep)));
        foreach (string file in Directory.GetFiles(trained.Folder)) File.Copy(file, run[Path.GetFileName(file)], overwrite: true);
        Directory.CreateDirectory(run.Weights);
        foreach (string file in Directory.GetFiles(trained.Weights)) File.Copy(file, Path.Combine(run.Weights, Path.GetFileName(file)));
        return run;
    }
}

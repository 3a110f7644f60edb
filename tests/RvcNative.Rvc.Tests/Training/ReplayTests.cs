using System.Text.Json.Nodes;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;
using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>A training is repeated from its manifest to the same bytes, or the first difference is named.</summary>
public sealed class ReplayTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Theory]
    [InlineData(KeepSaves.Latest)]
    [InlineData(KeepSaves.All)]
    public void A_training_with_interruptions_and_changed_settings_is_repeated(KeepSaves keep)
    {
        TinyRun run = voice.NewRun(), again = voice.NewRun();
        run.Interrupt(run.Options(4, keep) with { Seed = 77, ClipNorm = 2 }, 2);
        run.Interrupt(run.Options(4, keep) with { Accumulate = 2 }, 5);
        run.Train(run.Options(4, keep) with { BatchSize = 1 });
        run.Train(run.Options(4, keep));
        SortedDictionary<string, string> saves = run.Saves();
        RunManifest manifest = RunManifest.Read(run.Folder);
        Assert.Equal((77UL, 4), (manifest.Seed, manifest.Runs.Count));
        Assert.Equal([0L, 2, 5], manifest.Runs.Take(3).Select(each => each.FromStep));
        Assert.Equal([2, 2, 1], manifest.Runs.Take(3).Select(each => each.Settings.BatchSize));
        Assert.All(manifest.Runs, each => Assert.StartsWith("cpu (", each.Device, StringComparison.Ordinal));
        Assert.Equal(4 * File.ReadLines(run["filelist.txt"]).Count(), manifest.Data.Count);

        (string? difference, int files) = Repeat(run, again, out Replay replay);
        Assert.Null(difference);
        Assert.Equal(keep == KeepSaves.Latest ? 6 : 14, files);
        Assert.Equal(saves, run.Saves());
        foreach (string file in saves.Keys.Where(file => file.StartsWith("logs/", StringComparison.Ordinal)))
            Assert.Equal(File.ReadAllBytes(run[Path.GetFileName(file)]), File.ReadAllBytes(Path.Combine(replay.Copy.Root, Path.GetFileName(file))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_validated_training_is_repeated_with_the_same_clips_held_out(bool hasLedger)
    {
        TinyRun run = voice.NewRun(), again = voice.NewRun();
        if (hasLedger) File.Copy(voice.Ledger, run["dataset.json"]);
        TrainOptions options = run.Options(4, KeepSaves.All) with { Validation = new ValidationOptions(HoldOutKind.Share, 0.3) };
        run.Interrupt(options, 1);
        run.Train(options with { Epochs = 3, Validation = ValidationOptions.Auto });
        run.Train(options with { Validation = ValidationOptions.Off });
        (string? difference, int files) = Repeat(run, again, out Replay replay);
        Assert.Null(difference);
        Assert.Equal(14, files);
        Assert.NotEmpty(ValidationRecord.Read(run.Folder)!.HeldOut);
        Assert.Equal([1, 2, 3], ValidationRecord.Read(run.Folder)!.Saves.Select(save => save.Epoch));
        Assert.Equal(File.ReadAllText(run[ValidationRecord.FileName]), File.ReadAllText(Path.Combine(replay.Copy.Root, ValidationRecord.FileName)));
    }

    [Fact]
    public void The_first_difference_is_named()
    {
        TinyRun run = Trained();
        PickleDict root = PthFile.Read(run["D_6.pth"]).Dict(), model = (PickleDict)root["model"];
        FileTensor bias = ((PickleTensor)model["discriminators.3.conv_post.bias"]).Load();
        model["discriminators.3.conv_post.bias"] = FileTensor.FromFloat32(bias.Shape, [1.5f]);
        PthFile.Write(run["D_6.pth"], root);
        (string? difference, _) = Repeat(run, voice.NewRun(), out _);
        Assert.Matches(@"^step 6, D_6\.pth: \['model'\]\['discriminators\.3\.conv_post\.bias'\] element 0 is .*, it was 1\.5$", difference);
    }

    [Fact]
    public void Data_or_pretrained_files_that_have_changed_are_refused_by_name()
    {
        TinyRun run = Trained(), tuned = voice.NewRun();
        string list = File.ReadAllText(run["filelist.txt"]), features = list.Split('\n')[1].Split('|')[1], copy = run[Path.GetFileName(features)];
        byte[] bytes = File.ReadAllBytes(features);
        bytes[^1] ^= 1;
        File.WriteAllBytes(copy, bytes);
        File.WriteAllText(run["filelist.txt"], list.Replace(features, copy.Replace('\\', '/'), StringComparison.Ordinal));
        Assert.Contains($"{Path.GetFileName(features)}: is not the file that was trained on", Refusal(run), StringComparison.Ordinal);

        File.Copy(run["G_3.pth"], tuned["pretrained.pth"]);
        tuned.Train(tuned.Options(1) with { PretrainedGenerator = tuned["pretrained.pth"] });
        Assert.Null(Repeat(tuned, voice.NewRun(), out _).Difference);
        File.Copy(run["G_6.pth"], tuned["pretrained.pth"], overwrite: true);
        Assert.Contains("pretrained.pth: is not the pretrained file that training began with", Refusal(tuned), StringComparison.Ordinal);
        File.Delete(tuned["manifest.json"]);
        Assert.Contains("manifest.json: is missing", Refusal(tuned), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_program_or_device_is_told()
    {
        TinyRun run = Trained();
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(run["manifest.json"]))!;
        manifest["runs"]![0]!["device"] = "cuda (some card)";
        manifest["runs"]![0]!["program"] = "rvcnative 0";
        File.WriteAllText(run["manifest.json"], manifest.ToJsonString());
        using CpuBackend backend = new(1);
        string[] changes = [.. new Replay(new ExperimentFolder(run.Folder), run["again"]).Changes(backend)];
        Assert.Equal(2, changes.Length);
        Assert.StartsWith("it ran with rvcnative 0, this is rvcnative ", changes[0], StringComparison.Ordinal);
        Assert.StartsWith("it ran on cuda (some card), this is cpu (", changes[1], StringComparison.Ordinal);
    }

    private TinyRun Trained()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(2, KeepSaves.All));
        return run;
    }

    private static (string? Difference, int Files) Repeat(TinyRun run, TinyRun again, out Replay replay)
    {
        replay = new Replay(new ExperimentFolder(run.Folder), again["repeated"]);
        using CpuBackend backend = new(2);
        replay.Run(backend, null, null, CancellationToken.None);
        return replay.Compare();
    }

    private static string Refusal(TinyRun run) => Assert.Throws<FileFormatException>(() => Repeat(run, run, out _)).Message;
}

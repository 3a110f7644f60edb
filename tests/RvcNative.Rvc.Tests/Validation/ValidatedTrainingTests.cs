using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Formats.TensorBoard;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Data;
using RvcNative.Rvc.Tests.Training;
using RvcNative.Rvc.Training;
using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Tests.Validation;

/// <summary>A training measures every save, and is otherwise the training that it would be.</summary>
public sealed class ValidatedTrainingTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void A_foreign_clip_is_measured_at_every_save_and_changes_no_byte_of_them()
    {
        TinyRun plain = voice.NewRun(), validated = voice.NewRun();
        plain.Train(plain.Options(3));
        string clip = Path.Combine(validated.Folder, "..", "foreign.wav");
        MadeSpeech.Write(clip, 44100, 260, 1.4, 0.9, 1.1);
        ValidationOptions options = ValidationOptions.Off with { ForeignClip = clip };
        PreparedClips.Prepare(
            new ExperimentFolder(validated.Folder), options, 40000, ModelVersion.V2, () => new RecordedExtractors(new TinyPitch(), new TinyFeatures(), fillsUnvoiced: false), threads: 1);
        List<string> said = validated.Train(validated.Options(2) with { Validation = options }, threads: 2);
        validated.Train(validated.Options(3) with { Validation = options });
        Assert.Equal(plain.Saves(), validated.Saves());

        ValidationRecord record = ValidationRecord.Read(validated.Folder)!;
        Assert.Equal([(1, 3L, "voice_e1_s3.pth"), (2, 6L, "voice_e2_s6.pth"), (3, 9L, "voice_e3_s9.pth")], record.Saves.Select(save => (save.Epoch, save.Step, save.Voice)));
        Assert.DoesNotContain(record.Saves, save => save.Best);               // nothing is held out that it could be best on
        Assert.All(record.Saves, save => Assert.True(Assert.Single(save.Sets) is { Set: "foreign", Clips: 2, MelL1.Mean: > 0, MelL1.Sd: > 0, Stft.Mean: > 0 }));
        Assert.Contains(said, line => line.StartsWith("validation at epoch 1, foreign clip (2 clips): mel ", StringComparison.Ordinal));
        Assert.Contains(said, line => line.StartsWith("validation at epoch 2, foreign clip (2 clips): mel ", StringComparison.Ordinal) && (line.Contains(" (+", StringComparison.Ordinal) || line.Contains(" (-", StringComparison.Ordinal)));
        Dictionary<(string, long), float> curves = Curves(validated.Folder);
        foreach (ValidatedSave save in record.Saves)
        {
            Assert.Equal((float)save.Sets[0].MelL1.Mean, curves[("validation/foreign/mel_l1", save.Step)]);
            Assert.Equal((float)save.Sets[0].Vuv.Mean, curves[("validation/foreign/vuv", save.Step)]);
        }
    }

    [Fact]
    public void What_is_held_out_is_measured_from_the_same_noise_by_every_run()
    {
        ValidationOptions options = new(HoldOutKind.Share, 0.3);
        TinyRun one = voice.NewRun(), two = voice.NewRun();
        one.Train(one.Options(3) with { Validation = options });
        two.Train(two.Options(1) with { Validation = options });
        two.Train(two.Options(3) with { Validation = options }, threads: 2);
        Assert.Equal(File.ReadAllText(one[ValidationRecord.FileName]), File.ReadAllText(two[ValidationRecord.FileName]));
        Assert.Equal(one.Saves(), two.Saves());
        ValidationRecord record = ValidationRecord.Read(one.Folder)!;
        Assert.NotEmpty(record.HeldOut);
        ValidatedSave best = Assert.Single(record.Saves, save => save.Best);
        Assert.Equal(record.Saves.Min(save => save.Sets[0].MelL1.Mean), best.Sets[0].MelL1.Mean);
        Assert.Equal(3, record.Saves.Count);
    }

    [Fact]
    public void Whatever_is_in_a_held_out_recording_no_weight_hears_of_it()
    {
        TinyRun plain = voice.NewRun(), changed = voice.NewRun(), control = voice.NewRun();
        TrainOptions Options(TinyRun run) => run.Options(3) with { Validation = new ValidationOptions(HoldOutKind.Share, 0.3) };
        plain.Train(Options(plain));
        ValidationRecord record = ValidationRecord.Read(plain.Folder)!;
        HashSet<string> heldOut = [.. record.HeldOut.Select(stretch => stretch.Source)];
        string[] lines = File.ReadAllLines(changed["filelist.txt"]);
        int[] held = [.. Enumerable.Range(0, lines.Length).Where(i => heldOut.Contains(RecordingOf(lines[i])))];
        Assert.InRange(held.Length, 1, lines.Length - 1);
        foreach (int line in held) Double(changed, lines, line);
        changed.Train(Options(changed));
        Assert.Equal(plain.Saves(), changed.Saves());
        Assert.NotEqual(record.Saves[0].Sets[0].MelL1, ValidationRecord.Read(changed.Folder)!.Saves[0].Sets[0].MelL1);

        Double(control, File.ReadAllLines(control["filelist.txt"]), Enumerable.Range(0, lines.Length).Except(held).First());
        control.Train(Options(control));
        Assert.NotEqual(plain.Saves()["logs/voice/G_2333333.pth"], control.Saves()["logs/voice/G_2333333.pth"]);

        static string RecordingOf(string line) => Path.GetFileNameWithoutExtension(line.Split('|')[0]).Split('_')[0];
    }

    [Fact]
    public void A_save_that_a_kill_left_without_figures_has_them_when_training_goes_on()
    {
        TinyRun whole = voice.NewRun(), killed = voice.NewRun();
        TrainOptions Options(TinyRun run, int epochs) => run.Options(epochs) with { Validation = new ValidationOptions(HoldOutKind.Share, 0.3) };
        whole.Train(Options(whole, 3));
        killed.Train(Options(killed, 2));
        ValidationRecord record = ValidationRecord.Read(killed.Folder)!;
        (record with { Saves = [.. record.Saves.Take(1)] }).Write(killed.Folder);
        Assert.Single(killed.Train(Options(killed, 3)), line => line.StartsWith("validation at epoch 2, held out ", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllText(whole[ValidationRecord.FileName]), File.ReadAllText(killed[ValidationRecord.FileName]));
        Assert.Equal(whole.Saves(), killed.Saves());
    }

    [Fact]
    public void A_save_whose_sound_is_not_finite_has_no_figures_and_training_goes_on()
    {
        TinyRun run = voice.NewRun();
        List<string> said = run.Train(run.Options(2) with { Validation = new ValidationOptions(HoldOutKind.Share, 0.3) }, onStep: (trainer, at) =>
        {
            if (at.GlobalStep == at.Batches) SaveTests.FillDecoder(trainer, ".weight_g", 6e4f);
        });
        Assert.Contains("validation at epoch 1: what this save says of a clip has samples that are not finite, so it has no figures", said);
        Assert.StartsWith("done: 2 epochs", said[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(ValidationRecord.Read(run.Folder)!.Saves, save => save.Epoch == 1);
    }

    [Fact]
    public void What_was_found_of_the_recordings_is_kept_and_changes_no_figure()
    {
        TinyRun one = voice.NewRun(), two = voice.NewRun();
        TrainOptions Options(TinyRun run) => run.Options(3) with { Validation = new ValidationOptions(HoldOutKind.Share, 0.3) };
        one.Train(Options(one));
        two.Train(Options(two) with { Epochs = 1 });
        string[] references = Directory.GetFiles(two["validation/references"]);
        Assert.Equal(ValidationRecord.Read(two.Folder)!.Saves[0].Sets[0].Clips, references.Length);
        File.Delete(references[0]);
        two.Train(Options(two) with { Epochs = 2 });
        File.WriteAllText(references[0], "damaged");
        two.Train(Options(two));
        Assert.Equal(File.ReadAllText(one[ValidationRecord.FileName]), File.ReadAllText(two[ValidationRecord.FileName]));
        Assert.All(references, file => Assert.Equal(File.ReadAllBytes(one[$"validation/references/{Path.GetFileName(file)}"]), File.ReadAllBytes(file)));
    }

    // Puts features twice as large into the place of a line's.
    private static void Double(TinyRun run, string[] lines, int line)
    {
        string features = lines[line].Split('|')[1], copy = run[$"changed{line}.npy"];
        FileTensor tensor = NpyFile.Read(features);
        NpyFile.Write(copy, FileTensor.FromFloat32(tensor.Shape, [.. tensor.ToFloat32().Select(value => 2 * value)]));
        lines[line] = lines[line].Replace(features, copy.Replace('\\', '/'), StringComparison.Ordinal);
        File.WriteAllLines(run["filelist.txt"], lines);
    }

    private static Dictionary<(string, long), float> Curves(string folder)
    {
        Dictionary<(string, long), float> curves = [];
        foreach (string file in Directory.GetFiles(folder, "events.out.tfevents.*"))
        {
            foreach (TensorBoardEvent each in EventFile.Read(file).Events)
            {
                foreach (SummaryValue value in each.Values.Where(value => value.Tag.StartsWith("validation/", StringComparison.Ordinal))) curves[(value.Tag, each.Step)] = ((ScalarValue)value).Value;
            }
        }

        return curves;
    }
}

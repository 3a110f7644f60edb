using RvcNative.Formats.TensorBoard;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Data;
using RvcNative.Rvc.Tests.Training;
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

using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Data;

public sealed class TrainingSetTests
{
    [Fact]
    public void A_clip_is_what_mainlines_loader_makes_of_it()
    {
        using MadeSet made = new(1.503);
        TrainingSet set = made.Open();
        Assert.Equal(3, set.Count);                                           // with two lines of silence
        TrainingItem item = set.Get(0);
        // 1.503 s: 150 frames of spectrogram and pitch, 74 rows of features, so 148 frames.
        Assert.Equal(("0_0", 0, 148, 148), (item.Name, item.Speaker, item.Frames, set.Frames[0]));
        float[] wave = WavFile.Read(made.Temp["logs/voice/0_gt_wavs/0_0.wav"]).Samples;
        float[] low = WavFile.Read(made.Temp["logs/voice/1_16k_wavs/0_0.wav"]).Samples;
        Assert.Equal(48096, wave.Length);
        Assert.Equal(wave[..(148 * 320)], item.Wave);
        Assert.Equal(Spectrogram.Training(1024, 320, 2e-7).Magnitude(wave)[..(148 * 513)], item.Spec);
        Assert.Equal((148 * 768, 148, 148), (item.Phone.Length, item.Pitch!.Length, item.F0!.Length));
        for (int t = 0; t < 148; t++)
        {
            Assert.Equal(5000 + low[t / 2 * 320], item.Phone[t * 768 + 5]);
            Assert.Equal(t % 4 == 3 ? 0 : 100 + t, item.F0[t]);
        }
        Assert.Equal([.. PitchClasses.Coarse(item.F0.Select(hz => (double)hz).ToArray())], item.Pitch);

        TrainingItem silence = set.Get(2);
        Assert.Equal(("mute32k", 298), (silence.Name, silence.Frames));
        Assert.All(silence.Spec, value => Assert.Equal(MathF.Sqrt(2e-7f), value, 9));
    }

    [Fact]
    public void Lengths_are_mainlines_estimates()
    {
        using MadeSet made = new(1.5, 2.0);
        TrainingSet set = made.Open();
        Assert.Equal([200, 266, 400, 400], set.Lengths);                       // 4/3 of 150, 200, 300, 300 frames
    }

    [Fact]
    public void Clips_that_are_not_trained_on_are_named_with_the_reason()
    {
        using MadeSet made = new(0.3, 0.6, 2.0);
        TrainingSet set = made.Open();
        Assert.Equal(["2_0", "mute32k", "mute32k"], Enumerable.Range(0, set.Count).Select(set.NameOf));
        Assert.Equal(["0_0", "1_0"], set.Excluded.Select(each => each.Name));
        Assert.Contains("has 28 frames (0.28 s), fewer than the 40 of a segment", set.Excluded[0].Reason);
        Assert.Contains("is too short: 0.58 s, an estimate of 80 where more than 100 is wanted", set.Excluded[1].Reason);

        TrainingSet shorter = made.Open(new TrainingSetOptions { Boundaries = [0, 100, 300] });
        Assert.Equal(["1_0", "2_0"], Enumerable.Range(0, shorter.Count).Select(shorter.NameOf));
        Assert.Contains("is too long: 2.98 s", shorter.Excluded[^1].Reason);
        TrainingDataException none = Assert.Throws<TrainingDataException>(() => made.Open(new TrainingSetOptions { Boundaries = [500, 600] }));
        Assert.Contains("none of its 5 clips", none.Message);
    }

    [Fact]
    public void Long_clips_end_after_900_frames()
    {
        using MadeSet made = new(1.5);
        WavFile.Write(made.Temp["logs/voice/0_gt_wavs/0_0.wav"], new AudioBuffer(MadeSpeech.Samples(32000, 150, 10), 32000), WavEncoding.Pcm16);
        float[] at16k = MadeSpeech.Samples(16000, 150, 10);
        ClipFiles.WriteFeatures(made.Temp["logs/voice/3_feature768/0_0.npy"], new FakeFeatures().Extract(at16k), 768);
        ClipFiles.WritePitch(made.Temp["logs/voice/2a_f0/0_0.wav.npy"], made.Temp["logs/voice/2b-f0nsf/0_0.wav.npy"], new FakePitch().Extract(at16k));
        TrainingSet set = made.Open();
        Assert.Equal((900, 900 * 320, 666), (set.Get(0).Frames, set.Get(0).Wave.Length, set.Lengths[0]));
    }

    [Fact]
    public void Without_memory_for_a_cache_the_clips_are_the_same()
    {
        using MadeSet made = new(1.5, 2.0);
        TrainingSet cached = made.Open(), uncached = made.Open(new TrainingSetOptions { CacheBytes = 0 });
        Assert.Same(cached.Get(1), cached.Get(1));
        Assert.NotSame(uncached.Get(1), uncached.Get(1));
        Assert.Equal(cached.Get(1).Spec, uncached.Get(1).Spec);
        Assert.Equal(cached.Get(1).Phone, uncached.Get(1).Phone);
        long one = TrainingItem.Bytes(cached.Get(0).Frames, 768, 513, 320);
        TrainingSet small = made.Open(new TrainingSetOptions { CacheBytes = one });
        Assert.NotSame(small.Get(1), small.Get(1));                           // does not fit, and does not keep out what does
        Assert.Same(small.Get(0), small.Get(0));
    }

    [Fact]
    public void A_moved_folder_is_still_found()
    {
        using MadeSet made = new(1.5);
        float[] before = made.Open().Get(0).Phone;
        string list = File.ReadAllText(made.Experiment.FileList);
        Directory.CreateDirectory(made.Temp["elsewhere"]);
        Directory.Move(made.Temp["logs"], made.Temp["elsewhere/logs with space"]);
        string moved = made.Temp["elsewhere/logs with space/voice/filelist.txt"];
        Assert.Equal(before, Open().Get(0).Phone);

        string old = Path.GetFullPath(made.Temp["logs"]).Replace('\\', '/');
        string relative = list.Replace(old + "/voice/", "", StringComparison.Ordinal).Replace(old + "/mute/", "../mute/", StringComparison.Ordinal);
        File.WriteAllText(moved, relative + "\n\n");
        Assert.Equal(before, Open().Get(0).Phone);
        File.WriteAllText(moved, list.Replace(old, "D:/voices", StringComparison.Ordinal).Replace('/', '\\'));
        Assert.Equal(3, Open().Count);

        TrainingSet Open() => TrainingSet.Open(moved, made.Config, ModelVersion.V2, true);
    }

    [Fact]
    public void Without_pitch_the_list_has_three_fields_and_five_are_taken_too()
    {
        using MadeSet made = new(1.5);
        Assert.Null(made.Open(hasPitch: false).Get(0).Pitch);
        Extractor.Run(made.Experiment, new ExtractOptions { Features = new FakeFeatures(), Pitch = null });
        TrainingItem item = made.Open(hasPitch: false).Get(0);
        Assert.Null(item.F0);
        Assert.Equal(148, item.Frames);
        Assert.Contains("line 1 names no pitch", Assert.Throws<TrainingDataException>(() => made.Open()).Message);
    }

    [Fact]
    public void Damaged_or_unfit_files_are_named_when_the_set_is_opened()
    {
        using MadeSet made = new(1.5);
        string features = made.Temp["logs/voice/3_feature768/0_0.npy"], classes = made.Temp["logs/voice/2a_f0/0_0.wav.npy"];
        RvcConfig config40 = Presets.Of(ModelVersion.V2, 40000), few = made.Config with { Model = made.Config.Model with { Speakers = 1 } };
        Assert.Contains("has 32000 Hz and config.json wants 40000 Hz", Refused(() => made.Open(config: config40)));
        Assert.Contains("wanted are [frames, 256] for a v1 voice. Say --version v2, which they are for", Refused(() => made.Open(version: ModelVersion.V1)));
        string list = File.ReadAllText(made.Experiment.FileList);
        File.WriteAllText(made.Experiment.FileList, list.Replace("|0\n", "|1\n", StringComparison.Ordinal));
        Assert.Contains("is of speaker 1, and the model has speakers 0 to 0", Refused(() => made.Open(config: few)));
        File.WriteAllText(made.Experiment.FileList, "a|b\n");
        Assert.Contains("line 1 has 2 fields", Refused(() => made.Open()));
        File.WriteAllText(made.Experiment.FileList, list.Replace("|0\n", "|one\n", StringComparison.Ordinal));
        Assert.Contains("ends in 'one'; expected a speaker", Refused(() => made.Open()));
        File.WriteAllText(made.Experiment.FileList, " \n");
        Assert.Contains("is empty", Refused(() => made.Open()));
        File.WriteAllText(made.Experiment.FileList, list);

        FileTensor good = NpyFile.Read(classes);
        long[] wrong = good.ToInt64();
        wrong[3] = 256;
        NpyFile.Write(classes, FileTensor.FromInt64(good.Shape, wrong));
        Assert.Contains("a class outside 1..255", Refused(() => made.Open()));
        NpyFile.Write(classes, good);
        float[] values = NpyFile.Read(features).ToFloat32();
        values[^1] = float.NaN;
        ClipFiles.WriteFeatures(features, values, 768);
        SkippedClip damaged = Assert.Single(made.Open().Excluded, clip => clip.IsDamaged);
        Assert.Equal("0_0", damaged.Name);
        Assert.Contains($"values that are not finite in '{features}'", damaged.Reason.Replace('\\', '/'), StringComparison.Ordinal);
        using (FileStream cut = File.OpenWrite(features)) cut.SetLength(3000);
        Assert.Contains("0_0.npy", Assert.Throws<FileFormatException>(() => made.Open()).Message);
        File.Delete(features);
        Assert.Contains("0_0.npy' does not exist", Refused(() => made.Open()));
        File.Delete(made.Experiment.FileList);
        Assert.Contains("run `rvcnative extract` first", Refused(() => made.Open()));

        static string Refused(Func<TrainingSet> open) => Assert.Throws<TrainingDataException>(open).Message;
    }
}

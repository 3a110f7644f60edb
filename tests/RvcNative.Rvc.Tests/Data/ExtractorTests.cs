using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Tests.Data;

public sealed class ExtractorTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private ExperimentFolder Experiment => new(_temp["logs/voice"]);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Built_in_pitch_and_features_are_written_in_mainlines_types()
    {
        Prepare(("a.wav", 1.5));
        ExtractReport report = Extractor.Run(Experiment, new ExtractOptions());
        Assert.Equal((1, 1, 1, 3), (report.Clips, report.PitchComputed, report.FeaturesComputed, report.Lines));
        FileTensor classes = NpyFile.Read(_temp["logs/voice/2a_f0/0_0.wav.npy"]), hz = NpyFile.Read(_temp["logs/voice/2b-f0nsf/0_0.wav.npy"]);
        FileTensor features = NpyFile.Read(_temp["logs/voice/3_feature768/0_0.npy"]);
        Assert.Equal((FileDType.Int64, FileDType.Float64, FileDType.Float32), (classes.DType, hz.DType, features.DType));
        Assert.Equal([150], classes.Shape);
        Assert.Equal([150], hz.Shape);
        Assert.Equal([(24000 - 400) / 320 + 1, 768], features.Shape);
        Assert.InRange(hz.ToFloat64()[75], 175, 187);
        Assert.Equal([.. PitchClasses.Coarse(hz.ToFloat64())], classes.ToInt64());
        Assert.Equal(SpectralFeatures.Compute(WavFile.Read(_temp["logs/voice/1_16k_wavs/0_0.wav"]).Samples, 768), features.ToFloat32());
    }

    [Fact]
    public void An_interrupted_run_goes_on_and_redoes_what_is_broken()
    {
        Prepare(("a.wav", 1.2), ("b.wav", 1.4), ("c.wav", 1.6), ("d.wav", 1.3), ("e.wav", 1.1));
        Run();
        SortedDictionary<string, string> whole = MadeSpeech.Files(_temp["logs"]);
        File.Delete(_temp["logs/voice/3_feature768/0_0.npy"]);
        File.Delete(_temp["logs/voice/2b-f0nsf/1_0.wav.npy"]);
        using (FileStream cut = File.OpenWrite(_temp["logs/voice/3_feature768/2_0.npy"])) cut.SetLength(5000);
        File.WriteAllText(_temp["logs/voice/2a_f0/3_0.wav.npy"], "broken");
        File.Copy(_temp["logs/voice/2a_f0/3_0.wav.npy"], _temp["logs/voice/2a_f0/4_0.wav.npy.tmp"]);
        ClipFiles.WritePitch(_temp["logs/voice/2a_f0/4_0.wav.npy"], _temp["logs/voice/2b-f0nsf/4_0.wav.npy"], new double[7]);
        File.Delete(Experiment.FileList);

        FakeFeatures features = new();
        ExtractReport report = Run(options => options with { Features = features });
        Assert.Equal((3, 2, 2), (report.PitchComputed, report.FeaturesComputed, features.Calls));
        Assert.Equal(whole, MadeSpeech.Files(_temp["logs"]));
    }

    [Fact]
    public void Files_do_not_depend_on_the_number_of_threads()
    {
        Prepare(("a.wav", 1.2), ("b.wav", 1.4), ("c.wav", 1.6));
        Extractor.Run(Experiment, new ExtractOptions { Threads = 1 });
        SortedDictionary<string, string> one = MadeSpeech.Files(_temp["logs"]);
        Extractor.Run(Experiment, new ExtractOptions { Threads = 5, Restart = true });
        Assert.Equal(one, MadeSpeech.Files(_temp["logs"]));
    }

    [Fact]
    public void Methods_are_never_mixed_what_another_one_made_is_computed_anew()
    {
        Prepare(("a.wav", 1.2), ("b.wav", 1.2));
        Run();
        FakeFeatures other = new("contentvec", scale: 2);
        ExtractReport report = Run(options => options with { Features = other });
        Assert.Equal((2, 0), (report.FeaturesComputed, report.PitchComputed));
        Assert.Equal("features of 'fake' removed and computed anew, by 'contentvec'", report.Note);
        Assert.Equal(other.Extract(WavFile.Read(_temp["logs/voice/1_16k_wavs/1_0.wav"]).Samples), NpyFile.Read(_temp["logs/voice/3_feature768/1_0.npy"]).ToFloat32());
        Assert.Contains("3_feature768/mute.contentvec.npy", File.ReadAllText(Experiment.FileList));
        Run(options => options with { Features = other });                    // and from now on it is the folder's method

        report = Run(options => options with { Features = other, Pitch = new FakePitch("rmvpe") });
        Assert.Equal((0, 2), (report.FeaturesComputed, report.PitchComputed));
        report = Run(options => options with { Features = other, Pitch = new FakePitch("rmvpe"), FillUnvoiced = true });
        Assert.Equal((0, 2), (report.FeaturesComputed, report.PitchComputed));
        Assert.Contains("pitch of 'rmvpe' removed and computed anew, by 'rmvpe' with filled gaps", report.Note);
        Assert.Equal(102, Hz("0_0")[2]);
        Assert.Equal(103, Hz("0_0")[3]);

        ExtractReport version1 = Run(options => options with { Features = new FakeFeatures("other", 256), Version = ModelVersion.V1 });
        Assert.Equal(2, version1.FeaturesComputed);                           // v1 has a folder of its own
    }

    [Fact]
    public void What_a_training_has_heard_is_replaced_only_when_that_is_said()
    {
        Prepare(("a.wav", 1.2));
        Run();
        SortedDictionary<string, string> before = MadeSpeech.Files(_temp["logs"]);
        File.WriteAllText(_temp["logs/voice/G_2333333.pth"], "");
        string features = Refused(options => options with { Features = new FakeFeatures("contentvec") });
        Assert.Contains("has heard features of 'fake', and would go on with features of 'contentvec'", features);
        Assert.Contains("--restart", features);
        Assert.Contains("has heard pitch of 'fakepitch', and would go on with pitch of 'fakepitch' with filled gaps", Refused(options => options with { FillUnvoiced = true }));
        File.Delete(_temp["logs/voice/G_2333333.pth"]);
        Assert.Equal(before, MadeSpeech.Files(_temp["logs"]));
        File.WriteAllText(_temp["logs/voice/G_2333333.pth"], "");
        Assert.Equal(1, Run(options => options with { Features = new FakeFeatures("contentvec"), Restart = true }).FeaturesComputed);
    }

    [Fact]
    public void Unvoiced_frames_stay_zero_or_are_filled_as_mainline_does()
    {
        Prepare(("a.wav", 1.5), ("short.wav", 0.5));
        ExtractReport plain = Run();
        Assert.Empty(plain.Skipped);
        double[] hz = Hz("0_0");
        Assert.Equal((102, 0, 104), (hz[2], hz[3], hz[4]));
        Assert.Equal(1, NpyFile.Read(_temp["logs/voice/2a_f0/0_0.wav.npy"]).ToInt64()[3]);

        ExtractReport filled = Run(options => options with { FillUnvoiced = true, Restart = true });
        hz = Hz("0_0");
        Assert.Equal((102, 103, 104), (hz[2], hz[3], hz[4]));
        SkippedClip skipped = Assert.Single(filled.Skipped);
        Assert.Equal("1_0", skipped.Name);
        Assert.Contains("no frame is voiced", skipped.Reason);
        Assert.DoesNotContain("1_0.wav", File.ReadAllText(Experiment.FileList));
    }

    [Fact]
    public void Chunks_that_Applio_cut_are_extracted_with_the_speakers_in_their_names()
    {
        Prepare(("a.wav", 1.2), ("b.wav", 1.3));
        (string Ours, string Applio)[] folders = [(Experiment.Waves, _temp["logs/voice/sliced_audios"]), (Experiment.Waves16k, _temp["logs/voice/sliced_audios_16k"])];
        foreach ((string ours, string applio) in folders)
        {
            Directory.Move(ours, applio);
            File.Move(Path.Combine(applio, "0_0.wav"), Path.Combine(applio, "3_0_0.wav"));
            File.Move(Path.Combine(applio, "1_0.wav"), Path.Combine(applio, "12_1_0.wav"));
        }

        File.Delete(Experiment.Ledger);
        ExtractReport report = Run();
        Assert.Equal((2, 2, 2), (report.Clips, report.PitchComputed, report.FeaturesComputed));
        Assert.Equal([3, 12], report.Speakers);
        string list = File.ReadAllText(Experiment.FileList);
        Assert.Contains("/voice/sliced_audios/3_0_0.wav|", list);
        Assert.Matches(@"/voice/sliced_audios/12_1_0\.wav\|.*/2b-f0nsf/12_1_0\.wav\.npy\|12\n", list);
    }

    [Fact]
    public void The_list_has_mainlines_lines_with_speakers_and_two_silences_each()
    {
        Prepare(("0/a.wav", 1.2), ("7/b.wav", 1.2));
        ExtractReport report = Run();
        Assert.Equal([0, 7], report.Speakers);
        string text = File.ReadAllText(Experiment.FileList), root = Path.GetFullPath(_temp["logs"]).Replace('\\', '/');
        string Line(string folder, string wave, string feature, string pitch) =>
            $"{root}/{folder}/0_gt_wavs/{wave}.wav|{root}/{folder}/3_feature768/{feature}.npy"
            + $"|{root}/{folder}/2a_f0/{pitch}.wav.npy|{root}/{folder}/2b-f0nsf/{pitch}.wav.npy|";
        string mute = Line("mute", "mute32k", "mute.fake", "mute");
        string first = Line("voice", "0_0", "0_0", "0_0"), second = Line("voice", "1_0", "1_0", "1_0");
        string[] expected = [first + "0", second + "7", mute + "0", mute + "0", mute + "7", mute + "7"];
        Assert.Equal(string.Join('\n', expected), text);

        Run(options => options with { Pitch = null });
        Assert.Equal($"{root}/voice/0_gt_wavs/0_0.wav|{root}/voice/3_feature768/0_0.npy|0", File.ReadLines(Experiment.FileList).First());
        Assert.Equal(2, Run(options => options with { MuteLines = 0 }).Lines);
    }

    [Fact]
    public void Silence_is_made_once_and_mainlines_own_is_not_touched()
    {
        Prepare(("a.wav", 1.2));
        string mainlines = _temp.WithParent("logs/mute/3_feature768/mute.npy"), wave = _temp.WithParent("logs/mute/0_gt_wavs/mute32k.wav");
        File.WriteAllText(mainlines, "HuBERT's");
        File.WriteAllText(wave, "broken");
        Run();
        Assert.Equal("HuBERT's", File.ReadAllText(mainlines));
        AudioBuffer silence = WavFile.Read(wave);
        Assert.Equal((32000, 96000), (silence.SampleRateHz, silence.Frames));
        Assert.All(silence.Samples, sample => Assert.Equal(0, sample));
        Assert.Equal(Enumerable.Repeat(1L, 300), NpyFile.Read(_temp["logs/mute/2a_f0/mute.wav.npy"]).ToInt64());
        Assert.Equal(new double[300], NpyFile.Read(_temp["logs/mute/2b-f0nsf/mute.wav.npy"]).ToFloat64());
        Assert.Equal(new FakeFeatures().Extract(new float[48000]), NpyFile.Read(_temp["logs/mute/3_feature768/mute.fake.npy"]).ToFloat32());
        SortedDictionary<string, string> before = MadeSpeech.Files(_temp["logs/mute"]);
        Run();
        Assert.Equal(before, MadeSpeech.Files(_temp["logs/mute"]));
    }

    [Fact]
    public void Config_is_the_presets_unless_there_is_one()
    {
        Prepare(("a.wav", 1.2));
        Assert.True(Run().ConfigWritten);
        Assert.Equal(32000, ConfigFile.Read(Experiment.Config).Data.SampleRateHz);
        RvcConfig preset = Presets.Of(ModelVersion.V2, 32000);
        ConfigFile.Write(preset with { Train = preset.Train with { BatchSize = 7 } }, Experiment.Config);
        Assert.False(Run().ConfigWritten);
        Assert.Equal(7, ConfigFile.Read(Experiment.Config).Train.BatchSize);

        // One that is still a preset follows the slices; one that was changed, or that a training has begun with, is the user's.
        RvcConfig other = Presets.Of(ModelVersion.V2, 48000);
        ConfigFile.Write(other with { Train = other.Train with { BatchSize = 7 } }, Experiment.Config);
        Assert.Contains("is for 48000 Hz, the chunks have 32000 Hz", Refused());
        ConfigFile.Write(other, Experiment.Config);
        File.WriteAllText(_temp["logs/voice/G_1.pth"], "");
        Assert.Contains("is for 48000 Hz, the chunks have 32000 Hz", Refused());
        File.Delete(_temp["logs/voice/G_1.pth"]);
        Assert.True(Run().ConfigWritten);
        Assert.Equal(ConfigFile.Text(preset), File.ReadAllText(Experiment.Config));
    }

    [Fact]
    public void What_another_program_extracted_is_used_and_not_added_to()
    {
        Prepare(("a.wav", 1.2), ("b.wav", 1.2), ("c.wav", 1.2));
        Run();
        File.Delete(Experiment.ExtractRecord);
        File.Delete(Experiment.Ledger);
        File.Delete(_temp["logs/voice/2a_f0/1_0.wav.npy"]);
        FakeFeatures never = new("spectral");
        ExtractReport report = Run(options => options with { Features = never, Speaker = 3 });
        Assert.Equal(0, never.Calls);
        Assert.Equal("1_0", Assert.Single(report.Skipped).Name);
        Assert.Contains("pitch and features of another program are used as they are", report.Note);
        Assert.Contains("silence is not mixed in", report.Note);
        Assert.Equal((2, 32000), (report.Lines, report.SampleRateHz));
        Assert.Equal([3], report.Speakers);

        ClipFiles.WriteFeatures(_temp["logs/mute/3_feature768/mute.npy"], new FakeFeatures().Extract(new float[48000]), 768);
        Assert.Equal(4, Run(options => options with { Features = never }).Lines);
        Assert.Contains("3_feature768/mute.npy", File.ReadAllText(Experiment.FileList));
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_the_way_out()
    {
        Assert.Contains("run `rvcnative preprocess` first", Refused());
        Prepare(("200/a.wav", 1.2));
        Assert.Contains("There is a speaker 200", Refused());
        Prepare(("1/a.wav", 1.2));
        Assert.Contains("V2 voices want 768", Refused(options => options with { Features = new FakeFeatures(channels: 256) }));
        Assert.Throws<TrainingDataException>(() => new ExperimentFolder(_temp["logs/mute"]));
        Assert.Throws<TrainingDataException>(() => new ExperimentFolder(_temp["logs/a|b"]));
        File.WriteAllText(_temp["logs/voice/1_16k_wavs/0_0.wav"], "broken");
        Assert.Contains("none of its 1 chunks can be used; 0_0:", Refused());
    }

    private double[] Hz(string clip) => NpyFile.Read(_temp[$"logs/voice/2b-f0nsf/{clip}.wav.npy"]).ToFloat64();

    private void Prepare(params (string File, double Seconds)[] recordings)
    {
        string source = _temp["recordings"];
        if (Directory.Exists(source)) Directory.Delete(source, recursive: true);
        int pitch = 180;
        foreach ((string file, double seconds) in recordings) MadeSpeech.Write(Path.Combine(source, file), 32000, pitch++, seconds);
        Preprocessor.Run(source, Experiment, new PreprocessOptions { SampleRateHz = 32000 });
    }

    private string Refused(Func<ExtractOptions, ExtractOptions>? change = null) => Assert.Throws<TrainingDataException>(() => Run(change)).Message;

    private ExtractReport Run(Func<ExtractOptions, ExtractOptions>? change = null)
    {
        ExtractOptions options = new() { Features = new FakeFeatures(), Pitch = new FakePitch() };
        return Extractor.Run(Experiment, change is null ? options : change(options));
    }
}

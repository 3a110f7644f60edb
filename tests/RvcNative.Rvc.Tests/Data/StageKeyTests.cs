using RvcNative.Audio;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>Slices and what is extracted of them belong to a content and to settings: what has changed is made again, nothing else is.</summary>
public sealed class StageKeyTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Source => _temp["recordings"];

    private ExperimentFolder Experiment => new(_temp["logs/voice"]);

    private static PreprocessOptions Options { get; } = new() { SampleRateHz = 32000, Threads = 1 };

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("rate", "the sample rate was 32000 Hz and is now 40000 Hz")]
    [InlineData("chunk", "slices were 3.7 s and are now 3 s")]
    [InlineData("slicing", "slicing was by silence and is now by fixed")]
    [InlineData("damaged ledger", "dataset.json is damaged")]
    public void Other_settings_leave_nothing_of_before(string change, string said)
    {
        Write("a.wav", 180, 4.5);
        Write("b.wav", 200, 1.6);
        Prepare(Options);
        string checkpoint = _temp["logs/voice/G_2333333.pth"];
        File.WriteAllText(checkpoint, "old");
        PreprocessOptions options = change switch
        {
            "rate" => Options with { SampleRateHz = 40000 },
            "chunk" => Options with { ChunkSeconds = 3 },
            "slicing" => Options with { Slicing = SlicingMode.Fixed },
            _ => Options,
        };
        if (change == "damaged ledger") File.WriteAllText(Experiment.Ledger, "{ \"settings\": ");
        SortedDictionary<string, string> fresh = Fresh(options);

        PreprocessReport report = Preprocessor.Run(Source, Experiment, options);
        Assert.Equal((said, 0), (report.Replaced, report.KeptFiles));
        Assert.True(File.Exists(checkpoint));                                 // training's own files are not ours to remove
        File.Delete(checkpoint);
        Assert.Equal(fresh, Files(Experiment));
    }

    [Fact]
    public void A_method_that_is_not_named_stays_with_its_padding_and_range()
    {
        Directory.CreateDirectory(Experiment.Root);
        Record("rmvpe-applio");
        Assert.Equal(new PitchChoice { Method = "rmvpe", Padding = RmvpePadding.Applio }, EarlierMethods.Pitch(Experiment, new PitchChoice()));
        Assert.Equal(RmvpePadding.Mainline, EarlierMethods.Pitch(Experiment, new PitchChoice { Padding = RmvpePadding.Mainline }).Padding);
        Record("crepe 60-500 Hz");
        Assert.Equal(new PitchChoice { Method = "crepe", LowestHz = 60, HighestHz = 400 }, EarlierMethods.Pitch(Experiment, new PitchChoice { HighestHz = 400 }));
        Record("file");
        Assert.Contains("curves that were given", Assert.Throws<TrainingDataException>(() => EarlierMethods.Pitch(Experiment, new PitchChoice())).Message);

        void Record(string pitch) => (ExtractRecord.Empty with { Pitch = new PitchMethod(pitch, FillsUnvoiced: false) }).Write(Experiment);
    }

    [Fact]
    public void A_changed_a_new_and_a_removed_recording_are_all_that_is_made_again()
    {
        foreach ((string name, int pitch) in (ReadOnlySpan<(string, int)>)[("b.wav", 180), ("c.wav", 200), ("d.wav", 220), ("e.wav", 240)]) Write(name, pitch, 1.5);
        Prepare(Options);
        Dictionary<string, string> ofContent = Named();
        SortedDictionary<string, string> before = Files(Experiment);
        Write("c.wav", 205, 1.5);
        File.Delete(Path.Combine(Source, "d.wav"));
        Write("a.wav", 160, 1.5);
        File.Move(Path.Combine(Source, "e.wav"), Path.Combine(Source, "moved.wav"));
        Assert.Equal(2, Preprocessor.Run(Source, Experiment, Options).KeptFiles);
        Assert.False(File.Exists(Experiment.FileList));                       // it names slices that are gone

        FakeFeatures features = new();
        ExtractReport extracted = Extractor.Run(Experiment, Extraction(features));
        Assert.Equal((4, 2, 2), (extracted.Clips, extracted.FeaturesComputed, features.Calls));
        foreach (KeyValuePair<string, string> file in Named().Where(file => ofContent.ContainsKey(file.Key)))
        {
            Assert.Equal(ofContent[file.Key], file.Value);                    // a number stays with its content
            Assert.Equal(before[$"0_gt_wavs/{file.Value}.wav"], Files(Experiment)[$"0_gt_wavs/{file.Value}.wav"]);
        }

        Assert.Equal(2, Named().Keys.Intersect(ofContent.Keys).Count());
        Assert.Equal(4, Directory.GetFiles(Experiment.Features(768)).Length);

        // Dictionary of a recording's content to its only slice's name.
        Dictionary<string, string> Named() => new LedgerStore(Experiment).Read()!.Files.ToDictionary(file => file.Sha256!, file => file.Slices[0].Name);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    public void An_interrupted_run_goes_on_where_it_stopped(int after, int threads)
    {
        for (int i = 0; i < 6; i++) Write($"{i}.wav", 150 + (i * 10), 2.0 + (i * 0.7));
        SortedDictionary<string, string> fresh = Fresh(Options);
        using CancellationTokenSource stop = new();
        int told = 0;
        Assert.Throws<OperationCanceledException>(() => Preprocessor.Run(Source, Experiment, Options with { Threads = threads }, new Tell(_ =>
        {
            if (Interlocked.Increment(ref told) == after) stop.Cancel();
        }), stop.Token));
        Assert.Throws<TrainingDataException>(() => Extractor.Run(Experiment, Extraction(new FakeFeatures())));

        // A kill leaves a line cut off, and a file of a slice that no line names.
        File.AppendAllText(Experiment.LedgerJournal, "{\"number\": 5, \"file\": \"5.w");
        File.WriteAllText(Path.Combine(Experiment.Waves, ".half.tmp"), "half");
        List<string> cut = [];
        PreprocessReport report = Preprocessor.Run(Source, Experiment, Options, new Tell(at => cut.Add(at.Item)));
        Assert.InRange(report.KeptFiles, after, 6 - cut.Count);
        Assert.Equal(6, report.KeptFiles + cut.Count);
        Assert.Equal(fresh, Files(Experiment));
    }

    [Fact]
    public void Interrupted_and_called_again_with_other_settings_nothing_of_either_is_mixed()
    {
        for (int i = 0; i < 4; i++) Write($"{i}.wav", 150 + (i * 10), 4.6);
        Preprocessor.Run(Source, Experiment, Options);
        foreach (double seconds in (double[])[2, 3.7, 1.5, 2])
        {
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => Preprocessor.Run(Source, Experiment, Options with { ChunkSeconds = seconds }, new Tell(_ => stop.Cancel()), stop.Token));
        }

        PreprocessOptions last = Options with { ChunkSeconds = 2.5 };
        SortedDictionary<string, string> fresh = Fresh(last);
        Preprocessor.Run(Source, Experiment, last);
        Assert.Equal(fresh, Files(Experiment));
    }

    [Theory]
    [InlineData("lost slice")]
    [InlineData("stray slice")]
    [InlineData("stray feature")]
    public void What_is_lost_is_made_again_and_what_is_nobodys_goes(string change)
    {
        Write("a.wav", 180, 1.5);
        Write("b.wav", 200, 1.6);
        Prepare(Options);
        SortedDictionary<string, string> fresh = Fresh(Options);
        if (change == "lost slice") File.Delete(Path.Combine(Experiment.Waves16k, "1_0.wav"));
        if (change == "stray slice") File.WriteAllText(Path.Combine(Experiment.Waves, "9_9.wav"), "old");
        if (change == "stray feature") File.WriteAllText(Path.Combine(Experiment.Features(768), "9_9.npy"), "old");
        PreprocessReport report = Preprocessor.Run(Source, Experiment, Options);
        Assert.Equal(change == "lost slice" ? 1 : 2, report.KeptFiles);
        Assert.False(report.Reused);
        SortedDictionary<string, string> files = Files(Experiment);
        Assert.Equal(fresh, new SortedDictionary<string, string>(files.Where(file => file.Key[0] is '0' or '1').ToDictionary(), StringComparer.Ordinal));
        Assert.Equal(change == "lost slice" ? 1 : 2, Directory.GetFiles(Experiment.Features(768)).Length);
    }

    [Fact]
    public void A_recording_that_could_not_be_read_is_tried_again_and_touches_nothing_else()
    {
        Write("a.wav", 180, 1.5);
        File.WriteAllText(Path.Combine(Source, "b.wav"), "no music");
        Prepare(Options);
        SortedDictionary<string, string> before = Files(Experiment);
        Assert.Equal(1, Preprocessor.Run(Source, Experiment, Options).KeptFiles);
        Assert.Equal(before, Files(Experiment));
        Write("b.wav", 200, 1.5);
        Assert.Equal(2, Preprocessor.Run(Source, Experiment, Options).Slices);
        Assert.False(File.Exists(Experiment.FileList));
    }

    [Fact]
    public void What_an_earlier_version_left_is_replaced_and_not_extracted_from()
    {
        Write("a.wav", 180, 1.5);
        Prepare(Options);
        File.Move(Experiment.Ledger, Experiment.EarlierRecord);
        Assert.Contains("earlier version", Assert.Throws<TrainingDataException>(() => Extractor.Run(Experiment, Extraction(new FakeFeatures()))).Message);
        Assert.Contains("earlier version", Preprocessor.Run(Source, Experiment, Options).Replaced);
        Assert.False(File.Exists(Experiment.EarlierRecord));
    }

    [Fact]
    public void A_slice_that_was_changed_by_hand_is_extracted_again_for_every_width()
    {
        Write("a.wav", 180, 1.5);
        Write("b.wav", 200, 1.5);
        Prepare(Options);
        ExtractOptions narrow = Extraction(new FakeFeatures(channels: 256)) with { Version = RvcNative.Rvc.Models.ModelVersion.V1 };
        Extractor.Run(Experiment, narrow);
        string slice = Path.Combine(Experiment.Waves16k, "1_0.wav");
        WavFile.Write(slice, [.. WavFile.Read(slice).Samples.Select(sample => -sample)], 16000);
        ExtractReport wide = Extractor.Run(Experiment, Extraction(new FakeFeatures()));
        Assert.Equal((1, 1), (wide.PitchComputed, wide.FeaturesComputed));
        ExtractReport again = Extractor.Run(Experiment, narrow);
        Assert.Equal((0, 1), (again.PitchComputed, again.FeaturesComputed));
        Assert.Equal(0, Extractor.Run(Experiment, narrow).FeaturesComputed);
        float[] features = Formats.Npy.NpyFile.Read(Path.Combine(Experiment.Features(768), "1_0.npy")).ToFloat32();
        Assert.Equal(new FakeFeatures().Extract(WavFile.Read(slice).Samples), features);
    }

    [Fact]
    public void A_pitch_curve_that_was_changed_is_read_again()
    {
        Write("a.wav", 180, 1.5);
        Write("b.wav", 200, 1.5);
        Preprocessor.Run(Source, Experiment, Options);
        string curves = _temp["curves"];
        foreach (string clip in (string[])["0_0", "1_0"]) PitchFile.Write(Path.Combine(curves, clip + ".csv"), [.. Enumerable.Repeat(150.0, 150)]);
        ExtractOptions given = Extraction(new FakeFeatures()) with { Pitch = new GivenPitch(), PitchFiles = curves };
        Assert.Equal(2, Extractor.Run(Experiment, given).PitchComputed);
        Assert.Equal(0, Extractor.Run(Experiment, given).PitchComputed);
        PitchFile.Write(Path.Combine(curves, "1_0.csv"), [.. Enumerable.Repeat(170.0, 150)]);
        Assert.Equal(1, Extractor.Run(Experiment, given).PitchComputed);
        Assert.Equal(170, ClipFiles.ReadPitch(Path.Combine(Experiment.PitchHz, "1_0.wav.npy"))![70]);
    }

    private static ExtractOptions Extraction(FakeFeatures features) => new() { Features = features, Pitch = new FakePitch(), MuteLines = 0 };

    private void Write(string name, double pitch, double seconds) => MadeSpeech.Write(Path.Combine(Source, name), 32000, pitch, seconds);

    private void Prepare(PreprocessOptions options)
    {
        Preprocessor.Run(Source, Experiment, options);
        Extractor.Run(Experiment, Extraction(new FakeFeatures()));
    }

    // Slices as a first run in an empty folder makes them.
    private SortedDictionary<string, string> Fresh(PreprocessOptions options)
    {
        ExperimentFolder other = new(_temp[$"fresh/{Guid.NewGuid():N}"]);
        Preprocessor.Run(Source, other, options);
        return Files(other);
    }

    // Files of all stages, without the records.
    private static SortedDictionary<string, string> Files(ExperimentFolder experiment)
    {
        SortedDictionary<string, string> files = MadeSpeech.Files(experiment.Root);
        foreach (string name in files.Keys.Where(name => !name.Contains('/')).ToArray()) files.Remove(name);
        return files;
    }
}

using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>The ledger of a data set of known content: every sample of every file is in a slice or dropped for a reason.</summary>
public sealed class LedgerTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Source => _temp["recordings"];

    private ExperimentFolder Experiment => new(_temp["logs/voice"]);

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(SlicingMode.Silence, 40000, 3.7)]
    [InlineData(SlicingMode.Silence, 32000, 1.1)]
    [InlineData(SlicingMode.Fixed, 48000, 2.3)]
    [InlineData(SlicingMode.None, 40000, 3.7)]
    public void Every_sample_is_in_a_slice_or_dropped_for_a_reason(SlicingMode slicing, int sampleRateHz, double seconds)
    {
        KnownContent known = new(Source);
        DatasetLedger ledger = Run(slicing, sampleRateHz, seconds).Ledger;
        Assert.Equal(known.Files.Keys.Append("anna/text.flac").Order(StringComparer.Ordinal), ledger.Files.Select(file => file.File));
        foreach (LedgerFile file in ledger.Files.Where(file => file.File != "anna/text.flac"))
        {
            Assert.Equal(known.Files[file.File], (file.SampleRateHz, (int)file.Samples));
            AddsUp(file);
            foreach (LedgerSlice slice in file.Slices)
            {
                // A slice is as long as its wav, to the rounding of its two ends.
                double length = WavFile.Read(Path.Combine(Experiment.Waves, slice.Name + ".wav")).Seconds;
                Assert.InRange(Math.Abs(length - ((double)(slice.End - slice.Start) / file.SampleRateHz)), 0, 2.0 / Math.Min(file.SampleRateHz, sampleRateHz));
            }
        }

        foreach ((string file, DropReason reason) in KnownContent.Reasons)
        {
            LedgerFile entry = Assert.Single(ledger.Files, each => each.File == file);
            Assert.Equal(reason, entry.Reason);
            Assert.Empty(entry.Slices);
        }

        Assert.Equal(DropReason.TooShort, Assert.Single(File("anna/short.wav").Slices).Reason);
        Assert.Equal([(0, "anna"), (1, "bob")], ledger.Speakers.Select(speaker => (speaker.Id, speaker.Name!)));
        Assert.Equal(["list.txt"], ledger.Ignored);
        Assert.True(File("bob/loud.wav").IsClipped);
        Assert.Single(ledger.Files, file => file.IsClipped && file.Reason is null);
        Assert.Equal(slicing == SlicingMode.None ? DropReason.TooLong : DropReason.TooLoud, File("bob/click.wav").Dropped.MaxBy(drop => drop.Reason)!.Reason);
        if (slicing == SlicingMode.Silence) Assert.InRange(File("anna/long.wav").Dropped.Sum(drop => drop.Samples) / 44100.0, 1.3, 2.0);   // of 2.5 s, up to 0.5 s stay on both sides
        if (slicing == SlicingMode.None) Assert.Equal("bob/stereo.wav", Assert.Single(ledger.Files, file => file.Speaker == 1 && file.Slices is [{ Use: SliceUse.Train }] && !file.IsClipped).File);

        LedgerFile File(string path) => ledger.Files.Single(file => file.File == path);
    }

    [Fact]
    public void The_file_has_what_the_run_returned_and_its_sums()
    {
        KnownContent known = new(Source);
        PreprocessReport report = Run();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Experiment.Ledger));
        JsonElement totals = json.RootElement.GetProperty("totals");
        double input = known.Files.Values.Sum(file => (double)file.Samples / file.SampleRateHz);
        Assert.Equal(input, totals.GetProperty("input_seconds").GetDouble(), 9);
        double dropped = totals.GetProperty("dropped").EnumerateObject().Sum(reason => reason.Value.GetDouble());
        Assert.Equal(input, totals.GetProperty("train_seconds").GetDouble() + dropped, 9);
        Assert.Contains("too_quiet", totals.GetProperty("dropped").EnumerateObject().Select(reason => reason.Name));
        DatasetLedger read = new LedgerStore(Experiment).Read()!;
        Assert.True(read.Complete);
        Assert.Equal(report.Ledger.Files.Select(Text), read.Files.Select(Text));

        static string Text(LedgerFile file) => JsonSerializer.Serialize(file, DataJson.Default.LedgerFile);
    }

    [Fact]
    public void Clipped_files_are_used_unless_the_user_wants_none()
    {
        _ = new KnownContent(Source);
        LedgerFile Loud(PreprocessReport report) => report.Ledger.Files.Single(file => file.File == "bob/loud.wav");
        Assert.NotEmpty(Loud(Run()).Slices);
        PreprocessReport without = Preprocessor.Run(Source, Experiment, new PreprocessOptions { SampleRateHz = 40000, DropClipped = true });
        Assert.Equal(DropReason.Clipped, Loud(without).Reason);
        AddsUp(Loud(without));
        Assert.Contains("used and are now left out", without.Replaced);
    }

    [Fact]
    public void What_extraction_leaves_out_is_noted_and_counted()
    {
        MadeSpeech.Write(Path.Combine(Source, "a.wav"), 32000, 180, 1.5);
        MadeSpeech.Write(Path.Combine(Source, "b.wav"), 32000, 180, 0.9);
        Run(sampleRateHz: 32000);
        ExtractOptions options = new() { Features = new FakeFeatures(), Pitch = new FakePitch(), FillUnvoiced = true };
        Extractor.Run(Experiment, options);                                   // the second is all unvoiced to the fake tracker
        LedgerSlice left = Assert.Single(new LedgerStore(Experiment).Read()!.Files[1].Slices);
        Assert.Equal((SliceUse.LeftOut, DropReason.NotExtracted), (left.Use, left.Reason));
        Assert.Contains("no frame is voiced", left.Message);
        Extractor.Run(Experiment, options with { FillUnvoiced = false, Restart = true });
        DatasetLedger again = new LedgerStore(Experiment).Read()!;
        Assert.All(again.Slices, each => Assert.Equal((SliceUse.Train, null), (each.Slice.Use, each.Slice.Reason)));
        Assert.Equal(2.4, again.Totals!.TrainSeconds, 6);
    }

    // Slices' own samples and drops follow each other from the first sample to the last.
    private static void AddsUp(LedgerFile file)
    {
        Assert.Equal(file.Samples, file.Slices.Sum(slice => slice.Samples) + file.Dropped.Sum(drop => drop.Samples));
        long at = 0;
        foreach ((long start, long end) in file.Dropped.Select(drop => (drop.Start, drop.End)).Concat(file.Slices.Select(slice => (slice.End - slice.Samples, slice.End))).Where(each => each.Item1 < each.End).Order())
        {
            Assert.Equal(at, start);
            at = end;
        }

        Assert.Equal(file.Samples, at);
        Assert.All(file.Dropped, drop => Assert.Equal(drop.End - drop.Start, drop.Samples));
        Assert.All(file.Slices, slice => Assert.InRange(slice.Samples, 0, slice.End - slice.Start));
    }

    private PreprocessReport Run(SlicingMode slicing = SlicingMode.Silence, int sampleRateHz = 40000, double seconds = 3.7) =>
        Preprocessor.Run(Source, Experiment, new PreprocessOptions { SampleRateHz = sampleRateHz, Slicing = slicing, ChunkSeconds = seconds });
}

using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Data;
using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Tests.Validation;

/// <summary>What is held out never enters a batch, and stays held out for as long as a training goes on.</summary>
public sealed class TrainingValidationTests
{
    [Theory]
    [InlineData(20, 5)]
    [InlineData(35, 6)]
    public void A_held_out_recording_is_in_no_batch_of_any_epoch(double percent, int recordings)
    {
        using MadeSet made = new([.. Enumerable.Range(0, recordings).Select(i => 3.0 + (i * 2.3))]);
        TrainingSet all = made.Open();
        TrainingValidation validation = Open(made, all, Share(percent), isBegun: false);
        validation.Begin(_ => { });
        DatasetLedger ledger = new LedgerStore(made.Experiment).Read()!;
        string[] heldOut = [.. ledger.Slices.Where(each => each.Slice.Use == SliceUse.HeldOut).Select(each => each.Slice.Name)];
        Assert.NotEmpty(heldOut);
        Assert.InRange(ledger.Totals!.HeldOutSeconds / ledger.Totals.InputSeconds, percent / 200, percent / 66);

        HashSet<string> heard = [];
        BucketSampler sampler = new(validation.Training.Lengths, 3, 77, validation.Training.Boundaries);
        BatchAssembler assembler = new(validation.Training, made.Config, ModelVersion.V2, hasPitch: true);
        foreach (int[] batch in Enumerable.Range(1, 12).SelectMany(epoch => sampler.Epoch(epoch)))
        {
            using Batch assembled = assembler.Assemble(batch);
            heard.UnionWith(assembled.Indices.Select(validation.Training.NameOf));
        }

        Assert.Empty(heard.Intersect(heldOut));
        Assert.Equal(ledger.Slices.Where(each => each.Slice.Use == SliceUse.Train).Select(each => each.Slice.Name).Append("mute32k").Order(), heard.Order());
        HashSet<string> files = [.. ledger.Slices.Where(each => heldOut.Contains(each.Slice.Name)).Select(each => each.File.File)];
        Assert.All(ledger.Slices.Where(each => files.Contains(each.File.File)), each => Assert.NotEqual(SliceUse.Train, each.Slice.Use));   // whole recordings
    }

    [Fact]
    public void Stretches_of_an_only_recording_are_a_second_away_from_all_that_is_trained_on()
    {
        using MadeSet made = new(47.0);
        TrainingValidation validation = Open(made, made.Open(), Share(25), isBegun: false);
        validation.Begin(_ => { });
        LedgerFile file = Assert.Single(new LedgerStore(made.Experiment).Read()!.Files);
        LedgerSlice[] heldOut = [.. file.Slices.Where(slice => slice.Use == SliceUse.HeldOut)], trained = [.. file.Slices.Where(slice => slice.Use == SliceUse.Train)];
        Assert.InRange(heldOut.Length, 3, 5);
        Assert.InRange(trained.Length, 5, 10);
        foreach (LedgerSlice slice in heldOut)
        {
            Assert.All(trained, other => Assert.True(other.End + file.SampleRateHz <= slice.Start || other.Start >= slice.End + file.SampleRateHz));
        }

        Assert.Contains(file.Slices, slice => slice.Reason == DropReason.BesideHeldOut);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("auto")]
    [InlineData("40")]
    public void A_training_that_goes_on_keeps_what_it_holds_out_whatever_is_asked_for(string asked)
    {
        using MadeSet made = new(4.0, 5.0, 6.5, 9.0, 14.0);
        Open(made, made.Open(), Share(20), isBegun: false).Begin(_ => { });
        string[] before = HeldOutFiles(made);
        Preprocessor.Run(made.Temp["recordings"], made.Experiment, new PreprocessOptions { SampleRateHz = 32000, ChunkSeconds = 2.1 });
        Extractor.Run(made.Experiment, new ExtractOptions { Features = new FakeFeatures(), Pitch = new FakePitch() });
        List<string> said = [];
        TrainingValidation resumed = Open(made, made.Open(), ValidationOptions.Parse(asked), isBegun: true);
        resumed.Begin(said.Add);
        Assert.Contains("what this training holds out stays as it began (--validation 20)", said[0]);
        Assert.Equal(before, HeldOutFiles(made));
        Assert.Equal(asked == "off" ? 1 : 2, said.Count);
    }

    [Fact]
    public void What_was_heard_already_is_not_held_out_later()
    {
        using MadeSet made = new(4.0, 5.0, 6.5);
        TrainingSet all = made.Open();
        List<string> said = [];
        TrainingValidation late = Open(made, all, Share(20), isBegun: true);
        late.Begin(said.Add);
        Assert.Equal(all.Count, late.Training.Count);
        Assert.Contains("has heard all of its clips already", Assert.Single(said));
        Assert.False(File.Exists(Path.Combine(made.Experiment.Root, ValidationRecord.FileName)));
    }

    [Fact]
    public void A_folder_prepared_by_another_program_is_held_out_by_its_names()
    {
        using MadeSet made = new(4.0, 5.0, 9.0, 6.5, 14.0);
        File.Delete(made.Experiment.Ledger);
        TrainingSet all = made.Open();
        TrainingValidation validation = Open(made, all, Share(25), isBegun: false);
        validation.Begin(_ => { });
        string[] trained = [.. Enumerable.Range(0, validation.Training.Count).Select(validation.Training.NameOf)];
        string[] left = [.. Enumerable.Range(0, all.Count).Select(all.NameOf).Except(trained)];
        Assert.NotEmpty(left);
        Assert.Contains("mute32k", trained);
        Assert.Empty(left.Select(Recording).Intersect(trained.Select(Recording)));

        static string Recording(string clip) => clip.Split('_')[0];
    }

    [Fact]
    public void A_recording_that_is_trained_on_validates_nothing()
    {
        using MadeSet made = new(4.0, 5.0);
        Directory.CreateDirectory(made.Temp["others"]);
        File.Copy(made.Temp["recordings/b.wav"], made.Temp["others/copy.wav"]);
        ValidationOptions options = new(HoldOutKind.Folder, Folder: made.Temp["others"]);
        Assert.Contains("copy.wav is also among the recordings that are trained on", Assert.Throws<TrainingDataException>(() => Prepare(made, options)).Message);

        MadeSpeech.Write(made.Temp["others/copy.wav"], 44100, 170, 3.0);
        Prepare(made, options);
        TrainingSet all = made.Open();
        TrainingValidation validation = Open(made, all, options, isBegun: false);
        validation.Begin(_ => { });
        Assert.Equal(all.Count, validation.Training.Count);
        Assert.Equal("copy.wav", Assert.Single(ValidationRecord.Read(made.Experiment.Root)!.HeldOut).File);
    }

    private static void Prepare(MadeSet made, ValidationOptions options) => PreparedClips.Prepare(
        made.Experiment, options, 32000, ModelVersion.V2, () => new RecordedExtractors(new FakePitch(), new FakeFeatures(), fillsUnvoiced: false), threads: 0);

    private static ValidationOptions Share(double percent) => new(HoldOutKind.Share, percent / 100);

    private static TrainingValidation Open(MadeSet made, TrainingSet all, ValidationOptions options, bool isBegun) => new(
        made.Experiment, all, options, isBegun, folder => TrainingSet.Open(folder.FileList, made.Config, ModelVersion.V2, hasPitch: true));

    private static string[] HeldOutFiles(MadeSet made) => [.. new LedgerStore(made.Experiment).Read()!.Files
        .Where(file => file.Slices.Any(slice => slice.Use == SliceUse.HeldOut)).Select(file => file.File)];
}

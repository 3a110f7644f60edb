using RvcNative.Core.Cpu;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>A training that was stopped and goes on writes the bytes of one that never stopped.</summary>
public sealed class ResumeTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    private const int Epochs = 4;

    [Theory]
    [InlineData(KeepSaves.Latest, 1, 1)]
    [InlineData(KeepSaves.All, 1, 1)]
    [InlineData(KeepSaves.All, 2, 1)]
    [InlineData(KeepSaves.Latest, 1, 2)]
    public void Two_halves_are_the_whole(KeepSaves keep, int threads, int threadsAfter)
    {
        TinyRun halves = voice.NewRun();
        halves.Train(halves.Options(Epochs / 2, keep), threads);
        halves.Train(halves.Options(Epochs, keep), threadsAfter);
        SortedDictionary<string, string> saves = halves.Saves();
        Assert.Equal(Unbroken(keep), saves);
        string[] pairs = keep == KeepSaves.Latest ? ["D_2333333", "G_2333333"] : ["D_12", "D_3", "D_6", "D_9", "G_12", "G_3", "G_6", "G_9"];
        string[] voices = ["voice", "voice_e1_s3", "voice_e2_s6", "voice_e3_s9", "voice_e4_s12"];
        Assert.Equal(
            [.. pairs.Select(name => $"logs/voice/{name}.pth"), "logs/voice/rvcnative.json", .. voices.Select(name => $"weights/{name}.pth")], saves.Keys);
    }

    [Theory]
    [InlineData(KeepSaves.Latest, 1, new long[] { 1 })]
    [InlineData(KeepSaves.All, 2, new long[] { 5 })]
    [InlineData(KeepSaves.Latest, 1, new long[] { 0, 0, 2, 2, 3, 7, 11 })]
    [InlineData(KeepSaves.All, 1, new long[] { 3, 6, 8 })]
    public void Interrupted_between_steps_and_gone_on_is_the_whole(KeepSaves keep, int threads, long[] stops)
    {
        TinyRun run = voice.NewRun();
        foreach (long stop in stops) run.Interrupt(run.Options(Epochs, keep), stop, threads);
        run.Train(run.Options(Epochs, keep), 3 - threads);

        // The pair of an interruption in mid-epoch stays where all are kept.
        SortedDictionary<string, string> saves = run.Saves();
        foreach (long stop in stops.Where(stop => stop % TinyVoice.BatchesPerEpoch != 0 && keep == KeepSaves.All))
        {
            Assert.True(saves.Remove($"logs/voice/G_{stop}.pth") && saves.Remove($"logs/voice/D_{stop}.pth"));
        }

        Assert.Equal(Unbroken(keep), saves);
    }

    [Theory]
    [InlineData("clipped", 2)]
    [InlineData("in parts", 3)]
    public void So_it_is_with_clipped_gradients_and_with_several_batches_to_an_update(string how, long stop)
    {
        TinyRun whole = voice.NewRun(), broken = voice.NewRun();
        whole.Train(Options(whole));
        broken.Interrupt(Options(broken), stop);
        broken.Train(Options(broken));
        Assert.Equal(whole.Saves(), broken.Saves());
        Assert.NotEqual(Unbroken(KeepSaves.Latest)["logs/voice/G_2333333.pth"], whole.Saves()["logs/voice/G_2333333.pth"]);

        TrainOptions Options(TinyRun run) => how == "clipped" ? run.Options(Epochs) with { ClipNorm = 0.5 } : run.Options(Epochs) with { BatchSize = 1, Accumulate = 2 };
    }

    [Fact]
    public void Interrupted_after_an_epoch_it_saves_what_that_epochs_save_would_be()
    {
        TinyRun run = voice.NewRun();
        run.Interrupt(run.Options(Epochs, KeepSaves.All) with { SaveEvery = 2 }, TinyVoice.BatchesPerEpoch);
        SortedDictionary<string, string> unbroken = Unbroken(KeepSaves.All), saves = run.Saves();
        Assert.Equal(["logs/voice/D_3.pth", "logs/voice/G_3.pth", "logs/voice/rvcnative.json"], saves.Keys);
        foreach (string file in (ReadOnlySpan<string>)["logs/voice/D_3.pth", "logs/voice/G_3.pth"]) Assert.Equal(unbroken[file], saves[file]);
    }

    [Fact]
    public void An_interruption_says_what_it_saved()
    {
        TinyRun run = voice.NewRun();
        Assert.Equal("interrupted; nothing to save since step 0, go on with the same command", run.Interrupt(run.Options(2), 0)[^1]);
        Assert.Empty(run.Saves());
        Assert.Equal("interrupted; saved at step 2, go on with the same command", run.Interrupt(run.Options(2), 2)[^1]);
        Assert.Equal(["logs/voice/D_2333333.pth", "logs/voice/G_2333333.pth", "logs/voice/rvcnative.json"], run.Saves().Keys);
        Assert.Equal("going on from G_2333333.pth at step 2, epoch 1", run.Train(run.Options(1))[0]);
    }

    [Fact]
    public void Each_save_is_told_when_its_files_are_there()
    {
        TinyRun run = voice.NewRun();
        List<SavedEpoch> told = [];
        List<string> said = run.Train(run.Options(3, KeepSaves.All) with { SaveEvery = 2 }, onSaved: saved =>
        {
            told.Add(saved);
            Assert.True(File.Exists(saved.VoicePath) && File.Exists(run[$"D_{saved.Step}.pth"]));
            Assert.Equal(saved.Step, RunState.Read(run.Folder)!.GlobalStep);
        });
        Assert.Equal([new(2, 6, Path.Combine(run.Weights, "voice_e2_s6.pth")), new(3, 9, Path.Combine(run.Weights, "voice_e3_s9.pth"))], told);
        Assert.Equal(["saved epoch 2, step 6", "saved epoch 3, step 9"], said.Where(line => line.StartsWith("saved", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_finished_training_only_writes_its_voice_again()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(2));
        SortedDictionary<string, string> saves = run.Saves();
        File.Delete(Path.Combine(run.Weights, "voice.pth"));
        Assert.StartsWith("done: 2 epochs, 6 steps", run.Train(run.Options(1))[^1], StringComparison.Ordinal);
        Assert.Equal(saves, run.Saves());
    }

    [Fact]
    public void Another_batch_size_begins_the_epoch_anew()
    {
        TinyRun run = voice.NewRun();
        run.Interrupt(run.Options(2), 4);
        List<int> batches = [];
        List<string> said = run.Train(run.Options(2) with { BatchSize = 1 }, onStep: (_, at) => batches.Add(at.Batch));
        Assert.EndsWith("the batches have changed since, so this epoch begins anew", said[0], StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4], batches);
    }

    [Fact]
    public void A_second_training_in_the_folder_is_refused()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(1), onStep: (_, at) =>
        {
            if (at.Batch != 2) return;
            using CpuBackend backend = new(1);
            IOException refusal = Assert.Throws<IOException>(() => new Trainer(backend, new ExperimentFolder(run.Folder), run.Options(1)));
            Assert.StartsWith($"{run.Folder}: another training runs in this folder", refusal.Message, StringComparison.Ordinal);
        });
        Assert.False(File.Exists(run[FolderLock.FileName]));
    }

    private SortedDictionary<string, string> Unbroken(KeepSaves keep) =>
        voice.Once($"unbroken, {keep}", run => run.Train(run.Options(Epochs, keep), 2)).Saves();
}

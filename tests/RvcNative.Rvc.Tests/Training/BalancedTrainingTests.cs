using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>A training from scratch gives its speakers equal hours, unless it is told not to, and goes on as it began.</summary>
public sealed class BalancedTrainingTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    private const string Said = "all speakers are heard for equal hours in each epoch";

    [Theory]
    [InlineData(true, null, true)]
    [InlineData(true, false, false)]
    [InlineData(false, null, false)]
    [InlineData(false, true, true)]
    public void Equal_hours_are_the_default_from_scratch(bool fromScratch, bool? balance, bool isBalanced)
    {
        TinyRun run = TwoSpeakers(), plain = TwoSpeakers();
        List<string> said = run.Train(run.Options(2) with { FromScratch = fromScratch, BalanceSpeakers = balance });
        plain.Train(plain.Options(2));
        Assert.Equal(isBalanced, said.Contains(Said));
        Assert.Equal(isBalanced, RunState.Read(run.Folder)!.BalancesSpeakers);
        Assert.Equal(isBalanced, RunManifest.Read(run.Folder).Runs[0].Settings.BalanceSpeakers);
        Assert.Equal(!isBalanced, plain.Saves()["logs/voice/G_2333333.pth"] == run.Saves()["logs/voice/G_2333333.pth"]);
    }

    [Fact]
    public void A_training_that_goes_on_without_the_option_is_the_whole()
    {
        TinyRun whole = TwoSpeakers(), broken = TwoSpeakers();
        whole.Train(whole.Options(3) with { FromScratch = true });
        broken.Interrupt(broken.Options(3) with { FromScratch = true }, 2);
        Assert.Contains(Said, broken.Train(broken.Options(3), threads: 2));
        Assert.Equal(whole.Saves(), broken.Saves());
    }

    [Fact]
    public void One_speaker_has_nothing_to_balance()
    {
        TinyRun run = voice.NewRun();
        Assert.DoesNotContain(Said, run.Train(run.Options(1) with { FromScratch = true, BalanceSpeakers = true }));
        Assert.False(RunState.Read(run.Folder)!.BalancesSpeakers);
    }

    // The first clip is of speaker 1.
    private TinyRun TwoSpeakers()
    {
        TinyRun run = voice.NewRun();
        string[] lines = File.ReadAllLines(run["filelist.txt"]);
        lines[0] = lines[0][..^1] + "1";
        File.WriteAllLines(run["filelist.txt"], lines);
        return run;
    }
}

using RvcNative.Audio;
using RvcNative.Rvc.Audition;

namespace RvcNative.Cli.Tests.Training;

/// <summary>`train --audition-clip`: each save says the user's clips as soon as it is there.</summary>
public sealed class TrainAuditionTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    [Fact]
    public void Every_save_says_the_clip_and_the_saves_are_those_of_a_training_without()
    {
        PreparedRun plain = voice.NewRun(), heard = voice.NewRun();
        Assert.Equal(0, plain.Train(2).Code);
        string clip = heard["clip.wav"];
        WavFile.Write(clip, [.. Enumerable.Range(0, 4000).Select(i => 0.3f * MathF.Sin(i * 0.07f))], 16000);
        (int code, string output, string error) = heard.Train(2, "--audition-clip", clip);
        Assert.True(code == 0, error);
        Assert.Contains("1 of 1 clips said by epoch 2", output);
        Assert.Equal([1, 2], new AuditionFolder(heard.Folder).Renders().Select(render => render.Epoch));
        string[] voices = [.. plain.Saves().Keys.Where(file => file.StartsWith("weights/", StringComparison.Ordinal))];
        Assert.NotEmpty(voices);
        Assert.All(voices, file => Assert.Equal(plain.Saves()[file], heard.Saves()[file]));
    }

    [Fact]
    public void The_save_that_training_goes_on_from_says_the_clip_if_it_has_not()
    {
        PreparedRun run = voice.NewRun();
        Assert.Equal(0, run.Train(2).Code);
        WavFile.Write(run["clip.wav"], [.. Enumerable.Range(0, 3000).Select(i => 0.3f * MathF.Sin(i * 0.06f))], 16000);
        string output = run.Train(3, "--audition-clip", run["clip.wav"]).Output;
        Assert.Contains("1 of 1 clips said by epoch 2", output);
        Assert.Equal([2, 3], new AuditionFolder(run.Folder).Renders().Select(render => render.Epoch));
        Assert.DoesNotContain("clips said", run.Train(3, "--audition-clip", run["clip.wav"]).Output);
    }

    [Fact]
    public void A_clip_that_cannot_be_read_is_said_before_anything_is_trained()
    {
        PreparedRun run = voice.NewRun();
        (int code, _, string error) = run.Train(1, "--audition-clip", run["nothing.wav"]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("nothing.wav", error);
        Assert.Empty(Directory.GetFiles(run.Folder, "*.pth"));
    }
}

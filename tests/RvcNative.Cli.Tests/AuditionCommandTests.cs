using RvcNative.Audio;
using RvcNative.Rvc.Audition;

namespace RvcNative.Cli.Tests;

/// <summary>`audition`: clips through every kept save.</summary>
public sealed class AuditionCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative audition клип ");

    public AuditionCommandTests()
    {
        Directory.CreateDirectory(this["weights"]);
        SmallVoice.Write(this["weights/mira_e5_s40.pth"]);
        SmallVoice.Write(this["weights/mira_e10_s80.pth"], hasPitch: false);
        SmallVoice.Write(this["weights/other_e5_s40.pth"]);
        File.WriteAllText(this["weights/mira_last.pth"], "no save");
        SmallVoice.Say(this["talk.wav"]);
        WavFile.Write(this["verse.wav"], new AudioBuffer([.. Enumerable.Range(0, 9000).Select(i => 0.3f * MathF.Sin(i * 0.05f))], 22050, 2));
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    private AuditionFolder Kept => new(this["logs/mira"]);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_save_says_every_clip_once()
    {
        string[] said = Done("--clip", this["talk.wav"], "--clip", this["verse.wav"]);
        Assert.StartsWith("4 rendered, 0 were there", said[^1]);
        Assert.Equal([(5, 40L), (5, 40L), (10, 80L), (10, 80L)], Kept.Renders().Select(render => (render.Epoch, render.Step)));
        Assert.Equal(["talk.wav", "verse.wav"], Kept.Clips().Select(clip => clip.Name));
        foreach (AuditionRender render in Kept.Renders())
        {
            AudioBuffer audio = WavFile.Read(Kept.RenderWave(render.Id));
            AuditionClip clip = Kept.Clips().Single(each => each.Id == render.Clip);
            Assert.Equal((32000, clip.Seconds), (audio.SampleRateHz, audio.Seconds), (a, b) => a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) < 0.001);
        }

        Assert.Equal(22050, WavFile.Read(Kept.ClipWave(Kept.Clips()[1].Id)).SampleRateHz);
        Assert.StartsWith("0 rendered, 4 were there", Done("--clip", this["talk.wav"], this["verse.wav"])[^1]);
    }

    [Fact]
    public void Another_pitch_another_voice_and_a_lost_render_are_rendered_anew()
    {
        Done("--clip", this["talk.wav"], "--epoch", "5");
        AuditionRender first = Assert.Single(Kept.Renders());
        byte[] before = File.ReadAllBytes(Kept.RenderWave(first.Id));
        Assert.StartsWith("1 rendered, 0 were there", Done("--clip", this["talk.wav"], "--epoch", "5", "--pitch", "3.5")[^1]);
        Assert.Contains(Kept.Renders(), render => render.Settings.StartsWith("pitch +3.5", StringComparison.Ordinal));

        File.Delete(Kept.RenderWave(first.Id));
        Assert.StartsWith("1 rendered, 0 were there", Done("--clip", this["talk.wav"], "--epoch", "5")[^1]);
        Assert.Equal(before, File.ReadAllBytes(Kept.RenderWave(first.Id)));

        File.Copy(this["weights/mira_e10_s80.pth"], this["weights/mira_e5_s40.pth"], overwrite: true);
        Assert.StartsWith("1 rendered, 0 were there", Done("--clip", this["talk.wav"], "--epoch", "5")[^1]);
    }

    [Fact]
    public void A_render_is_what_infer_makes()
    {
        Done("--clip", this["talk.wav"], "--epoch", "5", "--pitch", "-2");
        Assert.Equal(0, Invocation.Run("infer", this["talk.wav"], this["out.wav"], "-m", this["weights/mira_e5_s40.pth"], "--pitch", "-2").Code);
        Assert.Equal(File.ReadAllBytes(this["out.wav"]), File.ReadAllBytes(Kept.RenderWave(Kept.Renders().Single().Id)));
    }

    [Fact]
    public void A_curve_is_written_and_taken_in_the_place_of_what_is_found()
    {
        Done("--clip", this["talk.wav"], this["verse.wav"], "--epoch", "5", "--f0-method", "pm", "--save-f0", this["curves"]);
        Assert.Equal(["talk.csv", "verse.csv"], Directory.GetFiles(this["curves"]).Select(Path.GetFileName).Order());
        Assert.All(Kept.Renders(), render => Assert.EndsWith("pitch by pm", render.Settings));

        // What was rendered is not rendered again for a curve's sake, and a curve is another pitch.
        Directory.Delete(this["curves"], recursive: true);
        Assert.StartsWith("0 rendered, 1 were there", Done("--clip", this["talk.wav"], "--epoch", "5", "--f0-method", "pm", "--save-f0", this["curve.npy"])[^1]);
        Assert.StartsWith("1 rendered, 0 were there", Done("--clip", this["talk.wav"], "--epoch", "5", "--f0-file", this["curve.npy"])[^1]);
        AuditionRender given = Assert.Single(Kept.Renders(), render => render.Settings.Contains("pitch by file", StringComparison.Ordinal));
        Assert.Equal(0, Invocation.Run("infer", this["talk.wav"], this["out.wav"], "-m", this["weights/mira_e5_s40.pth"], "--f0-file", this["curve.npy"]).Code);
        Assert.Equal(File.ReadAllBytes(this["out.wav"]), File.ReadAllBytes(Kept.RenderWave(given.Id)));
        File.WriteAllText(this["other.csv"], "0,300\n1,350\n");
        Assert.StartsWith("1 rendered, 0 were there", Done("--clip", this["talk.wav"], "--epoch", "5", "--f0-file", this["other.csv"])[^1]);
        Assert.StartsWith("0 rendered, 1 were there", Done("--clip", this["talk.wav"], "--epoch", "5", "--f0-file", this["other.csv"])[^1]);
    }

    [Fact]
    public void A_picked_save_becomes_the_voice()
    {
        Assert.Contains("epoch 10, step 80", Done("--pick", "10")[^1]);
        Assert.Equal(File.ReadAllBytes(this["weights/mira_e10_s80.pth"]), File.ReadAllBytes(this["weights/mira.pth"]));
        Assert.Contains("mira.pth.bak", Done("--pick", "5")[^1]);
        Assert.Equal(File.ReadAllBytes(this["weights/mira_e10_s80.pth"]), File.ReadAllBytes(this["weights/mira.pth.bak"]));
    }

    [Fact]
    public void A_clip_that_cannot_be_said_leaves_nothing()
    {
        WavFile.Write(this["silence.wav"], new float[8000], 16000);
        (int code, _, string error) = Run(["--clip", this["silence.wav"]]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("is silent", error);
        Assert.Empty(Kept.Clips());
        Assert.False(Directory.Exists(Kept.Root));
    }

    [Theory]
    [InlineData(2, "--protect 0.6 is out of range; it is from 0 to 0.5.", "--clip", "talk.wav", "--protect", "0.6")]
    [InlineData(2, "--index-rate -0.1 is out of range", "--clip", "talk.wav", "--index-rate", "-0.1")]
    [InlineData(2, "--pitch 1,5: a number is written with a point", "--clip", "talk.wav", "--pitch", "1,5")]
    [InlineData(1, "epochs 5, 10", "--pick", "7")]
    [InlineData(1, "epochs 5, 10", "--clip", "talk.wav", "--epoch", "6")]
    [InlineData(1, "does not exist", "--clip", "nothing.wav")]
    [InlineData(2, "--clip")]
    [InlineData(1, "speaker 9", "--clip", "talk.wav", "--speaker", "9")]
    [InlineData(1, "nothing.csv", "--clip", "talk.wav", "--f0-file", "nothing.csv")]
    [InlineData(1, "weights of rmvpe are not here", "--clip", "talk.wav", "--f0-method", "rmvpe")]
    [InlineData(1, "has no names of speakers", "--clip", "talk.wav", "--speaker", "eva")]
    public void What_cannot_be_done_is_said(int code, string words, params string[] options)
    {
        (int found, _, string error) = Run([.. options.Select(option => option.EndsWith(".wav", StringComparison.Ordinal) ? this[option] : option)]);
        Assert.Equal(code, found);
        Assert.Contains(words, error);
        Assert.Empty(Kept.Renders());
    }

    private string[] Done(params string[] options)
    {
        (int code, string[] output, string error) = Run(options);
        Assert.True(code == 0, error);
        return output;
    }

    private (int Code, string[] Output, string Error) Run(string[] options) =>
        Invocation.Run(["audition", "--name", "mira", "--logs", this["logs"], "--weights", this["weights"], .. options]);
}

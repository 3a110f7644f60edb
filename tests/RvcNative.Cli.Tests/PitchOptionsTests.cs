using RvcNative.Audio;

namespace RvcNative.Cli.Tests;

public sealed class PitchOptionsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-f0-");

    public PitchOptionsTests()
    {
        SmallVoice.Write(this["anna.pth"]);
        WavFile.Write(this["talk.wav"], [.. Enumerable.Range(0, 16000).Select(i => 0.3f * MathF.Sin(i * 0.07f) + (0.1f * MathF.Sin(i * 0.14f)))], 16000);
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_saved_curve_given_back_converts_to_the_same_sound()
    {
        Assert.Equal((0, ""), Infer("a.wav", "--f0-method", "pm", "--save-f0", this["curve.csv"]));
        Assert.Equal((0, ""), Infer("b.wav", "--f0-file", this["curve.csv"], "--save-f0", this["again.csv"]));
        string[] lines = File.ReadAllLines(this["curve.csv"]);
        Assert.Equal(100, lines.Length);
        Assert.StartsWith("0.50,178.", lines[50], StringComparison.Ordinal);
        string[] again = File.ReadAllLines(this["again.csv"]);
        Assert.Equal(lines.Length, again.Length);
        Assert.Equal(Hz(lines[50]), Hz(again[50]), 1e-3);
        Assert.Equal((0, ""), Infer("c.wav", "--f0-file", this["again.csv"]));
        Assert.Equal(File.ReadAllBytes(this["b.wav"]), File.ReadAllBytes(this["c.wav"]));

        static double Hz(string line) => double.Parse(line.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Another_curve_is_another_sound()
    {
        File.WriteAllText(this["high.csv"], "0,400\n1,500\n");
        Assert.Equal(0, Infer("a.wav").Code);
        Assert.Equal(0, Infer("b.wav", "--f0-file", this["high.csv"]).Code);
        Assert.NotEqual(File.ReadAllBytes(this["a.wav"]), File.ReadAllBytes(this["b.wav"]));
    }

    [Fact]
    public void On_a_voice_without_pitch_they_are_told_to_have_no_effect()
    {
        SmallVoice.Write(this["anna.pth"], hasPitch: false);
        (int code, string error) = Infer("a.wav", "--pitch", "3", "--save-f0", this["curve.csv"], "--f0-method", "pm");
        Assert.Equal(0, code);
        Assert.Contains("--pitch, --f0-method, --save-f0: without effect on a voice without pitch", error, StringComparison.Ordinal);
        Assert.False(File.Exists(this["curve.csv"]));
        Assert.Equal((0, ""), Infer("b.wav"));
        Assert.Equal(File.ReadAllBytes(this["b.wav"]), File.ReadAllBytes(this["a.wav"]));
    }

    [Fact]
    public void Contradictions_are_wrong_use_and_missing_weights_are_named()
    {
        Assert.Equal(CommandLine.WrongUse, Infer("a.wav", "--f0-file", this["x.csv"], "--f0-method", "pm").Code);
        Assert.Equal(CommandLine.WrongUse, Infer("a.wav", "--f0-file", this["x.csv"], "--f0-min", "60").Code);
        Assert.Equal(CommandLine.WrongUse, Infer("a.wav", "--f0-method", "guess").Code);
        Assert.Equal(CommandLine.WrongUse, Invocation.Run("extract", "--name", "anna", "--no-f0", "--f0-method", "pm").Code);
        (int code, string error) = Infer("a.wav", "--f0-method", "fcpe", "--f0-model", this["none.pt"]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains(this["none.pt"], error, StringComparison.Ordinal);
        File.WriteAllText(this["text.pt"], "hello");
        (code, error) = Infer("a.wav", "--f0-method", "fcpe", "--f0-model", this["text.pt"]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("not a checkpoint", error, StringComparison.Ordinal);
        (code, error) = Infer("a.wav", "--f0-file", this["none.csv"]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("none.csv", error, StringComparison.Ordinal);
    }

    private (int Code, string Error) Infer(string to, params string[] options)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(["infer", this["talk.wav"], this[to], "--model", this["anna.pth"], .. options], output, error);
        return (code, error.ToString());
    }
}

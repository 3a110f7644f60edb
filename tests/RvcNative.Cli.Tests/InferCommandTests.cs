using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Cli.Tests;

public sealed class InferCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-infer-");

    public InferCommandTests()
    {
        SmallVoice.Write(this["anna.pth"]);
        Say("talk.wav");
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_recording_becomes_a_wav_file_of_its_length()
    {
        (int code, string output, string error) = Run(
            "infer", this["talk.wav"], this["out.wav"], "--model", this["anna.pth"], "--pitch", "-3.5", "--speaker", "1");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"{this["out.wav"]}: 0.2 s at 32000 Hz in ", Assert.Single(Lines(output)));
        AudioBuffer audio = WavFile.Read(this["out.wav"]);
        Assert.Equal((6400, 32000, 1), (audio.Frames, audio.SampleRateHz, audio.Channels));
        Assert.Contains(audio.Samples, sample => sample != 0);
        Assert.Equal(44 + (2 * 6400), new FileInfo(this["out.wav"]).Length);
    }

    [Fact]
    public void The_seed_decides_the_file_and_the_threads_do_not()
    {
        Convert("a.wav", "1", "1");
        Convert("b.wav", "1", "3");
        Convert("c.wav", "2", "1");
        Assert.Equal(File.ReadAllBytes(this["a.wav"]), File.ReadAllBytes(this["b.wav"]));
        Assert.NotEqual(File.ReadAllBytes(this["a.wav"]), File.ReadAllBytes(this["c.wav"]));

        void Convert(string name, string seed, string threads) =>
            Assert.Equal(0, Run("infer", this["talk.wav"], this[name], "-m", this["anna.pth"], "--seed", seed, "--threads", threads).Code);
    }

    [Fact]
    public void Rate_and_samples_are_as_wanted()
    {
        string[] options = ["-m", this["anna.pth"], "--output-rate", "48000", "--format", "float", "--rms-mix", "0.25"];
        Assert.Equal(0, Run(["infer", this["talk.wav"], this["new/out.wav"], .. options]).Code);
        AudioBuffer audio = WavFile.Read(this["new/out.wav"]);
        Assert.Equal((9600, 48000), (audio.Frames, audio.SampleRateHz));
        Assert.Equal(58 + (4 * 9600), new FileInfo(this["new/out.wav"]).Length);
    }

    [Fact]
    public void Json_tells_the_stages()
    {
        (int code, string output, _) = Run("infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], "--json");
        Assert.Equal(0, code);
        JsonElement report = JsonDocument.Parse(Assert.Single(Lines(output))).RootElement;
        Assert.Equal(this["out.wav"], report.GetProperty("output").GetString());
        Assert.Equal(0.2, report.GetProperty("seconds").GetDouble());
        Assert.Equal((1, 32000), (report.GetProperty("pieces").GetInt32(), report.GetProperty("sample_rate_hz").GetInt32()));
        double sum = 0;
        foreach (string stage in (string[])["load_ms", "filter_ms", "pitch_ms", "features_ms", "retrieval_ms", "synthesis_ms", "finish_ms", "write_ms"])
        {
            Assert.InRange(report.GetProperty(stage).GetDouble(), 0, 1e6);
            sum += report.GetProperty(stage).GetDouble();
        }

        Assert.InRange(report.GetProperty("elapsed_ms").GetDouble(), sum * 0.99, double.MaxValue);
        Assert.Equal(report.GetProperty("elapsed_ms").GetDouble() / 200, report.GetProperty("real_time_factor").GetDouble(), 1e-3);
        Assert.True(report.GetProperty("model_ms").GetDouble() > 0);
    }

    [Fact]
    public void A_folder_is_converted_and_what_fails_is_told_at_the_end()
    {
        Directory.CreateDirectory(this["in"]);
        Say("in/a.wav");
        Say("in/b.WAV");
        Say("in/.hidden.wav");
        File.Move(this["in/b.WAV"], this["in/c.wav"]);
        WavFile.Write(this["in/b.wav"], new float[1600], 16000);
        File.WriteAllText(this["in/notes.txt"], "not a recording");
        (int code, string output, string error) = Run("infer", this["in"], this["out"], "-m", this["anna.pth"]);
        Assert.Equal(1, code);
        Assert.Equal(["a.wav", "c.wav"], Directory.GetFiles(this["out"]).Select(Path.GetFileName).Order());
        Assert.Equal(2, Lines(output).Length);
        Assert.Contains("b.wav' is silent", error);
        Assert.Contains("1 of 3 recordings could not be converted", error);
    }

    [Fact]
    public void Recordings_of_one_name_do_not_overwrite_each_other()
    {
        Directory.CreateDirectory(this["in"]);
        Say("in/a.wav");
        File.Copy(this["in/a.wav"], this["in/a.aiff"]);
        Assert.Equal(0, Run("infer", this["in"], this["out"], "-m", this["anna.pth"]).Code);
        Assert.Equal(["a.aiff.wav", "a.wav.wav"], Directory.GetFiles(this["out"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Protect_is_taken_and_said_to_have_no_effect()
    {
        (int code, _, string error) = Run("infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], "--protect", "0.33");
        Assert.Equal(0, code);
        Assert.Contains("--protect has no effect without an index", error);
    }

    [Fact]
    public void A_voice_of_features_that_are_not_here_is_refused()
    {
        VoiceFile voice = VoiceFile.Read(this["anna.pth"]);
        using CpuBackend backend = new(1);
        VoiceFile.Write(this["other.pth"], voice.Load(backend), 5);
        (int code, _, string error) = Run("infer", this["talk.wav"], this["out.wav"], "-m", this["other.pth"]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("trained on features of contentvec", error);
        Assert.Contains("assets/embedders/contentvec", error);
        (code, _, error) = Run("infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], "--embedder", "contentvec");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("was trained on features of spectral; with those of contentvec", error);
    }

    [Theory]
    [InlineData("--protect", "0.6")]
    [InlineData("--rms-mix", "1.1")]
    [InlineData("--rms-mix", "loud")]
    [InlineData("--output-rate", "100")]
    [InlineData("--format", "tape")]
    [InlineData("--unvoiced", "maybe")]
    [InlineData("--auto-pitch", "high")]
    [InlineData("--autotune", "1.5")]
    [InlineData("--formant", "30")]
    [InlineData("--noise-scale", "NaN")]
    public void Wrong_use_is_told_with_code_2(string option, string value)
    {
        (int code, _, string error) = Run("infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], option, value);
        Assert.Equal(2, code);
        Assert.Contains(value, error);
        Assert.False(File.Exists(this["out.wav"]));
    }

    [Fact]
    public void A_missing_model_option_is_wrong_use() => Assert.Equal(2, Run("infer", this["talk.wav"], this["out.wav"]).Code);

    [Theory]
    [InlineData("talk.wav", "out.wav", "gone.pth", "0", "there is no such file")]
    [InlineData("talk.wav", "out.wav", "talk.wav", "0", "is not a checkpoint of torch.save")]
    [InlineData("talk.wav", "out.wav", "anna.pth", "2", "speaker 2: this voice has the speakers 0 to 1")]
    [InlineData("talk.wav", "out.wav", "anna.pth", "-1", "speaker -1: this voice has the speakers 0 to 1")]
    [InlineData("talk.wav", "out.wav", "anna.pth", "eva", "has no names of speakers")]
    [InlineData("gone.wav", "out.wav", "anna.pth", "0", "does not exist")]
    [InlineData("talk.wav", "out.txt", "anna.pth", "0", "is not named like a recording")]
    [InlineData("talk.wav", "talk.wav", "anna.pth", "0", "would be overwritten")]
    [InlineData("", "", "anna.pth", "0", "would be overwritten")]
    [InlineData("", "talk.wav", "anna.pth", "0", "is a file, but")]
    public void What_cannot_be_done_is_one_line_and_code_1(string input, string output, string model, string speaker, string words)
    {
        (int code, _, string error) = Run("infer", this[input], this[output], "-m", this[model], "--speaker", speaker);
        Assert.Equal(1, code);
        Assert.Contains(words, Assert.Single(Lines(error)));
        Assert.Equal(["anna.pth", "talk.wav"], Directory.GetFiles(_folder.FullName).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_folder_without_recordings_is_refused()
    {
        Directory.CreateDirectory(this["in"]);
        (int code, _, string error) = Run("infer", this["in"], this["out"], "-m", this["anna.pth"]);
        Assert.Equal(1, code);
        Assert.Contains("holds no recordings", error);
    }

    [Fact]
    public void Recordings_of_one_name_have_a_file_and_a_curve_each_and_other_files_are_told()
    {
        Directory.CreateDirectory(this["in"]);
        foreach (string name in (string[])["talk.wav", "talk.wave", "song.wav"]) File.Copy(this["talk.wav"], this[$"in/{name}"]);
        File.WriteAllText(this["in/notes.txt"], "no sound");
        (int code, _, string error) = Run("infer", this["in"], this["out"], "-m", this["anna.pth"], "--f0-method", "pm", "--save-f0", this["curves"]);
        Assert.Equal((0, "rvcnative: not audio by their names, and left alone: notes.txt"), (code, Lines(error)[0]));
        Assert.Equal(["song.wav", "talk.wav.wav", "talk.wave.wav"], Directory.GetFiles(this["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["song.csv", "talk.wav.csv", "talk.wave.csv"], Directory.GetFiles(this["curves"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, Run("infer", this["in"], this["again"], "-m", this["anna.pth"], "--f0-file", this["curves"]).Code);
    }

    [Fact]
    public void Help_has_an_example()
    {
        (int code, string output, _) = Run("infer", "--help");
        Assert.Equal(0, code);
        Assert.Contains("Example: rvcnative infer ", output);
    }

    private void Say(string name) => SmallVoice.Say(this[name]);

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

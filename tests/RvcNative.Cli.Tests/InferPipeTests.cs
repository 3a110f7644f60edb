using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Cli.Commands;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Conversion;

namespace RvcNative.Cli.Tests;

/// <summary>`infer` through pipes, into other formats, and with what shapes the voice.</summary>
public sealed class InferPipeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-infer-pipe-");

    public InferPipeTests()
    {
        SmallVoice.Write(this["anna.pth"]);
        SmallVoice.Say(this["talk.wav"]);
    }

    private static bool Ffmpeg() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")));

    private string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_pipe_gives_the_bytes_that_a_file_gets()
    {
        using MemoryStream input = new(File.ReadAllBytes(this["talk.wav"])), output = new();
        using StringWriter said = new(), error = new();
        InferCommand.Options options = new("-", "-", this["anna.pth"], new ConversionSettings()) { StandardInput = input, StandardOutput = output };
        Assert.Equal(0, InferCommand.Run(options, said, error));
        Assert.Equal("", said.ToString());
        Assert.StartsWith("-: 0.2 s at 32000 Hz", error.ToString());
        Assert.Equal(0, Invocation.Run("infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"]).Code);
        Assert.Equal(File.ReadAllBytes(this["out.wav"]), output.ToArray());
    }

    [SkippableFact]
    public void Other_formats_are_written_through_ffmpeg()
    {
        Skip.IfNot(Ffmpeg(), "ffmpeg is not installed");
        Directory.CreateDirectory(this["in"]);
        SmallVoice.Say(this["in/a.wav"]);
        SmallVoice.Say(this["in/b.wav"]);
        string[] voice = ["-m", this["anna.pth"]];
        Assert.Equal(0, Invocation.Run(["infer", this["in"], this["out"], .. voice, "--format", "flac"]).Code);
        Assert.Equal(["a.flac", "b.flac"], Directory.GetFiles(this["out"]).Select(Path.GetFileName).Order());
        Assert.Equal(0, Invocation.Run(["infer", this["in/a.wav"], this["a.wav"], .. voice]).Code);
        Assert.Equal(WavFile.Read(this["a.wav"]).Samples, AudioFile.Decode(this["out/a.flac"]).Samples);
        Assert.Equal(0, Invocation.Run(["infer", this["in/a.wav"], this["a.mp3"], .. voice]).Code);
        Assert.InRange(AudioFile.Decode(this["a.mp3"]).Frames, 6400, 12800);

        using MemoryStream output = new();
        InferCommand.Options options = new(this["in/a.wav"], "-", this["anna.pth"], new ConversionSettings()) { StandardOutput = output, Format = OutputFormat.Of("flac") };
        Assert.Equal(0, InferCommand.Run(options, TextWriter.Null, TextWriter.Null));
        Assert.Equal("fLaC"u8.ToArray(), output.ToArray()[..4]);
        Assert.Contains("is not named .flac", Invocation.Run(["infer", this["in/a.wav"], this["x.ogg"], .. voice, "--format", "flac"]).Error);
        Assert.False(File.Exists(this["x.ogg"]));
    }

    [Fact]
    public void A_pipe_that_is_no_wav_and_a_folder_into_a_pipe_are_refused()
    {
        InferCommand.Options options = new("-", this["out.wav"], this["anna.pth"], new ConversionSettings()) { StandardInput = new MemoryStream("hello"u8.ToArray()) };
        Assert.Contains("'standard input' is no wav", Assert.Throws<AudioFileException>(() => InferCommand.Run(options, TextWriter.Null, TextWriter.Null)).Message);
        Assert.Contains("name a folder", Invocation.Run("infer", _folder.FullName, "-", "-m", this["anna.pth"]).Error);
    }

    [Fact]
    public void Damaged_and_mismatched_input_is_one_line()
    {
        WavFile.Write(this["nan.wav"], [0.1f, float.NaN, 0.2f], 16000);
        WavFile.Write(this["nothing.wav"], [], 16000);
        File.WriteAllText(this["curve.csv"], "");
        Refused("holds NaN", this["nan.wav"], this["out.wav"]);
        Refused("has no samples", this["nothing.wav"], this["out.wav"]);
        Refused("curve.csv", this["talk.wav"], this["out.wav"], "--f0-file", this["curve.csv"]);
        Refused("does not say at which pitch it speaks", this["talk.wav"], this["out.wav"], "--auto-pitch", "semitone");

        void Refused(string words, params string[] arguments)
        {
            (int code, _, string error) = Invocation.Run(["infer", .. arguments, "-m", this["anna.pth"]]);
            Assert.Equal(CommandLine.Failed, code);
            Assert.Contains(words, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            Assert.False(File.Exists(this["out.wav"]));
        }
    }

    [Fact]
    public void A_voice_tells_its_pitch_and_its_speakers()
    {
        VoiceFile voice = VoiceFile.Read(this["anna.pth"]);
        using (CpuBackend backend = new(1))
        {
            VoiceFile.Write(this["bob.pth"], voice.Load(backend), 5, voice.Extraction! with { MedianPitchHz = 305.5, SpeakerNames = ["bob", "eva"] });
        }

        Assert.Equal(305.5, VoiceFile.Read(this["bob.pth"]).Extraction!.MedianPitchHz);
        JsonElement report = JsonDocument.Parse(Assert.Single(Invocation.Run(
            "infer", this["talk.wav"], this["eva.wav"], "-m", this["bob.pth"], "--speaker", "Eva", "--auto-pitch", "octave", "--json").Output)).RootElement;
        Assert.Equal(12, report.GetProperty("pitch_semitones").GetDouble());       // a tone of 153 Hz
        Assert.Equal(("spectral", "pyin"), (report.GetProperty("embedder").GetString(), report.GetProperty("pitch_method").GetString()));
        Assert.Equal(0, Invocation.Run("infer", this["talk.wav"], this["one.wav"], "-m", this["bob.pth"], "--speaker", "1", "--pitch", "12").Code);
        Assert.Equal(File.ReadAllBytes(this["one.wav"]), File.ReadAllBytes(this["eva.wav"]));
        Assert.Contains("has the speakers bob, eva", Invocation.Run("infer", this["talk.wav"], this["x.wav"], "-m", this["bob.pth"], "--speaker", "carl").Error);
    }

    [Fact]
    public void Silence_stays_silence_when_a_recording_is_split()
    {
        float[] wave = new float[16000 * 8];
        for (int i = 0; i < wave.Length; i++) wave[i] = i is < 40000 or > 96000 ? 0.4f * MathF.Sin(i * 0.06f) : 0;
        WavFile.Write(this["gap.wav"], wave, 16000);
        Assert.Equal(0, Invocation.Run("infer", this["gap.wav"], this["split.wav"], "-m", this["anna.pth"], "--split").Code);
        float[] said = WavFile.Read(this["split.wav"]).Samples;
        Assert.Equal(8 * 32000, said.Length);
        Assert.All(said[(32000 * 7 / 2)..(32000 * 5)], sample => Assert.Equal(0, sample));
        Assert.Contains(said[..32000], sample => sample != 0);
        Assert.Contains(said[(32000 * 7)..], sample => sample != 0);
    }

    [Fact]
    public void Tuning_and_formants_change_the_voice()
    {
        byte[] plain = Converted();
        Assert.NotEqual(plain, Converted("--autotune", "1"));
        Assert.NotEqual(plain, Converted("--formant", "3"));
        Assert.Equal(plain, Converted("--formant", "0", "--autotune", "0"));

        byte[] Converted(params string[] options)
        {
            Assert.Equal(0, Invocation.Run(["infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], .. options]).Code);
            return File.ReadAllBytes(this["out.wav"]);
        }
    }
}

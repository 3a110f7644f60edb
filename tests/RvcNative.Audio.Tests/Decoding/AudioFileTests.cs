using System.Diagnostics;

namespace RvcNative.Audio.Tests;

public sealed class AudioFileTests
{
    [SkippableTheory]
    [InlineData("plain.flac", "flac")]
    [InlineData("mit Leer zeichen.flac", "flac")]
    [InlineData("日本語 запись.flac", "flac")]
    [InlineData("-begins with a dash.flac", "flac")]
    [InlineData("with:colon.flac", "flac")]
    [InlineData("mu-law.wav", "pcm_mulaw")]
    [InlineData("adpcm.wav", "adpcm_ms")]
    [InlineData("really flac.wav.flac", "flac")]
    public void Ffmpeg_decodes_what_is_not_plain_wav(string name, string codec)
    {
        Skip.If(OperatingSystem.IsWindows() && name.Contains(':', StringComparison.Ordinal), "Windows has no such file name");
        using TemporaryFolder folder = new();
        WavFile.Write(folder["source.wav"], new AudioBuffer(Stereo(22050), 44100, 2), WavEncoding.Pcm16);
        Encode(folder["source.wav"], folder[name], codec);

        float[] expected = AudioFile.Load(folder["source.wav"], 16000), got = AudioFile.Load(folder[name], 16000);
        Assert.Equal(8000, expected.Length);
        Assert.InRange(got.Length, 8000, 8000 + 1000);       // adpcm pads its last block
        double tolerance = codec == "flac" ? 1e-6 : 0.05;
        for (int i = 0; i < 7900; i++) Assert.InRange(got[i] - expected[i], -tolerance, tolerance);
    }

    [SkippableFact]
    public void A_text_file_named_wav_is_refused_with_ffmpegs_words()
    {
        SkipWithoutFfmpeg();
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["notes.wav"], "these are no samples, only words that go on for a while");
        string message = Assert.Throws<AudioFileException>(() => AudioFile.Load(folder["notes.wav"], 16000)).Message;
        Assert.Contains("notes.wav", message, StringComparison.Ordinal);
        Assert.Contains("Invalid data", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_ffmpeg_is_said_with_the_way_out()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["song.mp3"], "ID3 and so on, long enough");
        string message = Assert.Throws<AudioFileException>(() =>
            AudioFile.Load(folder["song.mp3"], 16000, ffmpeg: folder["no-such-program"])).Message;
        Assert.Contains("song.mp3", message, StringComparison.Ordinal);
        Assert.Contains("apt install ffmpeg", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_missing_and_folder_are_told_apart()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["empty.mp3"], []);
        Directory.CreateDirectory(folder["sub"]);
        foreach ((string name, string fault) in ((string, string)[])[("empty.mp3", "0 bytes"), ("sub", "is a folder")])
            Assert.Contains(fault, Assert.Throws<AudioFileException>(() => AudioFile.Load(folder[name], 16000)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => AudioFile.Load(folder["none.wav"], 16000));
    }

    private static float[] Stereo(int frames)
    {
        float[] samples = new float[2 * frames];
        for (int i = 0; i < frames; i++)
        {
            samples[2 * i] = 0.5f * MathF.Sin(2 * MathF.PI * 440 * i / 44100f);
            samples[2 * i + 1] = 0.25f * MathF.Sin(2 * MathF.PI * 1000 * i / 44100f);
        }
        return samples;
    }

    private static void SkipWithoutFfmpeg()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Skip.IfNot(folders.Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")) || File.Exists(Path.Combine(folder, "ffmpeg.exe"))),
            "ffmpeg is not installed");
    }

    private static void Encode(string from, string to, string codec)
    {
        SkipWithoutFfmpeg();
        ProcessStartInfo start = new("ffmpeg") { RedirectStandardError = true };
        foreach (string argument in (string[])["-nostdin", "-v", "error", "-i", from, "-c:a", codec, "file:" + to]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }
}

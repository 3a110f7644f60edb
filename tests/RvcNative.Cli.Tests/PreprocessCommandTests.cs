using System.Globalization;
using System.Text.RegularExpressions;
using RvcNative.Audio;

namespace RvcNative.Cli.Tests;

/// <summary>The table that `preprocess` prints.</summary>
public sealed class PreprocessCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("rvcnative preprocess ").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Columns_add_up_for_each_speaker_and_for_all()
    {
        Write("anna/a.wav", 41000, 5.3, 0.3);
        Write("anna/in/b.wav", 32000, 0.5, 0.3);
        Write("bob/c.wav", 48000, 4.1, 0.3);
        Write("bob/quiet.wav", 48000, 2.2, 0.004);
        (int code, string[] lines, string error) = Run("--chunk-seconds", "2.4");
        Assert.True(code == 0, error);
        Assert.Contains("folders are taken as speakers: 0 is anna, 1 is bob (--one-speaker takes all as one voice)", lines);
        Assert.Contains(lines, line => line.StartsWith("not used: bob/quiet.wav", StringComparison.Ordinal) && line.Contains("too quiet", StringComparison.Ordinal));
        int header = Array.FindIndex(lines, line => line.StartsWith("seconds", StringComparison.Ordinal));
        Assert.Contains("too quiet", lines[header]);
        string[] rows = lines[(header + 1)..(header + 4)];
        Assert.Equal(["0 anna", "1 bob", "all"], rows.Select(row => row[..16].Trim()));
        double[][] values = [.. rows.Select(row => Regex.Matches(row[16..], @"\d+\.\d").Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture)).ToArray())];
        foreach (double[] row in values) Assert.InRange(row[0] - row[1..].Sum(), -0.3, 0.3);
        Assert.Equal([5.8, 6.3, 12.1], values.Select(row => Math.Round(row[0], 1)));

        Assert.Contains("slices of 4 files were there already", Run("--chunk-seconds", "2.4").Output[^1]);
        Assert.Contains("slicing was by silence and is now by none", string.Join('\n', Run("--slicing", "none").Output));
        Assert.NotEqual(0, Run("--slicing", "other").Code);
        Assert.NotEqual(0, Run("--chunk-seconds", "9").Code);
    }

    private (int Code, string[] Output, string Error) Run(params string[] more) => Invocation.Run(
        ["preprocess", Path.Combine(_root, "data"), "--name", "voice", "--logs", Path.Combine(_root, "logs"), "--sample-rate", "32k", .. more]);

    private void Write(string file, int sampleRateHz, double seconds, double level)
    {
        string path = Path.Combine(_root, "data", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        float[] samples = [.. Enumerable.Range(0, (int)(seconds * sampleRateHz)).Select(i => (float)(level * Math.Sin(i * 2 * Math.PI * 210 / sampleRateHz)))];
        WavFile.Write(path, new AudioBuffer(samples, sampleRateHz), WavEncoding.Pcm16);
    }
}

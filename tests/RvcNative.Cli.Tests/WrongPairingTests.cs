using RvcNative.Audio;
using RvcNative.Core.Cpu;
using RvcNative.Formats.Faiss;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Tests;

/// <summary>What does not go together is one line that names both sides, code 1, and no file.</summary>
public sealed class WrongPairingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-pairing-");

    public WrongPairingTests()
    {
        SmallVoice.Write(this["v1.pth"], version: ModelVersion.V1);
        SmallVoice.Write(this["v2.pth"]);
        SmallVoice.Say(this["talk.wav"]);
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("v1.pth", 768, "holds features of 768 values", "takes 256", "(v1)")]
    [InlineData("v2.pth", 256, "holds features of 256 values", "takes 768", "(v2)")]
    [InlineData("v2.pth", 100, "holds features of 100 values", "takes 768", "(v2)")]
    public void An_index_of_another_dimension(string voice, int dimension, params string[] words)
    {
        Random random = new(1);
        float[] vectors = [.. Enumerable.Range(0, 20 * dimension).Select(_ => random.NextSingle())];
        new FaissIndex(dimension, 1, vectors[..dimension], [20], vectors, [.. Enumerable.Range(0, 20).Select(id => (long)id)]).Write(this["other.index"]);
        Refused([.. words, "other.index", voice], "talk.wav", voice, "--index", this["other.index"]);
    }

    [Fact]
    public void An_embedder_of_another_width_than_the_voice_s()
    {
        SmallEmbedder.Write(this["narrow"], seed: 1, hidden: 96);
        using CpuBackend backend = new(1);
        VoiceFile.Write(this["mainline.pth"], VoiceFile.Read(this["v2.pth"]).Load(backend), 5);
        Refused(["narrow", "gives features of 96 values", "takes 768"], "talk.wav", "mainline.pth", "--embedder", this["narrow"]);
    }

    [Fact]
    public void A_network_for_a_voice_of_built_in_features_and_the_other_way_round()
    {
        SmallEmbedder.Write(this["net"], seed: 1);
        Refused(["was trained on the built-in features"], "talk.wav", "v2.pth", "--embedder", this["net"]);
        using CpuBackend backend = new(1);
        LoadedHubert net = HubertFile.Load(backend, this["net"]);
        net.Encoder.Dispose();
        VoiceFile.Write(this["net.pth"], VoiceFile.Read(this["v2.pth"]).Load(backend), 5, new VoiceExtraction("net", "pm", FillsUnvoiced: false) { FeaturesHash = net.Hash });
        Refused(["was trained on features of net; with those of spectral"], "talk.wav", "net.pth", "--embedder", "spectral");
        SmallEmbedder.Write(this["other/net"], seed: 2);
        Refused(["other weights", net.Hash], "talk.wav", "net.pth", "--embedder", this["other/net"]);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("109")]
    public void A_speaker_that_the_voice_does_not_have(string speaker) => Refused([$"speaker {speaker}", "0 to 1"], "talk.wav", "v2.pth", "--speaker", speaker);

    [Fact]
    public void A_voice_with_pitch_for_which_there_is_none()
    {
        Directory.CreateDirectory(this["curves"]);
        File.WriteAllText(this["curves/other.csv"], "0,100\n");
        Refused(["has no pitch curve for talk"], "talk.wav", "v2.pth", "--f0-file", this["curves"]);
        Refused(["weights of rmvpe are not here"], "talk.wav", "v2.pth", "--f0-method", "rmvpe");
    }

    [Fact]
    public void Training_with_pitch_on_clips_that_have_none()
    {
        foreach ((string stage, int rate) in ((string, int)[])[("0_gt_wavs", 32000), ("1_16k_wavs", 16000)])
        {
            Directory.CreateDirectory(this[$"logs/mira/{stage}"]);
            WavFile.Write(this[$"logs/mira/{stage}/0_0.wav"], [.. Enumerable.Range(0, rate).Select(i => 0.3f * MathF.Sin(i * 0.05f))], rate);
        }

        string[] mira = ["--name", "mira", "--logs", this["logs"]];
        Assert.Equal(0, Invocation.Run(["extract", .. mira, "--no-f0", "--embedder", "spectral"]).Code);
        (int code, _, string error) = Invocation.Run(["train", .. mira, "--weights", this["weights"], "--epochs", "1"]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("names no pitch, and the voice wants it", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData(0, 0f, "has no samples")]
    [InlineData(8000, 0f, "is silent")]
    [InlineData(8000, 1e-5f, "is silent")]
    [InlineData(8000, float.NaN, "holds NaN at 0.25 s")]
    [InlineData(8000, float.PositiveInfinity, "at 0.25 s, no sound")]
    public void A_recording_that_holds_no_sound(int samples, float value, string words)
    {
        float[] wave = new float[samples];
        if (samples > 0) wave[4000] = value;
        WavFile.Write(this["odd.wav"], wave, 16000);
        Refused(["odd.wav", words], "odd.wav", "v2.pth");
    }

    [Fact]
    public void A_file_that_is_empty()
    {
        File.WriteAllBytes(this["odd.wav"], []);
        Refused(["odd.wav", "is empty"], "odd.wav", "v2.pth");
    }

    private void Refused(string[] words, string input, string voice, params string[] options)
    {
        (int code, string[] output, string error) = Invocation.Run(["infer", this[input], this["out.wav"], "--model", this[voice], .. options]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Empty(output);
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(words, word => Assert.Contains(word, line));
        Assert.False(File.Exists(this["out.wav"]));
    }
}

using RvcNative.Audio;
using RvcNative.Core.Cpu;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Cli.Tests;

/// <summary>A small HuBERT through extract and infer.</summary>
public sealed class EmbedderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-embedder-");

    public EmbedderTests()
    {
        SmallEmbedder.Write(this["net"], seed: 1);
        SmallEmbedder.Write(this["other"], seed: 2);
        WavFile.Write(this["talk.wav"], Tone(32000), 16000);
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Extraction_computes_features_of_the_embedder_and_goes_on_with_it_alone()
    {
        foreach ((string stage, int rate) in ((string, int)[])[("0_gt_wavs", 40000), ("1_16k_wavs", 16000)])
        {
            Directory.CreateDirectory(this[$"logs/mira/{stage}"]);
            WavFile.Write(this[$"logs/mira/{stage}/0_0.wav"], Tone(rate), rate);
        }

        string[] extract = ["extract", "--name", "mira", "--logs", this["logs"], "--no-f0", "--embedder"];
        (int code, string[] output, string error) = Invocation.Run([.. extract, this["net"]]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(output, line => line.Contains("features of net", StringComparison.Ordinal));
        Assert.Contains("\"net\"", File.ReadAllText(this["logs/mira/extract.json"]));
        Assert.True(File.Exists(this["logs/mira/3_feature768/0_0.npy"]));
        Assert.Contains("mute.net.", File.ReadAllText(this["logs/mira/filelist.txt"]));
        Assert.Contains("--restart", Refused([.. extract, this["other"]]));
        Assert.Contains("there is no such file or folder", Refused([.. extract, this["nothing"]]));
        Assert.Contains("looked for assets/embedders/spin", Refused([.. extract, "spin"]));
        Assert.Contains("no final_proj", Refused([.. extract, this["net"], "--version", "v1"]));
    }

    [Fact]
    public void Conversion_takes_the_embedder_that_the_voice_heard()
    {
        using CpuBackend backend = new(1);
        LoadedHubert net = HubertFile.Load(backend, this["net"]);
        net.Encoder.Dispose();
        SmallVoice.Write(this["spectral.pth"]);
        VoiceFile.Write(this["anna.pth"], VoiceFile.Read(this["spectral.pth"]).Load(backend), 5,
            new VoiceExtraction("net", "pyin", FillsUnvoiced: false) { FeaturesHash = net.Hash });
        string[] infer = ["infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"]];
        (int code, _, string error) = Invocation.Run([.. infer, "--embedder", this["net"]]);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(64000, WavFile.Read(this["out.wav"]).Frames);
        Assert.Contains("other weights", Refused([.. infer, "--embedder", this["other"]]));
        Assert.Contains("trained on features of net", Refused(infer));
    }

    private static string Refused(string[] arguments)
    {
        (int code, _, string error) = Invocation.Run(arguments);
        Assert.Equal(CommandLine.Failed, code);
        return error;
    }

    private static float[] Tone(int samples) => [.. Enumerable.Range(0, samples).Select(i => 0.3f * MathF.Sin(i * 0.07f) * MathF.Sin(i * 0.0007f))];
}

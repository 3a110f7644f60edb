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

        // Another network's features take their place; once a training has heard them they do not, unless that is meant.
        Assert.Contains("features of 'net' (weights of SHA-256", Done([.. extract, this["other"]]));
        Assert.Contains("\"other\"", File.ReadAllText(this["logs/mira/extract.json"]));
        Assert.DoesNotContain("removed", Done([.. extract, this["other"]]));
        Assert.Contains("name its folder or file again with --embedder", Refused(extract[..^1]));
        File.WriteAllText(this["logs/mira/G_1.pth"], "");
        Assert.Contains("--restart", Refused([.. extract, this["net"]]));
        Assert.Contains("there is no such file or folder", Refused([.. extract, this["nothing"]]));
        Assert.Contains("looked for assets/embedders/spin", Refused([.. extract, "spin"]));
        Assert.Contains("no final_proj", Refused([.. extract, this["net"], "--version", "v1"]));
    }

    [Fact]
    public void Extraction_goes_on_with_what_made_the_rest_where_nothing_is_named()
    {
        Directory.CreateDirectory(this["recordings"]);
        WavFile.Write(this["recordings/talk.wav"], Tone(64000), 16000);
        string[] where = ["--name", "mira", "--logs", this["logs"]];
        Done(["preprocess", this["recordings"], "--sample-rate", "32k", .. where]);
        Assert.Contains("pitch by pm 60-500 Hz", Extracted("--f0-method", "pm", "--f0-min", "60", "--f0-max", "500"));
        Assert.Contains("pitch by pm 60-500 Hz", Extracted());
        Assert.Contains("pitch of 'pm 60-500 Hz' removed and computed anew, by 'pyin'", Extracted("--f0-method", "pyin"));
        Assert.Contains("by 'pyin' with filled gaps", Extracted("--unvoiced", "interpolate"));

        Done(["preprocess", this["recordings"], "--sample-rate", "48k", .. where]);
        Assert.Contains("config.json written", Extracted());
        Assert.Contains("\"sampling_rate\": 48000", File.ReadAllText(this["logs/mira/config.json"]));

        string Extracted(params string[] more) => Done(["extract", .. where, .. more]);
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

    private static string Done(string[] arguments)
    {
        (int code, string[] output, string error) = Invocation.Run(arguments);
        Assert.Equal((0, ""), (code, error));
        return string.Join('\n', output);
    }

    private static string Refused(string[] arguments)
    {
        (int code, _, string error) = Invocation.Run(arguments);
        Assert.Equal(CommandLine.Failed, code);
        return error;
    }

    private static float[] Tone(int samples) => [.. Enumerable.Range(0, samples).Select(i => 0.3f * MathF.Sin(i * 0.07f) * MathF.Sin(i * 0.0007f))];
}

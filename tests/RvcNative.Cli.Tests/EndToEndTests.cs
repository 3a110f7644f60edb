using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Tests;

namespace RvcNative.Cli.Tests;

/// <summary>
/// Real speech through preprocess, extract, index, train, info and infer, as a user types them: features of a network of made-up weights, pitch by FCPE's own
/// where they are beside the goldens, else by autocorrelation.
/// </summary>
public sealed class EndToEndTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-whole-way-");

    private string this[string name] => Path.Combine(_folder.FullName, name);

    private static string Speech => Path.Combine(Repository.Root, "samples", "speech");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Speech_becomes_a_voice_that_says_other_speech()
    {
        foreach ((string speaker, string number) in ((string, string)[])[("anna", "0880"), ("bob", "0930")])
        {
            Directory.CreateDirectory(this[$"recordings/{speaker}"]);
            File.Copy(Sentence(number), this[$"recordings/{speaker}/{number}.wav"]);
        }

        SmallEmbedder.Write(this["net"], seed: 7);
        string weights = Path.Combine(Repository.Root, "..", "shared", "weights", "fcpe_c_v001.pt");
        (string method, string[] pitch) = File.Exists(weights) ? ("fcpe", ["--f0-method", "fcpe", "--f0-model", weights]) : ("pm", (string[])["--f0-method", "pm"]);
        string[] mira = ["--name", "mira", "--logs", this["logs"]];

        Done(["preprocess", this["recordings"], .. mira, "--sample-rate", "32k"]);
        ConfigFile.Write(SmallConfig.Of(Presets.Of(ModelVersion.V2, 32000, Vocoder.HifiGan)), this["logs/mira/config.json"]);
        string[] extracted = Done(["extract", .. mira, "--embedder", this["net"], .. pitch, "--save-f0", this["curves"]]);
        Assert.Contains(extracted, line => line.StartsWith($"pitch by {method}, features of net", StringComparison.Ordinal));
        Assert.Contains(Done(["extract", .. mira, "--embedder", this["net"], .. pitch]), line => line.Contains("pitch of 0 and features of 0 computed", StringComparison.Ordinal));
        int chunks = Directory.GetFiles(this["logs/mira/1_16k_wavs"], "*.wav").Length;
        Assert.Equal(chunks, Directory.GetFiles(this["curves"], "*.csv").Length);
        JsonElement index = Json(["index", .. mira, "--json"]);
        Done(["train", .. mira, "--weights", this["weights"], "--epochs", "1", "--batch-size", "2"]);

        VoiceExtraction heard = VoiceFile.Read(this["weights/mira.pth"]).Extraction!;
        Assert.Equal(("net", method), (heard.Features, heard.Pitch));
        Assert.InRange(heard.MedianPitchHz!.Value, 60, 200);
        Assert.Equal(["anna", "bob"], heard.SpeakerNames);
        string[] infer = ["infer", Sentence("0870"), this["said.wav"], "--model", this["weights/mira.pth"], "--index", index.GetProperty("index").GetString()!, "--speaker", "Bob"];
        JsonElement report = Json([.. infer, "--embedder", this["net"], .. pitch, "--auto-pitch", "semitone", "--save-f0", this["found.csv"], "--json"]);
        Assert.Equal(("net", method), (report.GetProperty("embedder").GetString(), report.GetProperty("pitch_method").GetString()));
        Assert.Equal(index.GetProperty("frames").GetInt32(), report.GetProperty("index_vectors").GetInt32());
        Assert.InRange(report.GetProperty("unvoiced_share").GetDouble(), 0.1, 0.8);
        Assert.InRange(report.GetProperty("pitch_semitones").GetDouble(), -6, 6);
        AudioBuffer asked = WavFile.Read(Sentence("0870")), said = WavFile.Read(this["said.wav"]);
        Assert.Equal((Math.Ceiling(asked.Frames * 32000.0 / asked.SampleRateHz), 32000), (said.Frames, said.SampleRateHz));
        for (int second = 0; second + 1 < said.Frames / 32000; second++)
        {
            Assert.Contains(said.Samples[(second * 32000)..((second + 1) * 32000)], sample => Math.Abs(sample) > 1e-3f);
        }

        // The saved curve in the extractor's place, and the same again.
        byte[] first = File.ReadAllBytes(this["said.wav"]);
        Done([.. infer, "--embedder", this["net"], "--f0-file", this["found.csv"], "--auto-pitch", "semitone"]);
        AudioBuffer again = WavFile.Read(this["said.wav"]);
        Assert.Equal(said.Frames, again.Frames);
        Done([.. infer, "--embedder", this["net"], .. pitch, "--auto-pitch", "semitone"]);
        Assert.Equal(first, File.ReadAllBytes(this["said.wav"]));

        // The other speaker, by name as well, sounds otherwise.
        Done([.. infer[..^1], "anna", "--embedder", this["net"], "--f0-file", this["found.csv"]]);
        Assert.NotEqual(first, File.ReadAllBytes(this["said.wav"]));
    }

    private static string Sentence(string number) => Path.Combine(Speech, $"sense-and-sensibility-{number}.wav");

    private static JsonElement Json(string[] arguments) => JsonDocument.Parse(Assert.Single(Done(arguments))).RootElement;

    private static string[] Done(string[] arguments)
    {
        (int code, string[] output, string error) = Invocation.Run(arguments);
        Assert.True(code == CommandLine.Done, $"{string.Join(' ', arguments)}: {code}\n{string.Join('\n', output)}\n{error}");
        return output;
    }
}

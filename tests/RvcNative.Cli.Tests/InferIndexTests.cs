using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Formats.Faiss;

namespace RvcNative.Cli.Tests;

/// <summary>`infer` with a retrieval index.</summary>
public sealed class InferIndexTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative-infer-index-");

    public InferIndexTests()
    {
        SmallVoice.Write(this["anna.pth"]);

        // A tone, then a hiss, which has no pitch.
        Random random = new(2);
        WavFile.Write(this["talk.wav"], [.. Enumerable.Range(0, 6400).Select(i => i < 3200 ? 0.4f * MathF.Sin(i * 0.06f) : 0.3f * (random.NextSingle() - 0.5f))], 16000);
        Index("anna.index", 768);
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void An_index_changes_the_voice_and_a_rate_of_0_does_not()
    {
        byte[] plain = Convert(), retrieved = Convert("--index", this["anna.index"]);
        Assert.NotEqual(plain, retrieved);
        Assert.Equal(plain, Convert("--index", this["anna.index"], "--index-rate", "0"));
        Assert.Equal(retrieved, Convert("--index", this["anna.index"], "--index-rate", "0.75", "--protect", "0.33", "--nprobe", "1", "--threads", "3"));
        Assert.NotEqual(retrieved, Convert("--index", this["anna.index"], "--index-rate", "0.5"));
        Assert.NotEqual(retrieved, Convert("--index", this["anna.index"], "--protect", "0"));
    }

    [Fact]
    public void Json_tells_what_was_retrieved()
    {
        JsonElement report = Json("--index", this["anna.index"], "--index-rate", "0.6", "--protect", "0.2", "--nprobe", "99");
        Assert.Equal((this["anna.index"], 40, 0.6, 2, 0.2), (report.GetProperty("index").GetString(), report.GetProperty("index_vectors").GetInt32(),
            report.GetProperty("index_rate").GetDouble(), report.GetProperty("nprobe").GetInt32(), report.GetProperty("protect").GetDouble()));
        Assert.True(report.GetProperty("retrieval_ms").GetDouble() > 0 && report.GetProperty("index_ms").GetDouble() > 0);
        JsonElement plain = Json();
        Assert.False(plain.TryGetProperty("index", out _));
        Assert.InRange(plain.GetProperty("retrieval_ms").GetDouble(), 0, 1000);

        JsonElement Json(params string[] options) => JsonDocument.Parse(Assert.Single(
            Invocation.Run(["infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], "--json", .. options]).Output)).RootElement;
    }

    [Fact]
    public void Protect_is_silent_with_an_index_and_told_of_on_a_voice_without_pitch()
    {
        string[] options = ["--index", this["anna.index"], "--protect", "0.2"];
        Assert.Equal("", Invocation.Run(["infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], .. options]).Error);
        SmallVoice.Write(this["flat.pth"], hasPitch: false);
        (int code, _, string error) = Invocation.Run(["infer", this["talk.wav"], this["out.wav"], "-m", this["flat.pth"], .. options]);
        Assert.Equal(CommandLine.Done, code);
        Assert.Contains("--protect has no effect on a voice without pitch", error);
    }

    [Theory]
    [InlineData("--index-rate", "0.5", "--index-rate says how an index is used; name one with --index")]
    [InlineData("--nprobe", "2", "--nprobe says how an index is used; name one with --index")]
    [InlineData("--index-rate", "1.5", "--index-rate 1.5 is out of range; it is from 0 to 1")]
    [InlineData("--nprobe", "0", "--nprobe 0 is out of range; it is 1 or more")]
    public void Wrong_use_is_told_with_code_2(string option, string value, string words)
    {
        (int code, _, string error) = Invocation.Run("infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], option, value);
        Assert.Equal(CommandLine.WrongUse, code);
        Assert.Contains(words, error);
        Assert.False(File.Exists(this["out.wav"]));
    }

    [Fact]
    public void An_index_that_does_not_fit_is_one_line_and_code_1()
    {
        Index("v1.index", 256);
        File.WriteAllBytes(this["cut.index"], File.ReadAllBytes(this["anna.index"])[..500]);
        new FaissIndex(768, 1, new float[768], [0], [], []).Write(this["trained.index"]);
        AssertRefused("v1.index", $"{this["v1.index"]}: holds features of 256 values, {this["anna.pth"]} takes 768");
        AssertRefused("cut.index", $"{this["cut.index"]}: ");
        AssertRefused("trained.index", $"{this["trained.index"]}: holds no vectors");
        AssertRefused("talk.wav", $"{this["talk.wav"]}: not a faiss index");
        AssertRefused("gone.index", $"{this["gone.index"]}: there is no such file");

        void AssertRefused(string index, string words)
        {
            (int code, _, string error) = Invocation.Run("infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], "--index", this[index]);
            Assert.Equal(CommandLine.Failed, code);
            Assert.Contains(words, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            Assert.False(File.Exists(this["out.wav"]));
        }
    }

    [Fact]
    public void Info_describes_an_index()
    {
        (int code, string[] lines, string error) = Invocation.Run("info", "--json", this["anna.index"]);
        Assert.Equal((CommandLine.Done, ""), (code, error));
        JsonElement facts = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.Equal(("retrieval index (faiss IndexIVFFlat)", 768, 40, "L2", "v2"), (facts.GetProperty("kind").GetString(),
            facts.GetProperty("dimension").GetInt32(), facts.GetProperty("vectors").GetInt32(), facts.GetProperty("metric").GetString(),
            facts.GetProperty("version").GetString()));
        Assert.Equal((2, 1, 15, 25), (facts.GetProperty("lists").GetInt32(), facts.GetProperty("nprobe").GetInt32(),
            facts.GetProperty("smallest_list").GetInt32(), facts.GetProperty("largest_list").GetInt32()));
        new FaissIndex(4, 1, [], [1], [1, 2, 3, 4], [0]).Write(this["flat"]);
        Assert.Contains("  kind: retrieval index (faiss IndexFlatL2)", Invocation.Run("info", this["flat"]).Output);
        new FaissIndex(4, 1, [1, 2, 3, 4], [0], [], []).Write(this["trained"]);
        Assert.Contains(Invocation.Run("info", this["trained"]).Output, line => line.Contains("no vectors yet", StringComparison.Ordinal));
        File.WriteAllBytes(this["cut.index"], File.ReadAllBytes(this["anna.index"])[..500]);
        Assert.Contains($"{this["cut.index"]}: ", Invocation.Run("info", this["cut.index"]).Error);
        File.WriteAllText(this["odd.index"], "IwPQ");
        Assert.Contains("IndexIVFPQ", Invocation.Run("info", this["odd.index"]).Error);
    }

    private byte[] Convert(params string[] options)
    {
        (int code, _, string error) = Invocation.Run(["infer", this["talk.wav"], this["out.wav"], "-m", this["anna.pth"], .. options]);
        Assert.Equal((CommandLine.Done, ""), (code, error));
        return File.ReadAllBytes(this["out.wav"]);
    }

    private void Index(string name, int dimension)
    {
        Random random = new(5);
        float[] centroids = Values(2), vectors = Values(40);
        new FaissIndex(dimension, 1, centroids, [15, 25], vectors, [.. Enumerable.Range(0, 40).Select(id => (long)id)]).Write(this[name]);

        float[] Values(int rows) => [.. Enumerable.Range(0, rows * dimension).Select(_ => random.NextSingle() - 0.5f)];
    }
}

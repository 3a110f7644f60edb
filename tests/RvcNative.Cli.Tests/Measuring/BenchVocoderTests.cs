using System.Text.Json;
using RvcNative.Cli.Commands;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Tests.Measuring;

/// <summary>`bench step` and `bench infer` with Applio's vocoders, alone and in turn with Applio's own code.</summary>
public sealed class BenchVocoderTests
{
    private static readonly string s_applio = Environment.GetEnvironmentVariable("APPLIO_REPO") ?? Path.Combine(Repository.Root, "..", "peers", "applio");

    [Theory]
    [InlineData(Vocoder.MrfHifiGan, "MRF HiFi-GAN", "v2")]
    [InlineData(Vocoder.RefineGan, "RefineGAN", "v3")]
    public void A_vocoder_is_timed(Vocoder vocoder, string name, string discriminators)
    {
        using TinyVoice voice = new(vocoder);
        JsonElement row = Step(voice, new(vocoder), DiscriminatorPlan.Of(discriminators).DividedBy(32) with { Periods = [2, 3] }, new BenchPeer(null, null, ""));
        Assert.Equal((name, discriminators), (row.GetProperty("vocoder").GetString(), row.GetProperty("discriminator").GetString()));
        Assert.True(row.GetProperty("gflop").GetDouble() > 0);
        foreach (JsonProperty loss in row.GetProperty("first_losses").EnumerateObject()) Assert.True(loss.Value.GetDouble() > 0, loss.Name);
        Assert.False(row.TryGetProperty("peer_first_losses", out _));

        (int code, string[] lines, string error) = Invocation.Run(
            "bench", "infer", "--config", voice.ConfigPath, "--seconds", "0.1", "--runs", "1", "--warmup", "0", "--json");
        Assert.True(code == CommandLine.Done, error);
        using JsonDocument conversion = JsonDocument.Parse(Assert.Single(lines));
        Assert.Equal(name, conversion.RootElement.GetProperty("vocoder").GetString());
        Assert.True(conversion.RootElement.GetProperty("median_ms").GetDouble() > 0);
    }

    [SkippableTheory]
    [InlineData(Vocoder.RefineGan, null, null)]
    [InlineData(Vocoder.MrfHifiGan, null, null)]
    [InlineData(Vocoder.HifiGan, "v3", "multi-scale")]
    public void A_step_in_turn_with_Applio_has_losses_of_its_size(Vocoder vocoder, string? discriminator, string? melLoss)
    {
        using TinyVoice voice = new(vocoder);
        JsonElement row = default;
        try
        {
            row = Step(voice, new(vocoder, discriminator, melLoss), null, new BenchPeer(null, Checkout(), "/usr/bin/python3"));
        }
        catch (IOException failure) when (failure.Message.Contains("No module named", StringComparison.Ordinal))
        {
            Skip.If(true, failure.Message);
        }

        foreach (string name in (string[])["peer_median_ms", "peer_peak_rss_mib", "ratio"]) Assert.True(row.GetProperty(name).GetDouble() > 0, name);
        JsonElement ours = row.GetProperty("first_losses"), theirs = row.GetProperty("peer_first_losses");
        foreach (string name in (string[])["mel", "gen", "disc"]) Assert.InRange(ours.GetProperty(name).GetDouble() / theirs.GetProperty(name).GetDouble(), 0.5, 2);
        Assert.Equal(ours.EnumerateObject().Select(loss => loss.Name), theirs.EnumerateObject().Select(loss => loss.Name));
    }

    [SkippableFact]
    public void A_conversion_in_turn_with_Applio_has_a_ratio()
    {
        using TinyVoice voice = new(Vocoder.MrfHifiGan);
        (int code, string[] lines, string error) = Invocation.Run(
            "bench", "infer", "--config", voice.ConfigPath, "--seconds", "0.2", "--runs", "1", "--warmup", "0", "--threads", "1", "--json",
            "--applio-repo", Checkout().FullName, "--python", "/usr/bin/python3");
        Skip.If(error.Contains("No module named", StringComparison.Ordinal), error);
        Assert.True(code == CommandLine.Done, error);
        using JsonDocument row = JsonDocument.Parse(Assert.Single(lines));
        foreach (string name in (string[])["peer_median_ms", "ratio", "memory_ratio"]) Assert.True(row.RootElement.GetProperty(name).GetDouble() > 0, name);
    }

    [Theory]
    [InlineData("mainline RVC has no RefineGAN; name a checkout of Applio with --applio-repo", "--vocoder", "refinegan", "--rvc-repo", ".")]
    [InlineData("Applio trains version 2 only", "--version", "v1", "--applio-repo", ".")]
    [InlineData("one peer at a time", "--rvc-repo", ".", "--applio-repo", ".")]
    public void What_a_peer_cannot_run_is_told(string problem, params string[] options)
    {
        foreach (string what in (string[])["step", "infer"])
        {
            (int code, _, string error) = Invocation.Run(["bench", what, "--config", "40k", .. options]);
            Assert.Equal(CommandLine.Failed, code);
            Assert.Contains(problem, error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Applio compares spectrograms of the segment's audio; name --mel-loss wave or multi-scale", "--mel-loss", "spec", "--applio-repo", ".")]
    [InlineData("not v3 with 'spec'; name a checkout of Applio", "--discriminator", "v3", "--rvc-repo", ".")]
    [InlineData("not v2 with 'multi-scale'; name a checkout of Applio", "--mel-loss", "multi-scale", "--rvc-repo", ".")]
    public void A_recipe_that_a_peer_cannot_train_is_told(string problem, params string[] options)
    {
        (int code, _, string error) = Invocation.Run(["bench", "step", "--config", "40k", .. options]);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains(problem, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_no_checkout_is_told()
    {
        using TinyVoice voice = new(Vocoder.MrfHifiGan);
        (int code, _, string error) = Invocation.Run("bench", "infer", "--config", voice.ConfigPath, "--seconds", "0.1", "--applio-repo", "no-such-folder");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("is no checkout of Applio: rvc/lib/algorithm/synthesizers.py is not in it", error, StringComparison.Ordinal);
    }

    private static DirectoryInfo Checkout()
    {
        Skip.IfNot(Directory.Exists(s_applio), "no checkout of Applio");
        Skip.IfNot(File.Exists("/usr/bin/python3"), "no /usr/bin/python3");
        return new DirectoryInfo(s_applio);
    }

    // The configuration's discriminators for null, at their full size.
    private static JsonElement Step(TinyVoice voice, BenchCommand.Combination chosen, DiscriminatorPlan? discriminators, BenchPeer peer)
    {
        using StringWriter output = new();
        BenchCommand.StepOptions options = new(
            voice.ConfigPath, ModelVersion.V2, HasPitch: true, Batch: 0, Frames: 0, Threads: 0, Steps: 1, Warmup: 0, peer, Json: true)
        {
            Chosen = chosen,
            Discriminators = discriminators,
        };
        Assert.Equal(CommandLine.Done, BenchCommand.RunSteps(options, [1], [1], [TinyVoice.Frames], output));
        return JsonDocument.Parse(output.ToString()).RootElement;
    }
}

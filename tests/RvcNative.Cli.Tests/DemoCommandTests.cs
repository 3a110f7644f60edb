using System.Text.RegularExpressions;
using RvcNative.Audio;
using RvcNative.Cli.Commands;
using RvcNative.Cli.Demo;
using RvcNative.Formats.Png;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Tests;

/// <summary>One short demo of a model that is smaller still, and what it left.</summary>
public sealed class ShortDemo : IDisposable
{
    public ShortDemo() : this(Vocoder.HifiGan)
    {
    }

    internal ShortDemo(Vocoder vocoder)
    {
        DemoPlan whole = DemoPlan.Of(vocoder, isShort: true);
        RvcConfig config = whole.Config;
        DemoPlan plan = whole with
        {
            Config = config with
            {
                Train = config.Train with { SegmentSamples = vocoder == Vocoder.RefineGan ? 1600 : 3200, DiscriminatorDivisor = 64 },
                Model = config.Model with
                {
                    InterChannels = 8,
                    HiddenChannels = 8,
                    FilterChannels = 8,
                    Layers = 1,
                    ResBlockKernels = [3],
                    ResBlockDilations = [[1]],
                    UpsampleInitialChannel = vocoder == Vocoder.RefineGan ? config.Model.UpsampleInitialChannel : 32,
                    GinChannels = 4,
                },
            },
        };
        using StringWriter output = new();
        Code = DemoCommand.Run(new DemoCommand.Options(new DirectoryInfo(Root), plan, Seed: 7, Threads: 0), output);
        Output = [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r'))];
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("rvcnative-demo-").FullName;

    public int Code { get; }

    public string[] Output { get; }

    public string Place(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

public partial class DemoCommandTests(ShortDemo demo) : IClassFixture<ShortDemo>
{
    [Fact]
    public void A_short_demo_succeeds_and_says_what_it_reached()
    {
        Assert.Equal(CommandLine.Done, demo.Code);
        string verdict = Assert.Single(demo.Output, line => line.StartsWith("mel loss: began at ", StringComparison.Ordinal));
        Match numbers = Verdict().Match(verdict);
        Assert.True(numbers.Success, verdict);
        double began = double.Parse(numbers.Groups[1].Value), reached = double.Parse(numbers.Groups[2].Value), percent = double.Parse(numbers.Groups[3].Value);
        Assert.InRange(reached, 1, began);
        Assert.InRange(percent, (100 * reached / began) - 1, (100 * reached / began) + 1);
        Assert.Contains("no claim", verdict, StringComparison.Ordinal);
        Assert.Contains(demo.Output, line => line.EndsWith($"open {demo.Place("index.html")}", StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_needs_nothing_but_its_folder()
    {
        string page = File.ReadAllText(demo.Place("index.html"));
        string[] mentioned = [.. References().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Equal(["converted.png", "converted.wav", "losses.png", "original.png", "original.wav"], mentioned.Where(name => !name.EndsWith(".md", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(mentioned, name => Assert.True(File.Exists(demo.Place(name)), name));
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_conversion_lasts_as_long_as_the_original_and_is_sound()
    {
        AudioBuffer original = WavFile.Read(demo.Place("original.wav")), converted = WavFile.Read(demo.Place("converted.wav"));
        Assert.Equal(32000, converted.SampleRateHz);
        Assert.Equal(original.Seconds, converted.Seconds, 2);
        Assert.InRange(converted.Samples.Max(Math.Abs), 0.001f, 1f);
    }

    [Fact]
    public void The_pictures_hold_a_picture()
    {
        foreach (string name in (string[])["original.png", "converted.png", "losses.png"])
        {
            PngImage picture = PngFile.Read(demo.Place(name));
            Assert.InRange(picture.Width, 800, 2000);
            Assert.True(picture.Pixels.Distinct().Count() > 20, name);
        }
    }

    [Fact]
    public void The_training_is_an_experiment_like_any_other()
    {
        string experiment = demo.Place(Path.Combine("logs", "demo"));
        Assert.True(File.Exists(Path.Combine(experiment, "rvcnative.json")));
        Assert.Contains("\"seed\": 7", File.ReadAllText(Path.Combine(experiment, "config.json")), StringComparison.Ordinal);
        string again = demo.Place("again.wav");
        (int code, _, string error) = Invocation.Run("infer", demo.Place("original.wav"), again, "--model", demo.Place(Path.Combine("weights", "demo.pth")), "--seed", "7");
        Assert.True(code == CommandLine.Done, error);
        Assert.Equal(File.ReadAllBytes(demo.Place("converted.wav")), File.ReadAllBytes(again));
    }

    [Fact]
    public void A_RefineGAN_goes_the_whole_way_too()
    {
        using ShortDemo refine = new(Vocoder.RefineGan);
        Assert.Equal(CommandLine.Done, refine.Code);
        Assert.Single(refine.Output, line => line.StartsWith("multi-scale mel loss: began at ", StringComparison.Ordinal));
        Assert.Contains("of version 2 with RefineGAN", File.ReadAllText(refine.Place("index.html")), StringComparison.Ordinal);
        (int code, string[] lines, string error) = Invocation.Run("info", refine.Place(Path.Combine("weights", "demo.pth")));
        Assert.True(code == CommandLine.Done, error);
        Assert.Contains("  vocoder: RefineGAN", lines);
        AudioBuffer converted = WavFile.Read(refine.Place("converted.wav"));
        Assert.Equal(WavFile.Read(refine.Place("original.wav")).Seconds, converted.Seconds, 2);
    }

    [Theory]
    [InlineData(Vocoder.HifiGan, 9)]
    [InlineData(Vocoder.MrfHifiGan, 9)]
    [InlineData(Vocoder.RefineGan, 9)]
    public void Every_vocoders_plan_is_a_configuration(Vocoder vocoder, int discriminators)
    {
        DemoPlan full = DemoPlan.Of(vocoder, isShort: false);
        string path = demo.Place($"{vocoder}.json");
        ConfigFile.Write(full.Config, path);
        RvcConfig read = ConfigFile.Read(path);
        Assert.Equal((vocoder, discriminators), (read.Model.Vocoder, read.Discriminators(DemoPlan.Version).Count));
        Assert.Equal(full.Config.MelLoss(), read.MelLoss());
        Assert.True(full.Epochs > DemoPlan.Of(vocoder, isShort: true).Epochs);
    }

    [Theory]
    [InlineData("--seed", "18446744073709551615")]
    [InlineData("--threads", "-1")]
    public void Settings_out_of_range_are_wrong_use(string option, string value)
    {
        (int code, _, string error) = Invocation.Run("demo", "--short", "--out", demo.Place("never"), option, value);
        Assert.Equal(CommandLine.WrongUse, code);
        Assert.Contains(option, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(demo.Place("never")));
    }

    [GeneratedRegex(@"began at ([\d.]+) \(mean of the first \d+ steps\), reached ([\d.]+) \(mean of the last \d+\): (\d+)% of where it began")]
    private static partial Regex Verdict();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex References();
}

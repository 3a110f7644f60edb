using RvcNative.Core.Cpu;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Pitch;
using RvcNative.Rvc.Tests.Verification;

namespace RvcNative.Rvc.Tests.Pitch;

public sealed class PitchMethodsTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("rvcnative-pitch-");
    private readonly CpuBackend _backend = new(2);

    public void Dispose()
    {
        _backend.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public void Without_weights_the_default_is_pyin_and_says_so()
    {
        IPitchExtractor pitch = Create(new PitchChoice(), out string? note);
        Assert.Equal("pyin", pitch.Name);
        Assert.Contains("assets fetch rmvpe", note);
        Assert.Equal("pyin", Create(new PitchChoice { Method = "pyin" }, out note).Name);
        Assert.Null(note);
    }

    [Theory]
    [InlineData("rmvpe", "assets/rmvpe/rmvpe.pt")]
    [InlineData("fcpe", "rvc/models/predictors/fcpe.pt")]
    [InlineData("crepe", "assets/pitch/crepe-full.pth")]
    public void Missing_weights_are_said_with_their_places_and_the_way_out(string method, string place)
    {
        string message = Assert.Throws<FileNotFoundException>(() => Create(new PitchChoice { Method = method }, out _)).Message;
        Assert.Contains(place, message);
        Assert.Contains($"assets fetch {method}", message);
        message = Assert.Throws<FileNotFoundException>(() => Create(new PitchChoice { Method = method, ModelPath = "nowhere.pt" }, out _)).Message;
        Assert.Contains("nowhere.pt", message);
    }

    [Fact]
    public void Weights_are_found_where_users_have_them()
    {
        foreach (string method in (string[])["rmvpe", "fcpe", "crepe", "crepe-tiny"])
        {
            foreach (string place in PitchMethods.Places(method).Reverse())
            {
                string path = Path.Combine(_root.FullName, place);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, "weights");
                Assert.Equal(path, PitchMethods.Find(method, _root.FullName));
                Assert.True(PitchMethods.IsAtHand(method, _root.FullName));
            }
        }
    }

    [Fact]
    public void A_range_is_for_those_that_have_one()
    {
        Assert.Equal("pm 80-400 Hz", Create(new PitchChoice { Method = "pm", LowestHz = 80, HighestHz = 400 }, out _).Name);
        Assert.Contains("--f0-min", Assert.Throws<ArgumentException>(() => Create(new PitchChoice { Method = "pyin", LowestHz = 80 }, out _)).Message);
        Assert.Throws<ArgumentException>(() => Create(new PitchChoice { Method = "pm", LowestHz = 800, HighestHz = 400 }, out _));
        Assert.Contains("no weights", Assert.Throws<ArgumentException>(() => Create(new PitchChoice { Method = "pm", ModelPath = "x.pt" }, out _)).Message);
    }

    [Theory]
    [InlineData("pm")]
    [InlineData("pm 60-500 Hz")]
    [InlineData("pm 62.5-1100 Hz")]
    public void A_recorded_name_is_found_again_as_the_same_extractor(string name)
    {
        PitchChoice trained = PitchMethods.AsTrained(new PitchChoice(), name, _root.FullName);
        Assert.Equal(name, Create(trained, out string? note).Name);
        Assert.Null(note);
    }

    [Fact]
    public void Applios_padding_and_a_network_range_are_part_of_what_a_voice_was_trained_with()
    {
        Assert.Equal(new PitchChoice { Method = "rmvpe", Padding = RmvpePadding.Applio }, PitchMethods.ChoiceOf("rmvpe-applio"));
        Assert.Equal(new PitchChoice { Method = "crepe-tiny", LowestHz = 60, HighestHz = 500 }, PitchMethods.ChoiceOf("crepe-tiny 60-500 Hz"));
        Assert.All((string[])["file", "harvest", "pm 60 Hz", "pm a-b Hz"], name => Assert.Null(PitchMethods.ChoiceOf(name)));
        PitchChoice named = new();
        Assert.Same(named, PitchMethods.AsTrained(named, "rmvpe-applio", _root.FullName));
        string weights = Path.Combine(_root.FullName, "assets/rmvpe/rmvpe.pt");
        Directory.CreateDirectory(Path.GetDirectoryName(weights)!);
        File.WriteAllText(weights, "weights");
        Assert.Equal(RmvpePadding.Applio, PitchMethods.AsTrained(named, "rmvpe-applio", _root.FullName).Padding);
        Assert.Equal(RmvpePadding.Mainline, PitchMethods.AsTrained(new PitchChoice { Padding = RmvpePadding.Mainline }, "rmvpe-applio", _root.FullName).Padding);
        Assert.Contains("--rmvpe-padding", Assert.Throws<ArgumentException>(() => Create(new PitchChoice { Method = "pyin", Padding = RmvpePadding.Applio }, out _)).Message);
    }

    [SkippableTheory]
    [InlineData("crepe-tiny", "crepe-tiny.pth")]
    [InlineData("fcpe", "fcpe_c_v001.pt")]
    public void Published_weights_hear_tones_and_no_silence(string method, string file)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(GoldenCases.Find("fcpe")))!, "weights", file);
        Skip.IfNot(File.Exists(path), $"{path} is not here");
        IPitchExtractor pitch = Create(new PitchChoice { Method = method, ModelPath = path }, out _);
        foreach (double hz in (double[])[110, 220, 330])
        {
            double[] found = pitch.Extract((float[])[.. Enumerable.Range(0, 16000).Select(i => (float)(0.3 * Enumerable.Range(1, 5).Sum(n => Math.Sin(2 * Math.PI * hz * n * i / 16000) / n)))]);
            Assert.Equal(100, found.Length);
            double[] inner = found[10..90];
            Array.Sort(inner);
            Assert.InRange(inner[40] / hz, 0.98, 1.02);
        }

        double[] swept = pitch.Extract(Chirp());
        for (int t = 15; t < 185; t++) Assert.InRange(swept[t] / (120 * Math.Pow(2, t / 100.0)), 0.95, 1.05);
        double[] silent = pitch.Extract(new float[8000]);
        Assert.True(silent.Count(hz => hz > 0) < 5, $"{silent.Count(hz => hz > 0)} of 50 silent frames are voiced");
        (pitch as IDisposable)?.Dispose();
    }

    private static float[] Chirp()
    {
        float[] wave = new float[32000];
        double phase = 0;
        for (int i = 0; i < wave.Length; i++)
        {
            phase += 2 * Math.PI * 120 * Math.Pow(2, i / 16000.0) / 16000;
            wave[i] = (float)(0.3 * Enumerable.Range(1, 5).Sum(n => Math.Sin(n * phase) / n));
        }

        return wave;
    }

    private IPitchExtractor Create(PitchChoice choice, out string? note) => PitchMethods.Create(choice, new PitchBackends(_backend), out note, _root.FullName);
}

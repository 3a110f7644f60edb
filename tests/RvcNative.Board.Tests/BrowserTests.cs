using System.Diagnostics;
using System.Text.Json;
using RvcNative.Audio;
using RvcNative.Formats.Png;
using RvcNative.Formats.TensorBoard;
using RvcNative.Rvc.Audition;

namespace RvcNative.Board.Tests;

/// <summary>The page as a person uses it, in Chromium without a window (scripts in Browser/), where that and node are installed.</summary>
public sealed class BrowserTests
{
    private const int Steps = 3000;
    private static readonly string s_scripts = Path.Combine(ScriptTests.Root(), "tests", "RvcNative.Board.Tests", "Browser");

    [SkippableFact]
    public async Task The_page_shows_and_does_what_it_says()
    {
        Skip.If(Chromium() is null, "chromium is not installed");
        await using BoardFixture board = await BoardFixture.Start();
        foreach (string run in (string[])["mira", "nora"]) WriteRun(board, run);
        WriteAudition(board);
        JsonElement found;
        using (CancellationTokenSource end = new())
        {
            Task writing = GoOn(board, end.Token);
            found = await Use(board);
            await end.CancelAsync();
            await writing;
        }

        Assert.Empty(Texts("faults"));
        Assert.Multiple(Curves, Records, Audition);

        void Curves()
        {
            Assert.Equal(["raw tags0.987", "averages0.500"], Texts("sliders"));
            Assert.Equal("""{"ignore outliers":true,"centred":false,"log axis":false,"hours instead of steps":false}""", found.GetProperty("checks").GetRawText());
            Assert.Equal(["mira", "nora"], Texts("shownRuns").Order());
            Assert.True(found.GetProperty("inked").GetInt32() > 1000);

            // Values lie between 10 and 12, one at 900 and one at -900; smoothed, they stay near 11.
            double[] without = Numbers("withoutOutliers"), with = Numbers("withOutliers"), centred = Numbers("centred"), logarithmic = Numbers("logarithmic");
            Assert.InRange(without[1] - without[0], 1, 3);
            Assert.InRange(with[1] - with[0], 1800, 2200);
            Assert.InRange(centred[1] - centred[0], 1, 60);
            Assert.InRange(logarithmic[0], 5, 10);
            Assert.Contains("2 values at or below 0", found.GetProperty("logarithmicNote").GetString());
            Assert.InRange(Numbers("hours")[1], 0.8, 1.5);

            double[] whole = Numbers("whole"), zoomed = Numbers("zoomed");
            Assert.InRange(zoomed[1] - zoomed[0], 0.1 * (whole[1] - whole[0]), 0.6 * (whole[1] - whole[0]));
            Assert.Contains("mira", found.GetProperty("tip").GetString());
            Assert.Equal(whole[0], Numbers("back")[0]);
            Assert.Matches(@"mira\s+\S+\s+\S+\s+\d\s", found.GetProperty("keyHome").GetString());
            double[] keyed = Numbers("keyZoomed");
            Assert.InRange(keyed[1] - keyed[0], 0.3 * (whole[1] - whole[0]), 0.5 * (whole[1] - whole[0]));
            Assert.All(Numbers("full"), share => Assert.InRange(share, 0.95, 1));
            Assert.InRange(found.GetProperty("left").GetDouble(), 0.1, 0.6);
            Assert.True(found.GetProperty("grew").GetBoolean());
            Assert.Empty(Texts("reached"));
        }

        void Records()
        {
            Assert.Contains("KL is at 0", Text("notices"));
            Assert.Contains("step 20", Text("lastStep"));
            Assert.Contains("step 15", Text("earlierStep"));
            Assert.Contains("mira epoch 10", Text("epochs"));
            Assert.Contains("nora its step 15 epoch 2", Text("epochs"));
            Assert.Equal(1, found.GetProperty("sounds").GetInt32());
            Assert.Contains("best", Text("validation"));
            Assert.Contains("2 held out", Text("validation"));
            Assert.Contains("2 files", Text("data"));
            Assert.Contains("dropped: silence", Text("data"));
            Assert.Contains("mira_e20_s40.pth", Text("saves"));
            Assert.Equal(["train.seed"], Texts("differs"));
            Assert.Equal(2, Texts("grounds").Distinct().Count());
        }

        void Audition()
        {
            JsonElement switched = found.GetProperty("switched"), live = found.GetProperty("live");
            Assert.InRange(switched.GetProperty("before").GetDouble(), 0, 1e-3);
            Assert.InRange(switched.GetProperty("after").GetDouble(), 0, 1e-3);
            Assert.InRange(switched.GetProperty("other").GetDouble(), 0.1, 2);
            Assert.InRange(switched.GetProperty("quietest").GetDouble(), 0.4, 1);
            Assert.Equal("""{"other":true,"isPlaying":true,"goesOn":true}""", live.GetRawText());

            Assert.Equal(["A", "B"], Texts("blindLetters"));
            Assert.Equal(0, found.GetProperty("blindTells").GetInt32());
            Assert.True(found.GetProperty("blindB").GetBoolean());
            Assert.True(Texts("blindSeen").Length > 1, "the same pair twelve times");
            int[][] tally = [.. Texts("tally").Select(line => line == "–" ? [0, 0, 0] : line.Split(" : ").Select(int.Parse).ToArray())];
            Assert.Equal((12, 12, 0), (tally.Sum(save => save[0]), tally.Sum(save => save[1]), tally.Sum(save => save[2])));
            Assert.Contains("0.91", Text("takes"));
            Assert.Equal(1000, found.GetProperty("difference").GetInt32());

            AuditionMarks marks = AuditionMarks.Read(board.Run("mira"));
            Assert.Equal(12, marks.Votes.Count);
            Assert.All(marks.Votes, vote => Assert.Equal(vote.Second, vote.Chosen));
            Assert.Equal([new SaveMark(20, 40, 4, "breathy <b>")], marks.Saves);
            Assert.Equal("voice 10", File.ReadAllText(Path.Combine(board.Weights, "mira.pth")));
        }

        string Text(string name) => found.GetProperty(name).GetString()!;

        string[] Texts(string name) => [.. found.GetProperty(name).EnumerateArray().Select(each => each.GetString()!)];

        double[] Numbers(string name) => [.. found.GetProperty(name).EnumerateArray().Select(each => each.GetDouble())];
    }

    private static async Task<JsonElement> Use(BoardFixture board)
    {
        ProcessStartInfo start = new("node", [Path.Combine(s_scripts, "page.mjs"), $"http://127.0.0.1:{board.Port}", Chromium()!]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = NodeScript.Start(start);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return JsonDocument.Parse(output).RootElement.Clone();
    }

    private static double Time(int step) => 1.7e9 + (1.2 * step);

    // A training that is under way while the page is looked at.
    private static async Task GoOn(BoardFixture board, CancellationToken end)
    {
        using EventFileWriter writer = new(board.Run("mira"));
        for (int step = Steps; !end.IsCancellationRequested; step++)
        {
            writer.Write(new TensorBoardEvent(Time(step), step, [new ScalarValue("loss/g/total", 11)]));
            await Task.Delay(200, CancellationToken.None);
        }
    }

    private static void WriteRun(BoardFixture board, string run)
    {
        Random random = new(run.Length + run[0]);
        using EventFileWriter own = new(board.Run(run)), eval = new(board.Run(run, "eval"));
        for (int step = 0; step < Steps; step++)
        {
            float value = step switch { 1000 => 900, 2000 => -900, _ => 10 + (2 * random.NextSingle()) };
            own.Write(new TensorBoardEvent(Time(step), step, [new ScalarValue("loss/g/total", value), new ScalarValue("learning_rate", 1e-4f)]));
            if (step % 50 == 0) eval.Write(new TensorBoardEvent(Time(step), step, [new ScalarValue("loss_avg_50/g/mel", 20 - (step * 0.001f))]));
        }

        if (run == "nora")
        {
            // No save of it is kept; two epochs have ended.
            own.Image("all/mel", new PngImage(30, 20, 3, new byte[1800]), 15);
            foreach (int step in (int[])[8, 16]) eval.Scalar("loss/g/mel", 19, step);
            return;
        }

        foreach (int step in (int[])[10, 20]) own.Image("all/mel", new PngImage(30, 20, 3, [.. Enumerable.Range(0, 1800).Select(i => (byte)(i + step))]), step);
        eval.Audio("gen/audio", [.. Enumerable.Range(0, 800).Select(i => MathF.Sin(i * 0.2f))], 16000, 20);
        foreach ((string name, string content) in (ReadOnlySpan<(string, string)>)
        [
            ("warnings", """[{"kind":"kl","step":7,"epoch":1,"text":"KL is at 0"}]"""),
            ("dataset", """
                {"files":[{"file":"one.wav","sample_rate_hz":40000,"samples":80000,"speaker":0,"peak":0.5,"clipped_share":0,"slices":[{"samples":60000,"use":"train"}],"dropped":[{"samples":20000,"reason":"silence"}]},
                {"file":"two.wav","sample_rate_hz":40000,"samples":40000,"speaker":0,"peak":0.9,"clipped_share":0,"slices":[{"samples":40000,"use":"held_out"}],"dropped":[]}]}
                """),
            ("validation", """
                {"setting":"auto","held_out":[{},{}],"saves":[{"epoch":10,"step":20,"best":false,"sets":[{"set":"held_out","clips":2,"mel_l1":{"mean":0.97,"sd":0.1},"stft":{"mean":2,"sd":0.1},"f0_cents":{"mean":60,"sd":5},"vuv":{"mean":0.1,"sd":0.01}}]},
                {"epoch":20,"step":40,"best":true,"sets":[{"set":"held_out","clips":2,"mel_l1":{"mean":0.91,"sd":0.1},"stft":{"mean":1.9,"sd":0.1},"f0_cents":{"mean":50,"sd":5},"vuv":{"mean":0.1,"sd":0.01}}]}]}
                """),
            ("saves", """[{"epoch":20,"step":40,"state":"good","voice":{"file":"mira_e20_s40.pth"}}]"""),
        ]) File.WriteAllText(board.Run("mira", $"{name}.json"), content);
        File.WriteAllText(board.Run("mira", "config.json"), """{"train":{"seed":1,"epochs":50}}""");
        File.WriteAllText(board.Run("nora", "config.json"), """{"train":{"seed":2,"epochs":50}}""");
    }

    // Three saves of one clip, each a noise of its own.
    private static void WriteAudition(BoardFixture board)
    {
        AuditionFolder folder = new(board.Run("mira"));
        Directory.CreateDirectory(folder.Root);
        string clip = AuditionFolder.ClipId(new string('a', 64));
        Noise(folder.ClipWave(clip), 1);
        folder.Add(new AuditionClip(clip, "verse.wav", new string('a', 64), 0.9, 16000));
        for (int epoch = 10; epoch <= 30; epoch += 10)
        {
            string id = AuditionFolder.RenderId($"voice {epoch}", clip, "pitch 0");
            Noise(folder.RenderWave(id), epoch);
            folder.Add(new AuditionRender(id, epoch, 2 * epoch, $"mira_e{epoch}_s{2 * epoch}.pth", "", clip, "pitch 0", 0.9, 16000, DateTime.UtcNow));
            board.Voice($"mira_e{epoch}_s{2 * epoch}.pth", $"voice {epoch}");
        }

        static void Noise(string path, int seed)
        {
            Random random = new(seed);
            WavFile.Write(path, [.. Enumerable.Range(0, 14400).Select(_ => random.NextSingle() - 0.5f)], 16000);
        }
    }

    private static string? Chromium() => ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);
}

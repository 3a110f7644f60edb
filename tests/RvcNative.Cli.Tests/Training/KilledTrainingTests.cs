using System.Text.Json;
using System.Text.RegularExpressions;

namespace RvcNative.Cli.Tests.Training;

/// <summary>
/// A process that is ended at any moment loses what came after its last save and nothing else. RVCNATIVE_KILLS says how many random moments to try, where
/// ten are not enough; the training then has as many epochs.
/// </summary>
public sealed class KilledTrainingTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    [Fact]
    public void Killed_at_random_moments_and_gone_on_is_the_whole()
    {
        (SortedDictionary<string, string> whole, TimeSpan length) = voice.Whole;
        Random random = new(20_240_607);
        int wanted = int.TryParse(Environment.GetEnvironmentVariable("RVCNATIVE_KILLS"), out int number) ? number : 10, epochs = Math.Max(wanted, PreparedRun.Epochs);
        if (epochs > PreparedRun.Epochs) Finish(voice.NewRun(), out whole, epochs);
        PreparedRun run = voice.NewRun();
        for (int kills = 0; kills < wanted;)
        {
            bool hasSave = File.Exists(run["rvcnative.json"]);
            using TrainProcess process = run.Start(epochs);
            bool begun = process.WaitForLine(_ => true);
            if (begun && !process.EndsWithin(random.NextDouble() * length / 2))
            {
                process.Kill();
                kills++;
                Assert.False(hasSave && process.Output.Contains("beginning from", StringComparison.Ordinal), process.Output);
                continue;
            }

            Assert.True(process.WaitForEnd() == 0, process.Output);
            Assert.Equal(whole, run.Saves());
            run = voice.NewRun();
        }

        Finish(run, out SortedDictionary<string, string> broken, epochs);
        Assert.Equal(whole, broken);
    }

    [Fact]
    public void Killed_while_it_saves_and_gone_on_is_the_whole()
    {
        SortedDictionary<string, string> whole = voice.Whole.Saves;
        PreparedRun run = voice.NewRun();
        string[] moments =
        [
            ".saving/G_2333333.pth.tmp", ".saving/G_2333333.pth", ".saving/D_2333333.pth.tmp", ".saving/D_2333333.pth", "rvcnative.json.tmp", ".saving",
        ];
        int kills = 0;
        foreach (string moment in moments)
        {
            using TrainProcess process = run.Start();
            while (!process.HasExited && !Path.Exists(run[moment])) Thread.SpinWait(100);
            if (process.HasExited) continue;
            process.Kill();
            kills++;
        }

        Assert.True(kills > 0, "no kill fell into a save");
        Finish(run, whole);
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void Asked_to_stop_it_saves_and_gone_on_is_the_whole(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent by kill");
        SortedDictionary<string, string> whole = voice.Whole.Saves;
        PreparedRun run = voice.NewRun();
        using (TrainProcess process = run.Start())
        {
            Assert.True(process.WaitForLine(line => line.StartsWith("epoch ", StringComparison.Ordinal)), process.Output);
            process.Send(signal);
            Assert.Equal(CommandLine.Interrupted, process.WaitForEnd());

            // Right after a save there is nothing new; in either case the save that lies there is of the step that is told.
            Match told = Regex.Match(process.Output, @"interrupted; (saved at|nothing to save since) step (\d+), go on with the same command");
            Assert.True(told.Success, process.Output);
            using JsonDocument state = JsonDocument.Parse(File.ReadAllText(run["rvcnative.json"]));
            Assert.Equal(told.Groups[2].Value, $"{state.RootElement.GetProperty("global_step").GetInt64()}");
        }

        Assert.True(File.Exists(run["G_2333333.pth"]) && File.Exists(run["D_2333333.pth"]) && File.Exists(run["rvcnative.json"]));
        Finish(run, whole);
    }

    private static void Finish(PreparedRun run, SortedDictionary<string, string> whole)
    {
        Finish(run, out SortedDictionary<string, string> saves);
        Assert.Equal(whole, saves);
    }

    private static void Finish(PreparedRun run, out SortedDictionary<string, string> saves, int epochs = PreparedRun.Epochs)
    {
        (int code, string output, string error) = run.Train(epochs);
        Assert.True(code == CommandLine.Done, output + error);
        Assert.False(Directory.Exists(run[".saving"]));
        saves = run.Saves();
    }
}

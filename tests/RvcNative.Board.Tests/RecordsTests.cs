using System.Text.Json;

namespace RvcNative.Board.Tests;

/// <summary>The files that a training keeps about itself.</summary>
public sealed class RecordsTests
{
    [Theory]
    [InlineData("warnings", """[{"kind":"kl","step":7,"epoch":1,"text":"KL is at 0"}]""")]
    [InlineData("dataset", """{"files":[],"totals":{"input_seconds":1.5}}""")]
    [InlineData("validation", """{"held_out":[],"saves":[]}""")]
    [InlineData("saves", "[]")]
    [InlineData("config", """{"train":{"seed":1234}}""")]
    [InlineData("manifest", """{"seed":3}""")]
    public async Task A_record_is_given_as_it_is_and_its_absence_or_damage_is_told(string name, string content)
    {
        await using BoardFixture board = await BoardFixture.Start();
        string path = board.Run("mira", $"{name}.json"), address = $"/api/runs/mira/records/{name}";
        Assert.False((await board.Get(address)).GetProperty("present").GetBoolean());

        File.WriteAllText(path, content);
        JsonElement present = await board.Get(address);
        Assert.Equal(content, present.GetProperty("content").GetRawText());

        File.WriteAllText(path, content[..^1]);
        JsonElement damaged = await board.Get(address);
        Assert.Contains(path, damaged.GetProperty("problem").GetString());
        Assert.False(damaged.TryGetProperty("content", out _));
        Assert.Empty(board.Faults);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_without_silence()
    {
        await using BoardFixture board = await BoardFixture.Start();
        foreach ((string name, int day) in (ReadOnlySpan<(string, int)>)[("old", 1), ("new", 3), ("middle", 2), ("mute", 4)])
        {
            string file = board.Run(name, "events.out.tfevents.1.x.1.0");
            File.WriteAllBytes(file, []);
            File.SetLastWriteTimeUtc(file, new DateTime(2031, 1, day));
        }

        board.Run(".aside");
        JsonElement[] runs = [.. (await board.Get("/api/runs")).GetProperty("runs").EnumerateArray()];
        Assert.Equal(["new", "middle", "old"], runs.Select(run => run.GetProperty("name").GetString()));
        Assert.All(runs, run => Assert.True(run.GetProperty("has_events").GetBoolean()));
    }

    [Fact]
    public async Task A_logs_folder_that_is_not_there_yet_is_told_of()
    {
        await using BoardFixture board = await BoardFixture.Start();
        Directory.Delete(board.Logs);
        JsonElement answer = await board.Get("/api/runs");
        Assert.False(answer.GetProperty("logs_exist").GetBoolean());
        Assert.Equal(0, answer.GetProperty("runs").GetArrayLength());
    }
}

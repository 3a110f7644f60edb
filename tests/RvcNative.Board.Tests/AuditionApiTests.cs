using System.Net;
using System.Text.Json;
using RvcNative.Formats.Png;
using RvcNative.Rvc.Audition;

namespace RvcNative.Board.Tests;

/// <summary>Renders, marks, votes and the choice of a save.</summary>
public sealed class AuditionApiTests
{
    [Fact]
    public async Task Marks_and_votes_are_kept_in_the_file_and_told_again()
    {
        await using BoardFixture board = await BoardFixture.Start();
        string folder = board.Run("mira");
        (HttpStatusCode status, JsonElement body) = await Mark(20, 400, 4, "warm, \"s\" too sharp\n<b>");
        Assert.Equal(HttpStatusCode.OK, status);
        await Mark(10, 200, 2, "");
        await Mark(20, 400, 5, "changed");
        await Vote("e10_s200", "e20_s400", "e20_s400");
        (_, body) = await Vote("e20_s400", "e10_s200", null);
        Assert.Equal(2, body.GetProperty("votes").GetArrayLength());

        AuditionMarks kept = AuditionMarks.Read(folder);
        Assert.Equal([new SaveMark(10, 200, 2), new SaveMark(20, 400, 5, "changed")], kept.Saves);
        Assert.Equal(["e20_s400", null], kept.Votes.Select(vote => vote.Chosen));
        JsonElement told = await board.Get("/api/runs/mira/audition");
        Assert.Equal("changed", told.GetProperty("marks")[1].GetProperty("note").GetString());
        Assert.Equal(JsonValueKind.Null, told.GetProperty("votes")[1].GetProperty("chosen").ValueKind);

        Task<(HttpStatusCode, JsonElement)> Mark(int epoch, long step, int stars, string note) =>
            board.Send(HttpMethod.Put, "/api/runs/mira/audition/mark", new { epoch, step, stars, note });

        Task<(HttpStatusCode, JsonElement)> Vote(string first, string second, string? chosen) =>
            board.Send(HttpMethod.Post, "/api/runs/mira/audition/vote", new { clip = "00", first, second, chosen });
    }

    [Fact]
    public async Task Votes_that_come_at_once_are_all_kept()
    {
        await using BoardFixture board = await BoardFixture.Start();
        string folder = board.Run("mira");
        await Task.WhenAll(Enumerable.Range(1, 24).Select(i =>
            board.Send(HttpMethod.Post, "/api/runs/mira/audition/vote", new { clip = $"{i}", first = "e1_s1", second = $"e2_s{i}", chosen = "e1_s1" })));
        Assert.Equal(Enumerable.Range(1, 24), AuditionMarks.Read(folder).Votes.Select(vote => int.Parse(vote.Clip)).Order());
    }

    [Theory]
    [InlineData("mark", """{"epoch":1,"step":2,"stars":6}""")]
    [InlineData("mark", """{"epoch":1,"step":2,"stars":-1}""")]
    [InlineData("mark", """{"epoch":1,"step":2.5,"stars":1}""")]
    [InlineData("mark", """{"epoch":1,"step":2,"stars":1,"note":7}""")]
    [InlineData("mark", """[1]""")]
    [InlineData("mark", """{"epoch":""")]
    [InlineData("vote", """{"clip":"c","first":"a","second":"b","chosen":"c"}""")]
    [InlineData("vote", """{"clip":"c","first":"a","second":"a","chosen":"a"}""")]
    [InlineData("vote", """{"clip":"c","first":"a"}""")]
    public async Task What_makes_no_sense_is_refused_and_nothing_is_written(string what, string body)
    {
        await using BoardFixture board = await BoardFixture.Start();
        string folder = board.Run("mira");
        using HttpRequestMessage request = new(what == "mark" ? HttpMethod.Put : HttpMethod.Post, $"/api/runs/mira/audition/{what}")
        {
            Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };
        using HttpResponseMessage answer = await board.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_form_of_another_site_changes_nothing()
    {
        await using BoardFixture board = await BoardFixture.Start();
        board.Voice("mira_e1_s2.pth", "one");
        board.Run("mira");
        foreach (string type in (string[])["text/plain", "application/x-www-form-urlencoded"])
        {
            using StringContent content = new("""{"epoch":1,"step":2}""", new System.Net.Http.Headers.MediaTypeHeaderValue(type));
            using HttpResponseMessage answer = await board.Client.PostAsync("/api/runs/mira/audition/pick", content);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        }

        Assert.False(File.Exists(Path.Combine(board.Weights, "mira.pth")));
    }

    [Fact]
    public async Task A_chosen_save_becomes_the_voice_and_what_stood_there_is_kept()
    {
        await using BoardFixture board = await BoardFixture.Start();
        board.Run("mira");
        foreach ((string file, string contents) in (ReadOnlySpan<(string, string)>)[("mira_e5_s50.pth", "five"), ("mira_e10_s100.pth", "ten"), ("mira_2_e9_s9.pth", "another voice's")])
            board.Voice(file, contents);
        JsonElement saves = (await board.Get("/api/runs/mira/audition")).GetProperty("saves");
        Assert.Equal([50, 100], saves.EnumerateArray().Select(save => save.GetProperty("step").GetInt32()));

        Assert.Equal("five", await Picked(5, 50));
        Assert.Equal(4, Directory.GetFiles(board.Weights).Length);
        Assert.Equal("ten", await Picked(10, 100));
        Assert.Equal("five", File.ReadAllText(Path.Combine(board.Weights, "mira.pth.bak")));
        Assert.Equal("ten", await Picked(10, 100));
        board.Voice("mira.pth", "made by hand");
        Assert.Equal("five", await Picked(5, 50));
        Assert.Equal("made by hand", File.ReadAllText(Path.Combine(board.Weights, "mira.pth.bak2")));
        Assert.Equal("five", File.ReadAllText(Path.Combine(board.Weights, "mira.pth.bak")));
        Assert.Equal(6, Directory.GetFiles(board.Weights).Length);
        (HttpStatusCode missing, _) = await board.Send(HttpMethod.Post, "/api/runs/mira/audition/pick", new { epoch = 5, step = 51 });
        Assert.Equal(HttpStatusCode.NotFound, missing);

        async Task<string> Picked(int epoch, long step)
        {
            (HttpStatusCode status, JsonElement body) = await board.Send(HttpMethod.Post, "/api/runs/mira/audition/pick", new { epoch, step });
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains($"epoch {epoch}", body.GetProperty("said").GetString());
            return File.ReadAllText(Path.Combine(board.Weights, "mira.pth"));
        }
    }

    [Fact]
    public async Task Renders_are_played_and_pictured()
    {
        await using BoardFixture board = await BoardFixture.Start();
        AuditionFolder folder = new(board.Run("mira"));
        Directory.CreateDirectory(folder.Root);
        (string a, string b) = (Add(10, 0.02f), Add(20, 0.2f));
        JsonElement state = await board.Get("/api/runs/mira/audition");
        Assert.Equal([10, 20], state.GetProperty("renders").EnumerateArray().Select(render => render.GetProperty("epoch").GetInt32()));
        Assert.Equal(File.ReadAllBytes(folder.RenderWave(b)), await board.Client.GetByteArrayAsync($"/api/runs/mira/audition/render?id={b}"));
        PngImage louder = await Picture($"difference?a={a}&b={b}"), quieter = await Picture($"difference?a={b}&b={a}"), same = await Picture($"difference?a={a}&b={a}");

        // The second is 20 dB louder in every band that sounds: red; the other way round blue; with itself the colour of no difference.
        Assert.True(Mean(louder, 0) > Mean(louder, 2) + 40 && Mean(quieter, 2) > Mean(quieter, 0) + 40);
        Assert.All(same.Pixels, value => Assert.Equal(250, value));
        Assert.Equal(same.Width, (await Picture($"spectrogram?id={a}")).Width);

        string Add(int epoch, float level)
        {
            string id = AuditionFolder.RenderId($"voice {epoch}", "clip", "settings");
            Random random = new(5);
            Audio.WavFile.Write(folder.RenderWave(id), [.. Enumerable.Range(0, 12000).Select(_ => level * (random.NextSingle() - 0.5f))], 24000);
            folder.Add(new AuditionRender(id, epoch, epoch * 10, "mira.pth", "00", "clip", "settings", 0.5, 24000, DateTime.UtcNow));
            return id;
        }

        async Task<PngImage> Picture(string what) => PngFile.Decode(await board.Client.GetByteArrayAsync($"/api/runs/mira/audition/{what}"), what);

        static double Mean(PngImage image, int channel) => image.Pixels.Where((_, i) => i % 3 == channel).Average(value => value);
    }
}

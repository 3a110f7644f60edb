using System.Text.Json;
using RvcNative.Formats.Png;
using RvcNative.Formats.Safetensors;
using RvcNative.Formats.TensorBoard;

namespace RvcNative.Board.Tests;

/// <summary>Runs of mainline and Applio, which have event files of PyTorch's SummaryWriter and none of our records.</summary>
public sealed class ForeignRunsTests
{
    private static readonly string s_golden = Path.Combine(ScriptTests.Root(), "tests", "golden", "tensorboard");

    // Mainline logs into the run's folder, Applio into eval/ alone.
    [Theory]
    [InlineData("")]
    [InlineData("eval")]
    public async Task Curves_and_pictures_of_PyTorchs_writer_are_shown_as_they_were_written(string source)
    {
        await using BoardFixture board = await BoardFixture.Start();
        File.Copy(Path.Combine(s_golden, "events.out.tfevents.golden"), board.Run("mira", source, "events.out.tfevents.1760000000.host.7.0"));
        SafetensorsFile expected = SafetensorsFile.Read(Path.Combine(s_golden, "expected.safetensors"));

        JsonElement listing = await board.Get("/api/runs/mira/curves");
        Assert.All(listing.GetProperty("curves").EnumerateArray().Concat(listing.GetProperty("media").EnumerateArray()), each => Assert.Equal(source, each.GetProperty("source").GetString()));
        foreach (string tag in (string[])["loss/g/total", "loss/d/total", "learning_rate"])
        {
            byte[] bytes = await board.Client.GetByteArrayAsync($"/api/columns?run=mira&source={source}&tag={Uri.EscapeDataString(tag)}&columns=8000&weight=0&axis=steps&positive=0");
            Assert.Equal(expected["scalar_" + tag.Replace('/', '_')].ToFloat32(), Assert.Single(ColumnAnswer.All(bytes)).Last);
        }

        JsonElement media = listing.GetProperty("media").EnumerateArray().Single(each => each.GetProperty("kind").GetString() == "image");
        string named = $"source={source}&tag={Uri.EscapeDataString(media.GetProperty("tag").GetString()!)}";
        int step = (await board.Get($"/api/runs/mira/media?{named}")).GetProperty("steps")[0].GetInt32();
        PngImage image = PngFile.Decode(await board.Client.GetByteArrayAsync($"/api/runs/mira/media/item?{named}&step={step}"), "served");
        Assert.Equal(expected["image"].Data, image.Pixels);

        // What they do not keep is missing, not wrong.
        foreach (string record in (string[])["warnings", "dataset", "validation", "saves", "manifest"])
            Assert.False((await board.Get($"/api/runs/mira/records/{record}")).GetProperty("present").GetBoolean());
        Assert.Equal(0, (await board.Get("/api/runs/mira/audition")).GetProperty("renders").GetArrayLength());
    }

    [Fact]
    public async Task Runs_of_all_three_are_shown_in_one_answer_each_with_its_own_points()
    {
        await using BoardFixture board = await BoardFixture.Start();
        File.Copy(Path.Combine(s_golden, "events.out.tfevents.golden"), board.Run("theirs", "events.out.tfevents.1760000000.host.7.0"));
        using EventFileWriter writer = new(board.Run("ours"));
        for (int step = 0; step < 5; step++) writer.Scalar("loss/g/total", step, step);
        byte[] bytes = await board.Client.GetByteArrayAsync("/api/columns?run=ours&run=theirs&run=ours&source=&tag=loss%2Fg%2Ftotal&columns=500&weight=0.5&axis=hours&positive=0");
        List<ColumnAnswer> answers = ColumnAnswer.All(bytes);
        Assert.Equal([5, SafetensorsFile.Read(Path.Combine(s_golden, "expected.safetensors"))["scalar_loss_g_total"].ToFloat32().Length, 5], answers.Select(answer => answer.Count));
        Assert.Equal(answers[0].Last, answers[2].Last);
    }

    [Theory]
    [InlineData("columns=0")]
    [InlineData("columns=100000")]
    [InlineData("weight=1")]
    [InlineData("weight=NaN")]
    [InlineData("axis=days")]
    [InlineData("from=0")]
    [InlineData("from=0&to=x")]
    [InlineData("run=none")]
    [InlineData("tag=none")]
    public async Task What_makes_no_sense_is_refused(string wrong)
    {
        await using BoardFixture board = await BoardFixture.Start();
        using (EventFileWriter writer = new(board.Run("mira"))) writer.Scalar("a", 1, 1);
        Dictionary<string, string> query = new() { ["run"] = "mira", ["source"] = "", ["tag"] = "a", ["columns"] = "100", ["weight"] = "0", ["axis"] = "steps", ["positive"] = "0" };
        Assert.True((await Ask("")).IsSuccessStatusCode);
        Assert.InRange((int)(await Ask(wrong)).StatusCode, 400, 404);
        Assert.Empty(board.Faults);

        Task<HttpResponseMessage> Ask(string changes)
        {
            Dictionary<string, string> asked = new(query);
            foreach (string change in changes.Split('&', StringSplitOptions.RemoveEmptyEntries)) asked[change.Split('=')[0]] = change.Split('=')[1];
            return board.Client.GetAsync($"/api/columns?{string.Join('&', asked.Select(pair => $"{pair.Key}={pair.Value}"))}");
        }
    }
}

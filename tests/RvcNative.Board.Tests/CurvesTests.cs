using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using RvcNative.Formats.Png;
using RvcNative.Formats.TensorBoard;

namespace RvcNative.Board.Tests;

/// <summary>Event files of a run, as they grow.</summary>
public sealed class CurvesTests
{
    [Fact]
    public async Task Tags_of_the_run_and_of_eval_are_told_apart()
    {
        await using BoardFixture board = await BoardFixture.Start();
        using EventFileWriter own = new(board.Run("mira")), eval = new(Path.Combine(board.Run("mira"), "eval"));
        own.Scalar("loss/g/total", 3, 1);
        eval.Scalar("loss/g/total", 4, 10);
        eval.Scalar("loss/g/total", 5, 20);
        Assert.Equal([("", "loss/g/total", 1), ("eval", "loss/g/total", 2)], (await Curves(board)).Select(curve => (curve.Source, curve.Tag, curve.Count)).Order());
        PointsAnswer points = await Points(board, "eval", "loss/g/total");
        Assert.Equal([4f, 5f], points.Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(-1)]
    [InlineData(-5)]
    public async Task A_half_written_record_waits_until_it_is_whole(int cut)
    {
        await using BoardFixture board = await BoardFixture.Start();
        string path;
        long before;
        using (EventFileWriter writer = new(board.Run("mira")))
        {
            for (int step = 0; step < 7; step++) writer.Scalar("a", step * 1.5f, step);
            before = new FileInfo(path = writer.FilePath).Length;
            writer.Scalar("a", 99, 7);
        }

        byte[] bytes = File.ReadAllBytes(path);
        int whole = cut > 0 ? (int)before + cut : bytes.Length + cut;
        File.WriteAllBytes(path, bytes[..whole]);
        Curve seen = Assert.Single(await Curves(board));
        Assert.Equal(7, seen.Count);

        using (FileStream stream = File.Open(path, FileMode.Append)) stream.Write(bytes.AsSpan(whole));
        Curve later = await Until(board, curve => curve.Count == 8);
        Assert.Equal(seen.Generation, later.Generation);
        PointsAnswer points = await Points(board, "", "a");
        Assert.Equal((8, seen.Generation), (points.Count, points.Generation));
        Assert.Equal([0.0, 1, 2, 3, 4, 5, 6, 7], points.Steps);
        Assert.Equal([0f, 1.5f, 3, 4.5f, 6, 7.5f, 9, 99], points.Values);
    }

    [Fact]
    public async Task A_file_that_grows_is_read_on_from_where_it_ended()
    {
        await using BoardFixture board = await BoardFixture.Start();
        using EventFileWriter writer = new(board.Run("mira"));
        Random random = new(8);
        List<float> written = [];
        for (int round = 0; round < 4; round++)
        {
            for (int i = random.Next(1, 50); i > 0; i--)
            {
                written.Add(random.NextSingle());
                writer.Scalar("a", written[^1], written.Count);
            }

            await Until(board, curve => curve.Count == written.Count);
            PointsAnswer points = await Points(board, "", "a");
            Assert.Equal(written, points.Values);
        }
    }

    [Fact]
    public async Task Steps_that_go_back_replace_what_followed_and_a_reader_is_told()
    {
        await using BoardFixture board = await BoardFixture.Start();
        using EventFileWriter first = new(board.Run("mira"));
        for (int step = 0; step < 10; step++) first.Scalar("a", step, step);
        Curve before = Assert.Single(await Curves(board));

        // Killed at step 9, gone on from the save of step 6.
        using EventFileWriter second = new(board.Run("mira"));
        for (int step = 6; step < 12; step++) second.Scalar("a", -step, step);
        Curve after = await Until(board, curve => curve.Count == 12);
        PointsAnswer points = await Points(board, "", "a");
        Assert.NotEqual(before.Generation, after.Generation);
        Assert.Equal(after.Generation, points.Generation);
        Assert.Equal([0, 1, 2, 3, 4, 5, -6, -7, -8, -9, -10, -11], points.Values);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], points.Steps);
    }

    [Fact]
    public async Task A_file_that_was_replaced_is_read_anew()
    {
        await using BoardFixture board = await BoardFixture.Start();
        using (EventFileWriter writer = new(board.Run("mira"))) for (int step = 0; step < 30; step++) writer.Scalar("a", step, step);
        Curve before = Assert.Single(await Curves(board));
        File.Delete(Directory.GetFiles(board.Run("mira")).Single());
        using EventFileWriter again = new(board.Run("mira"));
        again.Scalar("a", 5, 3);
        await Until(board, curve => curve.Count == 1);
        PointsAnswer points = await Points(board, "", "a");
        Assert.NotEqual(before.Generation, points.Generation);
        Assert.Equal([5f], points.Values);
    }

    [Fact]
    public async Task A_link_to_an_event_file_is_read_like_the_file()
    {
        await using BoardFixture board = await BoardFixture.Start();
        using EventFileWriter writer = new(board.Run("elsewhere"));
        for (int step = 0; step < 40; step++) writer.Scalar("a", step, step);
        try
        {
            File.CreateSymbolicLink(board.Run("mira", Path.GetFileName(writer.FilePath)), writer.FilePath);
        }
        catch (Exception failure) when (OperatingSystem.IsWindows() && failure is IOException or UnauthorizedAccessException)
        {
            return;
        }

        Curve before = Assert.Single(await Curves(board));
        writer.Scalar("a", 40, 40);
        Curve after = await Until(board, curve => curve.Count == 41);
        Assert.Equal(before.Generation, after.Generation);
    }

    [Fact]
    public async Task A_damaged_file_is_told_of_and_its_whole_records_are_shown()
    {
        await using BoardFixture board = await BoardFixture.Start();
        string path;
        using (EventFileWriter writer = new(board.Run("mira")))
        {
            for (int step = 0; step < 5; step++) writer.Scalar("a", step, step);
            path = writer.FilePath;
        }

        byte[] bytes = File.ReadAllBytes(path);
        bytes[^10] ^= 1;
        File.WriteAllBytes(path, bytes);
        JsonElement answer = await board.Get("/api/runs/mira/curves");
        Assert.Equal(4, answer.GetProperty("curves")[0].GetProperty("count").GetInt32());
        Assert.Contains("is damaged", Assert.Single(answer.GetProperty("problems").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Images_and_sounds_come_as_they_were_written()
    {
        await using BoardFixture board = await BoardFixture.Start();
        using EventFileWriter writer = new(board.Run("mira"));
        PngImage image = new(3, 2, 3, [.. Enumerable.Range(0, 18).Select(i => (byte)(i * 14))]);
        writer.Scalar("a", 1, 4);
        writer.Image("all/mel", new PngImage(1, 1, 1, [9]), 4);
        writer.Image("all/mel", image, 9);
        writer.Audio("gen/audio", [0, 0.5f, -1], 16000, 9);
        JsonElement steps = await board.Get("/api/runs/mira/media?source=&tag=all%2Fmel");
        Assert.Equal([4, 9], steps.GetProperty("steps").EnumerateArray().Select(step => step.GetInt32()));
        byte[] png = await board.Client.GetByteArrayAsync("/api/runs/mira/media/item?source=&tag=all%2Fmel&step=9");
        Assert.Equal(image.Pixels, PngFile.Decode(png, "served").Pixels);
        byte[] wav = await board.Client.GetByteArrayAsync("/api/runs/mira/media/item?source=&tag=gen%2Faudio&step=9");
        Assert.Equal([0, 16383, -32767], MemoryMarshal.Cast<byte, short>(wav.AsSpan(44)).ToArray());
        using HttpResponseMessage missing = await board.Client.GetAsync("/api/runs/mira/media/item?source=&tag=all%2Fmel&step=5");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static async Task<List<Curve>> Curves(BoardFixture board) =>
    [
        .. (await board.Get("/api/runs/mira/curves")).GetProperty("curves").EnumerateArray().Select(curve => new Curve(
            curve.GetProperty("source").GetString()!, curve.GetProperty("tag").GetString()!, curve.GetProperty("count").GetInt32(),
            long.Parse(curve.GetProperty("generation").GetString()!))),
    ];

    // The board looks at files again after a moment.
    private static async Task<Curve> Until(BoardFixture board, Func<Curve, bool> isThere)
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            if ((await Curves(board)).FirstOrDefault(isThere) is { } curve) return curve;
            await Task.Delay(25);
        }

        throw new TimeoutException("the curve did not become what was written");
    }

    // With so many columns that each point has its own.
    private static async Task<PointsAnswer> Points(BoardFixture board, string source, string tag)
    {
        byte[] bytes = await board.Client.GetByteArrayAsync(
            $"/api/columns?run=mira&source={source}&tag={Uri.EscapeDataString(tag)}&columns=8000&weight=0&axis=steps&positive=0");
        ColumnAnswer answer = Assert.Single(ColumnAnswer.All(bytes));
        return new PointsAnswer(answer.Count, answer.Generation, answer.Steps, answer.Last);
    }

    private sealed record Curve(string Source, string Tag, int Count, long Generation);

    private sealed record PointsAnswer(int Count, long Generation, double[] Steps, float[] Values);
}

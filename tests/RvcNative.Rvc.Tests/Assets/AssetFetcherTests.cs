using System.Security.Cryptography;
using RvcNative.Rvc.Assets;

namespace RvcNative.Rvc.Tests.Assets;

/// <summary>Every fault of a server ends in the right file or in a clear error, and what was there before is still there.</summary>
public sealed class AssetFetcherTests : IDisposable
{
    private const string Place = "rmvpe/rmvpe.pt", Tag = "\"first\"", Old = "an older file";
    private static readonly DownloadPatience s_patient = new(TimeSpan.FromSeconds(20), 3, TimeSpan.FromMilliseconds(1));
    private static readonly DownloadPatience s_hasty = s_patient with { Stall = TimeSpan.FromMilliseconds(400) };
    private static readonly byte[] s_file = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 / 7))];
    private readonly string _root = Directory.CreateTempSubdirectory("rvcnative-assets-").FullName;

    private string Target => Path.Combine(_root, "rmvpe", "rmvpe.pt");

    private string Part => Target + ".part";

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_file_comes_checked_and_is_not_fetched_twice()
    {
        using RawServer server = new((request, stream) => RawServer.Send(request, stream, s_file, Tag));
        FetchedAsset first = Fetch(Checked(server)), second = Fetch(Checked(server));
        Assert.Equal((false, true, false), (first.WasThere, second.WasThere, first.IsNewlyPinned));
        Assert.Single(server.Requests);
        AssertWhole();
    }

    [Fact]
    public void A_download_that_breaks_off_goes_on_where_it_was()
    {
        using RawServer server = new((request, stream) => RawServer.Send(request, stream, s_file, Tag, most: 70_000));
        Fetch(Checked(server));
        AssertWhole();
        Assert.All(server.Requests.Skip(1), request => Assert.Equal(Tag, request.Headers["if-range"]));
        Assert.True(server.Requests.Last().From >= 200_000);
    }

    [Fact]
    public void The_next_run_goes_on_from_the_part_of_the_last()
    {
        bool breaks = true;
        using RawServer server = new((request, stream) =>
        {
            if (breaks) RawServer.Send(request, stream, s_file, Tag, most: request.Number == 0 ? 100_000 : 0);
            else RawServer.Send(request, stream, s_file, Tag);
        });
        Assert.Contains("go", Assert.Throws<AssetException>(() => Fetch(Checked(server))).Message);
        Assert.Equal(100_000, new FileInfo(Part).Length);
        breaks = false;
        Fetch(Checked(server));
        Assert.Equal(100_000, server.Requests.Last().From);
        AssertWhole();
    }

    [Fact]
    public void A_server_that_stalls_is_left_and_asked_again()
    {
        using RawServer stalling = new((request, stream) =>
        {
            RawServer.Send(request, stream, s_file, Tag, most: request.Number == 0 ? 50_000 : int.MaxValue);
            if (request.Number == 0) Thread.Sleep(s_hasty.Stall * 3);
        });
        Fetch(Checked(stalling), s_hasty with { Tries = 20 });
        AssertWhole();
        Assert.Equal(50_000, stalling.Requests.Last().From);
    }

    [Fact]
    public void A_server_that_never_answers_is_given_up_in_words()
    {
        RawServer? server = null;
        using RawServer silent = server = new((_, _) => server!.Hang());
        WriteOld();
        Assert.Contains("nothing came for 0.4 s", Assert.Throws<AssetException>(() => Fetch(Checked(silent), s_hasty)).Message);
        AssertOld();
    }

    [Fact]
    public void A_server_that_announces_more_than_it_sends_is_given_up_in_words()
    {
        using RawServer server = new((request, stream) =>
            RawServer.SendRaw(stream, "200 OK", $"Content-Length: {s_file.Length * 2}", s_file.AsSpan(0, 1000)));
        WriteOld();
        Assert.Contains("attempts brought", Assert.Throws<AssetException>(() => Fetch(Plain(server))).Message);
        AssertOld();
    }

    [Fact]
    public void A_file_of_another_length_is_refused_before_it_is_fetched()
    {
        using RawServer server = new((request, stream) => RawServer.Send(request, stream, s_file));
        WriteOld();
        AssetException fault = Assert.Throws<AssetException>(() => Fetch(Checked(server) with { Bytes = 5 }));
        Assert.Contains("the server has 300,000 bytes", fault.Message);
        AssertOld();
    }

    [Fact]
    public void Bytes_beyond_the_known_length_are_refused()
    {
        using RawServer server = new((_, stream) => RawServer.SendRaw(stream, "200 OK", "X: y", [.. s_file, .. s_file]));
        WriteOld();
        Assert.Contains("more bytes came", Assert.Throws<AssetException>(() => Fetch(Checked(server))).Message);
        AssertOld();
    }

    [Fact]
    public void Wrong_bytes_are_refused_and_deleted()
    {
        using RawServer server = new((request, stream) => RawServer.Send(request, stream, new byte[s_file.Length], Tag));
        WriteOld();
        string message = Assert.Throws<AssetException>(() => Fetch(Checked(server))).Message;
        Assert.Contains(Sha256(s_file), message);
        Assert.Contains("is wanted", message);
        AssertOld();
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public void A_server_that_ignores_ranges_sends_all_again()
    {
        using RawServer server = new((request, stream) =>
            RawServer.Send(request with { Headers = new Dictionary<string, string>() }, stream, s_file, Tag, most: request.Number == 0 ? 1234 : int.MaxValue));
        Fetch(Checked(server));
        Assert.Equal(1234, server.Requests.Last().From);
        AssertWhole();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_changes_between_attempts_is_fetched_from_its_start(bool honoursIfRange)
    {
        byte[] other = [.. s_file.Select(each => (byte)~each)];
        using RawServer server = new((request, stream) =>
        {
            if (request.Number == 0) RawServer.Send(request, stream, other, Tag, most: 90_000);
            else if (honoursIfRange) RawServer.Send(request, stream, s_file, "\"second\"");
            else RawServer.Send(request with { Headers = request.Headers.Where(pair => pair.Key != "if-range").ToDictionary() }, stream, s_file, "\"second\"");
        });
        Fetch(Plain(server));
        AssertWhole();
    }

    [Fact]
    public void A_part_that_no_server_vouches_for_is_not_trusted()
    {
        byte[] other = [.. s_file.Select(each => (byte)~each)];
        using RawServer server = new((request, stream) => RawServer.Send(request, stream, request.Number == 0 ? other : s_file, most: request.Number == 0 ? 90_000 : int.MaxValue));

        // Without a checksum such a part is not gone on with; with one, the sum tells, and all of it is fetched again.
        Fetch(Plain(server));
        AssertWhole();
        File.Delete(Target);
        using RawServer again = new((request, stream) => RawServer.Send(request, stream, s_file));
        Directory.CreateDirectory(Path.GetDirectoryName(Part)!);
        File.WriteAllBytes(Part, other[..90_000]);
        File.WriteAllText(Part + ".json", $$"""{"url":"{{Checked(again).Address}}","validator":null,"total":{{s_file.Length}}}""");
        Fetch(Checked(again));
        Assert.Equal([90_000, 0], again.Requests.Select(request => request.From));
        AssertWhole();
    }

    [Fact]
    public void A_part_that_is_all_of_it_needs_no_more_bytes()
    {
        using RawServer server = new((request, stream) =>
            RawServer.SendRaw(stream, "416 Range Not Satisfiable", $"Content-Range: bytes */{s_file.Length}\r\nContent-Length: 0", []));
        Directory.CreateDirectory(Path.GetDirectoryName(Part)!);
        File.WriteAllBytes(Part, s_file);
        File.WriteAllText(Part + ".json", $$"""{"url":"{{Checked(server).Address}}","validator":"\"first\"","total":{{s_file.Length}}}""");
        Fetch(Checked(server));
        AssertWhole();
    }

    [Theory]
    [InlineData("404 Not Found", "Content-Length: 0", "answers 404 Not Found")]
    [InlineData("200 OK", "Content-Type: text/html", "a web page came")]
    [InlineData("503 Busy", "Content-Length: 0", "answers 503 Busy")]
    public void What_a_server_refuses_is_told(string status, string headers, string problem)
    {
        using RawServer server = new((_, stream) => RawServer.SendRaw(stream, status, headers, []));
        WriteOld();
        Assert.Contains(problem, Assert.Throws<AssetException>(() => Fetch(Checked(server))).Message);
        AssertOld();
    }

    [Fact]
    public void A_busy_server_is_asked_again()
    {
        using RawServer server = new((request, stream) =>
        {
            if (request.Number < 2) RawServer.SendRaw(stream, "503 Busy", "Content-Length: 0", []);
            else RawServer.Send(request, stream, s_file);
        });
        Fetch(Checked(server));
        AssertWhole();
    }

    [Fact]
    public void Too_little_room_is_told_before_anything_is_written()
    {
        using RawServer server = new((_, stream) => RawServer.SendRaw(stream, "200 OK", "X: y", s_file));
        Assert.Contains("the disk has", Assert.Throws<AssetException>(() => Fetch(Plain(server) with { Bytes = 1L << 60 })).Message);
        Assert.False(File.Exists(Part));
    }

    [Fact]
    public void Where_no_checksum_is_known_the_first_fetch_pins_one()
    {
        byte[] now = s_file;
        using RawServer server = new((request, stream) => RawServer.Send(request, stream, now));
        FetchedAsset first = Fetch(Plain(server));
        Assert.Equal((true, Sha256(s_file)), (first.IsNewlyPinned, first.State.Sha256));
        File.Delete(Target);
        now = new byte[10];
        Assert.Contains("pinned in assets.lock.json", Assert.Throws<AssetException>(() => Fetch(Plain(server))).Message);
    }

    [Fact]
    public async Task A_damaged_file_is_replaced_and_a_mirror_has_it()
    {
        WriteOld();
        using RawServer server = new((request, stream) => RawServer.Send(request, stream, s_file));
        AssetFile file = Checked(server) with { Address = new Uri("https://huggingface.co/someone/resolve/main/rmvpe.pt?download=true") };
        using AssetFetcher fetcher = new(new AssetFolder(_root), new Uri(server.Address, "/mirror/"), s_patient);
        await fetcher.Fetch(file);
        Assert.Equal("/mirror/someone/resolve/main/rmvpe.pt?download=true", Assert.Single(server.Requests).Path);
        AssertWhole();
    }

    [Fact]
    public async Task Ctrl_C_keeps_what_has_come()
    {
        using CancellationTokenSource source = new();
        RawServer? server = null;
        using RawServer slow = server = new((request, stream) =>
        {
            RawServer.Send(request, stream, s_file, Tag, most: 60_000);
            server!.Hang();
        });
        using AssetFetcher fetcher = new(new AssetFolder(_root), patience: DownloadPatience.Usual);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.Fetch(Checked(slow), new Arrived(60_000, source), source.Token));
        Assert.Equal(60_000, new FileInfo(Part).Length);
    }

    [Fact]
    public void A_file_of_ones_own_is_taken_and_never_overwritten()
    {
        string own = Path.Combine(_root, "mine.pt");
        File.WriteAllText(own, "my own weights");
        using RawServer server = new((request, stream) => RawServer.Send(request, stream, s_file));
        AssetFolder folder = new(_root);
        AssetState added = folder.Add(Checked(server), own);
        Assert.Equal((true, AssetCondition.Whole), (added.IsOwn, new AssetFolder(_root).Inspect(Checked(server)).Condition));
        Assert.True(Fetch(Checked(server)).WasThere);
        Assert.Equal("my own weights", File.ReadAllText(Target));
        Assert.Empty(server.Requests);

        File.WriteAllBytes(own, s_file);
        Assert.False(folder.Add(Checked(server), own).IsOwn);
        AssertWhole();
    }

    private static AssetFile Plain(RawServer server) => new(Place, new Uri(server.Address, "rmvpe.pt"), null, null);

    private static AssetFile Checked(RawServer server) => Plain(server) with { Bytes = s_file.Length, Sha256 = Sha256(s_file) };

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private FetchedAsset Fetch(AssetFile file, DownloadPatience? patience = null)
    {
        using AssetFetcher fetcher = new(new AssetFolder(_root), patience: patience ?? s_patient);
        return fetcher.Fetch(file).GetAwaiter().GetResult();
    }

    // An older file whose checksum is not the wanted one, pinned so that one without a published checksum counts as damaged too.
    private void WriteOld()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllText(Target, Old);
        File.WriteAllText(Path.Combine(_root, "assets.lock.json"),
            $$$"""{"{{{Place}}}":{"sha256":"{{{new string('0', 64)}}}","bytes":1,"origin":"somewhere","own":false}}""");
    }

    private void AssertOld() => Assert.Equal(Old, File.ReadAllText(Target));

    private void AssertWhole()
    {
        Assert.Equal(Sha256(s_file), Sha256(File.ReadAllBytes(Target)));
        Assert.False(File.Exists(Part));
        Assert.False(File.Exists(Part + ".json"));
    }

    /// <summary>Cancels as soon as so many bytes have come.</summary>
    private sealed class Arrived(long bytes, CancellationTokenSource source) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Bytes >= bytes) source.Cancel();
        }
    }
}

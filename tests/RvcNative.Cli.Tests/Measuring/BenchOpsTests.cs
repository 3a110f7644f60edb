using System.Text.Json;
using RvcNative.Cli.Commands;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Tests.Measuring;

public sealed class BenchOpsTests : IDisposable
{
    private readonly TinyVoice _voice = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_line_of_json_for_every_convolution(bool peers)
    {
        JsonElement[] rows = [.. Run(Options() with { Json = true, Peers = peers, Filter = "dec.noise_convs.1" }).Select(Parsed)];
        Assert.Equal(3, rows.Length);
        Assert.Equal(1, rows.Sum(row => row.GetProperty("share_of_step").GetDouble()), 1e-3);
        foreach (JsonElement row in rows)
        {
            foreach (string name in (string[])["median_ms", "min_ms", "gflops", "peak_gflops", "share_of_peak", "gflop"])
            {
                Assert.True(row.GetProperty(name).GetDouble() >= 0, name);
            }

            Assert.Contains(row.GetProperty("names").EnumerateArray(), name => name.GetString()!.Contains("dec.noise_convs.1", StringComparison.Ordinal));
            Assert.Contains(row.GetProperty("pass").GetString(), (string[])["forward", "data", "weight"]);
            Assert.Equal(row.GetProperty("name").GetString(), row.GetProperty("names")[0].GetString());
            Assert.True(row.GetProperty("count").GetInt32() > 0);
            bool hasPeer = peers && Native.OneDnn.OneDnnLibrary.Missing is null;
            Assert.Equal(hasPeer, row.TryGetProperty("peer_median_ms", out _));
            Assert.Equal(hasPeer, row.TryGetProperty("ratio", out _));
            Assert.Equal(hasPeer, row.TryGetProperty("peer_format", out _));
        }

        Assert.Equal(["data", "forward", "weight"], rows.Select(row => row.GetProperty("pass").GetString()).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_table_ends_with_the_count_of_those_slower_than_oneDnn()
    {
        string[] lines = Run(Options() with { Peers = true, Filter = "dec.conv_pre", Pass = "weight" });
        Assert.Contains(lines, line => line.StartsWith("dec.conv_pre ", StringComparison.Ordinal) && line.Contains("[1,3,8]→16 k7", StringComparison.Ordinal));
        Assert.StartsWith(Native.OneDnn.OneDnnLibrary.Missing is null ? "slower than oneDNN above 1% of the time: " : "oneDNN was not measured", lines[^1]);
    }

    [SkippableFact]
    public void A_devices_rows_have_shares_of_what_it_reaches()
    {
        Skip.IfNot(Native.OpenCl.ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");
        BenchCommand.OpsOptions options = Options() with { Device = "opencl", Filter = "dec.conv_pre", Pass = "forward" };
        JsonElement row = Parsed(Assert.Single(Run(options with { Json = true })));
        foreach (string name in (string[])["median_ms", "gflops", "peak_gflops", "share_of_peak", "gbps", "copy_gbps"]) Assert.True(row.GetProperty(name).GetDouble() > 0, name);
        Assert.StartsWith("opencl:0 ", row.GetProperty("device").GetString());
        Assert.Contains(Run(options), line => line.StartsWith("dec.conv_pre ", StringComparison.Ordinal));
    }

    [Fact]
    public void Equal_convolutions_of_one_pass_are_one_row()
    {
        JsonElement[] rows = [.. Run(Options() with { Json = true, Filter = "attn_layers", Pass = "forward" }).Select(Parsed)];
        JsonElement only = Assert.Single(rows);
        Assert.Equal(only.GetProperty("count").GetInt32(), only.GetProperty("names").GetArrayLength());
        Assert.Equal(4 * 6, only.GetProperty("names").EnumerateArray().Count(name => name.GetString()!.Contains("attn_layers", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_vocoder_s_pictures_are_timed()
    {
        using TinyVoice refine = new(Vocoder.RefineGan);
        BenchCommand.OpsOptions options = Options() with
        {
            Config = refine.ConfigPath,
            Chosen = new(null, "v3"),
            Discriminators = DiscriminatorPlan.Of("v3").DividedBy(32) with { Periods = [2] },
            Filter = "discriminators.4.convs",
            Peers = true,
        };
        string[] lines = Run(options);
        Assert.Contains(", RefineGAN, batch 1", lines[0], StringComparison.Ordinal);
        foreach (string pass in (string[])["forward", "data", "weight"])
        {
            Assert.Contains(lines, line => line.Contains(pass, StringComparison.Ordinal) && line.Contains("k9×3 s2 columns 257", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_cannot_be_timed_is_told()
    {
        Assert.Contains("no convolution of the step has 'no-such-layer' in its name; there are, for instance, enc_p.",
            Assert.Throws<ArgumentException>(() => Run(Options() with { Filter = "no-such-layer" })).Message);
        Assert.Contains("--seconds is more than 0", Assert.Throws<ArgumentException>(() => Run(Options() with { Seconds = 0 })).Message);
        Assert.Contains("give --frames 3 or more", Assert.Throws<ArgumentException>(() => Run(Options() with { Frames = 2 })).Message);
    }

    [Fact]
    public void A_pass_is_one_of_three() => Assert.Equal(CommandLine.WrongUse, Invocation.Run("bench", "ops", "--pass", "sideways").Code);

    public void Dispose() => _voice.Dispose();

    private BenchCommand.OpsOptions Options() => new(
        _voice.ConfigPath, ModelVersion.V2, HasPitch: true, Batch: 1, TinyVoice.Frames, Threads: 2, Filter: "", Pass: "", Seconds: 1e-4, Peers: false, Json: false)
    {
        Discriminators = TinyVoice.Discriminators,
    };

    private static string[] Run(BenchCommand.OpsOptions options)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(CommandLine.Done, BenchCommand.RunOps(options, output, error));
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static JsonElement Parsed(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}

using System.Text.Json;
using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Formats.Npy;

namespace RvcNative.Cli.Tests;

public sealed class IndexCommandTests : IDisposable
{
    private readonly string _logs = Directory.CreateTempSubdirectory("rvcnative-index-").FullName;

    public void Dispose() => Directory.Delete(_logs, recursive: true);

    [Fact]
    public void Features_become_an_index_and_a_total()
    {
        Features("mira", 768, 130);
        (int code, string[] output, string error) = Invocation.Run("index", "--name", "mira", "--logs", _logs, "--threads", "2");
        Assert.Equal((CommandLine.Done, ""), (code, error));
        Assert.StartsWith($"{Place("added_IVF3_Flat_nprobe_1_mira_v2.index")}: 130 frames of 768 values in 3 lists of ", output[^1]);
        Assert.Equal((130, 3), (FaissIndex.Read(Place("added_IVF3_Flat_nprobe_1_mira_v2.index")).Count, 3));
        Assert.Equal([130, 768], NpyFile.Read(Place("total_fea.npy")).Shape);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_logs, "mira")).Length);
    }

    [Fact]
    public void Json_is_one_object_and_the_seed_decides()
    {
        Features("mira", 256, 60);
        JsonElement report = Json("--seed", "3");
        Assert.Equal((Place("added_IVF1_Flat_nprobe_1_mira_v1.index"), 256, 60, 60, 1, 60), (report.GetProperty("index").GetString(),
            report.GetProperty("dimension").GetInt32(), report.GetProperty("frames").GetInt32(), report.GetProperty("vectors").GetInt32(),
            report.GetProperty("lists").GetInt32(), report.GetProperty("largest_list").GetInt32()));
        byte[] first = File.ReadAllBytes(report.GetProperty("index").GetString()!);
        Json("--seed", "4");
        Assert.NotEqual(first, File.ReadAllBytes(report.GetProperty("index").GetString()!));
        Json("--seed", "3");
        Assert.Equal(first, File.ReadAllBytes(report.GetProperty("index").GetString()!));

        JsonElement Json(params string[] options)
        {
            (int code, string[] output, string error) = Invocation.Run(["index", "-n", "mira", "--logs", _logs, "--json", .. options]);
            Assert.Equal((CommandLine.Done, ""), (code, error));
            return JsonDocument.Parse(Assert.Single(output)).RootElement;
        }
    }

    [Fact]
    public void An_earlier_index_is_told_of()
    {
        Features("mira", 256, 60);
        File.WriteAllText(Place("added_IVF7_Flat_nprobe_1_mira_v1.index"), "");
        Assert.Contains(Invocation.Run("index", "--name", "mira", "--logs", _logs).Output,
            line => line == $"an earlier index is left beside it: {Place("added_IVF7_Flat_nprobe_1_mira_v1.index")}");
    }

    [Fact]
    public void Without_features_extract_is_asked_for()
    {
        (int code, _, string error) = Invocation.Run("index", "--name", "mira", "--logs", _logs);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains("holds no features; run `rvcnative extract --name mira` first", error);
        Features("mira", 256, 60);
        Assert.Contains("3_feature768' holds no features", Invocation.Run("index", "--name", "mira", "--logs", _logs, "--version", "v2").Error);
    }

    [Fact]
    public void Wrong_use_has_code_2()
    {
        Assert.Equal(CommandLine.WrongUse, Invocation.Run("index").Code);
        Assert.Equal(CommandLine.WrongUse, Invocation.Run("index", "--name", "mira", "--version", "v3").Code);
        Assert.Equal(CommandLine.Failed, Invocation.Run("index", "--name", "../mira").Code);
    }

    private string Place(string file) => Path.Combine(_logs, "mira", file);

    private void Features(string name, int dimension, int frames)
    {
        string folder = Path.Combine(_logs, name, $"3_feature{dimension}");
        Directory.CreateDirectory(folder);
        Random random = new(1);
        float[] values = [.. Enumerable.Range(0, frames * dimension).Select(_ => random.NextSingle())];
        NpyFile.Write(Path.Combine(folder, "0_0.npy"), FileTensor.FromFloat32([frames, dimension], values));
    }
}

using RvcNative.Formats.Pth;

namespace RvcNative.Formats.Tests.Pth;

public class GoldenCheckpointTests
{
    [SkippableTheory]
    [InlineData("small-model.pth", "contents-small-model.json")]
    [InlineData("views.pth", "contents-views.json")]
    [InlineData("views-legacy.pth", "contents-views.json")]
    [InlineData("g-zip.pth", "contents-g-zip.json")]
    [InlineData("g-legacy.pth", "contents-g-zip.json")]
    public void A_good_file_has_every_tensor_and_value(string file, string contents)
    {
        string path = Golden.RequireOrSkip("checkpoint-pth", file), contentsPath = Golden.RequireOrSkip("checkpoint-pth", contents);
        bool exact = contents != "contents-views.json";              // plain.raw is left out there
        Contents.AssertEqual(contentsPath, PthFile.Read(path), exact);
        using PthFile open = PthFile.Open(path);
        Contents.AssertEqual(contentsPath, open.Root, exact);
    }

    [Theory]
    [InlineData("views.pth")]
    [InlineData("views-legacy.pth")]
    public void Bytes_are_read(string file) =>
        Assert.Equal([0x00, 0xFF], Assert.IsType<PickleBytes>(PthFile.Read(Golden.Require("checkpoint-pth", file))["plain"]["raw"].Value).Value);

    [SkippableFact]
    public void Attributes_of_a_state_dict_are_kept()
    {
        PickleDict model = PthFile.Read(Golden.RequireOrSkip("checkpoint-pth", "g-zip.pth"))["model"].Dict();
        Assert.True(Assert.IsType<PickleDict>(model.Attributes!["_metadata"]).Entries.Count > 100);
    }

    [Fact]
    public void Foreign_classes_are_skipped()
    {
        PickleNode root = PthFile.Read(Golden.Require("checkpoint-pth", "foreign-class.pth"));
        Contents.AssertEqual(Golden.Require("checkpoint-pth", "contents-foreign-class.json"), root, exact: false);
        Assert.Equal("argparse.Namespace", Assert.IsType<PickleOpaque>(root["args"].Value).Name);
        Assert.Equal("fairseq.data.dictionary.Dictionary", root["task_state"]["dictionaries"][0].Value.TypeName);
    }

    [Theory]
    [InlineData("hostile-zip.pth", "'posix.system'")]
    [InlineData("hostile-legacy.pth", "'posix.system'")]
    [InlineData("truncated.pth", "the file is cut short")]
    [InlineData("short-storage.pth", "storage '285' is short")]
    [InlineData("bad-crc.pth", "CRC-32")]
    [InlineData("not-a-checkpoint.pth", "is not a checkpoint")]
    public void A_bad_file_is_refused_by_name_and_runs_nothing(string file, string problem)
    {
        string path = Golden.Require("checkpoint-pth", file);
        string message = Assert.Throws<FileFormatException>(() => PthFile.Read(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(problem, message);
        Assert.False(File.Exists("hostile-pickle-ran"));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "hostile-pickle-ran")));
    }

    [SkippableTheory]
    [InlineData("hubert-tiny", "tiny-fairseq.pt")]
    [InlineData("hubert-tiny", "tiny-hf.bin")]
    [InlineData("train-v2-f0-tiny", "D_1.pth")]
    [InlineData("train-mrf-tiny", "G_1.pth")]
    [InlineData("train-v1-f0-tiny", "G_1.pth")]
    public void Files_of_other_programs_are_read(string caseName, string file)
    {
        PickleNode root = PthFile.Read(Golden.RequireOrSkip(caseName, file));
        PickleNode weights = root.TryGet("model", out PickleNode model) ? model : root;
        Assert.All(weights.Entries, entry => Assert.True(entry.Value.Tensor().Load().Count > 0));
    }

    [Fact]
    public void A_wrong_type_or_missing_key_names_file_and_place()
    {
        string path = Golden.Require("checkpoint-pth", "small-model.pth");
        PickleNode root = PthFile.Read(path);
        Assert.Equal(40000, root["config"][17].Int32());
        Assert.Equal($"{path}: the top of the checkpoint has no key 'model'; is this a small voice file? found keys weight, config, info, sr, f0, version",
            Assert.Throws<FileFormatException>(() => root.Get("model", "is this a small voice file?")).Message);
        Assert.Equal($"{path}: ['config'][12] is a list, an int of 64 bits is wanted", Assert.Throws<FileFormatException>(() => root["config"][12].Int64()).Message);
        Assert.Equal($"{path}: ['config'] has 18 items, item 18 is wanted", Assert.Throws<FileFormatException>(() => root["config"][18]).Message);
        Assert.Equal($"{path}: ['sr'] is '40k', a dict is wanted", Assert.Throws<FileFormatException>(() => root["sr"]["x"]).Message);
    }
}

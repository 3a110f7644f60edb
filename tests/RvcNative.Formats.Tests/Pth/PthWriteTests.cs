using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RvcNative.Formats.Pth;

namespace RvcNative.Formats.Tests.Pth;

public class PthWriteTests
{
    private static Gen<PickleValue> Trees(int depth)
    {
        Gen<string> texts = ArbMap.Default.GeneratorFor<UnicodeString>().Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));   // no lone surrogates
        Gen<PickleValue> plain = Gen.OneOf(
            Gen.Constant<PickleValue>(PickleNone.Instance),
            ArbMap.Default.GeneratorFor<bool>().Select(value => (PickleValue)value),
            ArbMap.Default.GeneratorFor<long>().Select(value => (PickleValue)value),
            ArbMap.Default.GeneratorFor<int>().Select(value => (PickleValue)value),
            ArbMap.Default.GeneratorFor<byte[]>().Select(value => (PickleValue)new PickleInt(new BigInteger(value))),
            ArbMap.Default.GeneratorFor<double>().Select(value => (PickleValue)value),
            texts.Select(value => (PickleValue)value),
            ArbMap.Default.GeneratorFor<byte[]>().Select(value => (PickleValue)new PickleBytes(value)),
            RandomTensor.Tensors(RandomTensor.DTypes).Select(value => (PickleValue)value));
        if (depth == 0) return plain;
        Gen<PickleValue[]> items = Gen.Choose(0, 5).SelectMany(count => Trees(depth - 1).ArrayOf(count));
        return Gen.OneOf(
            plain,
            items.Select(values => (PickleValue)new PickleList(values)),
            items.Select(values => (PickleValue)new PickleTuple(values)),
            from ordered in ArbMap.Default.GeneratorFor<bool>() from keys in texts.ArrayOf() from values in items select Dict(ordered, keys, values));
    }

    private static PickleValue Dict(bool ordered, string[] keys, PickleValue[] values)
    {
        PickleDict dict = new(ordered);
        for (int i = 0; i < values.Length; i++)
        {
            if (i < keys.Length) dict[keys[i]] = values[i];
            else dict[i] = values[i];
        }

        if (ordered && values.Length > 2) dict.Attributes = new PickleDict { ["_metadata"] = values[0] };
        return dict;
    }

    [Property(MaxTest = 150)]
    public Property Any_tree_is_read_back_as_written() => Prop.ForAll(Trees(3).ToArbitrary(), tree =>
    {
        using TestFolder folder = new();
        PthFile.Write(folder["a.pth"], tree);
        Pickles.AssertEqual(tree, PthFile.Read(folder["a.pth"]).Value);
    });

    [Fact]
    public void Checkpoint_and_voice_are_read_back_with_all_keys()
    {
        using TestFolder folder = new();
        foreach (PickleDict tree in new[] { Checkpoints.Training(), Checkpoints.Voice() })
        {
            PthFile.Write(folder["a.pth"], tree);
            Pickles.AssertEqual(tree, PthFile.Read(folder["a.pth"]).Value);
        }
    }

    [Theory]
    [InlineData("small-model.pth", "contents-small-model.json")]
    [InlineData("views-legacy.pth", "contents-views.json")]
    public void A_golden_file_read_and_written_keeps_everything(string file, string contents)
    {
        using TestFolder folder = new();
        PthFile.Write(folder["a.pth"], PthFile.Read(Golden.Require("checkpoint-pth", file)).Value);
        Contents.AssertEqual(Golden.Require("checkpoint-pth", contents), PthFile.Read(folder["a.pth"]), exact: file == "small-model.pth");
    }

    [Fact]
    public void A_file_can_be_rewritten_while_it_is_open()
    {
        using TestFolder folder = new();
        PthFile.Write(folder["a.pth"], Checkpoints.Training());
        using (PthFile open = PthFile.Open(folder["a.pth"])) PthFile.Write(folder["a.pth"], open.Root.Value);
        Pickles.AssertEqual(Checkpoints.Training(), PthFile.Read(folder["a.pth"]).Value);
    }

    [Fact]
    public void Equal_trees_give_equal_bytes()
    {
        using TestFolder folder = new();
        PthFile.Write(folder["a/G_1.pth"], Checkpoints.Training());
        PthFile.Write(folder["b/G_1.pth"], Checkpoints.Training());
        Assert.Equal(File.ReadAllBytes(folder["a/G_1.pth"]), File.ReadAllBytes(folder["b/G_1.pth"]));
    }

    [Fact]
    public void Storages_are_stored_at_multiples_of_64_under_the_stem_with_sizes_in_the_local_headers()
    {
        using TestFolder folder = new();
        PthFile.Write(folder["G_12.pth"], Checkpoints.Training());
        byte[] bytes = File.ReadAllBytes(folder["G_12.pth"]);
        using ZipArchive zip = ZipFile.OpenRead(folder["G_12.pth"]);
        Assert.Equal("G_12/data.pkl", zip.Entries[0].FullName);
        Assert.Equal("3\n", new StreamReader(zip.GetEntry("G_12/version")!.Open()).ReadToEnd());
        int at = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            Assert.Equal(entry.Crc32, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 14)));
            Assert.Equal(entry.Length, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 22)));
            int start = at + 30 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 26)) + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 28));
            Assert.Equal(0, start % 64);
            Assert.Equal(entry.Length, entry.CompressedLength);
            at = start + (int)entry.Length;
        }
    }

    [Fact]
    public void A_tensor_met_twice_is_stored_once()
    {
        using TestFolder folder = new();
        int calls = 0;
        PickleTensor tensor = new(FileDType.UInt8, [1000], stream =>
        {
            calls++;
            stream.Write(new byte[1000]);
        });
        PthFile.Write(folder["a.pth"], new PickleList(tensor, tensor));
        Assert.Equal(1, calls);
        PickleNode read = PthFile.Read(folder["a.pth"]);
        Assert.Same(read[0].Tensor().Load().Data, read[1].Tensor().Load().Data);
    }

    [Fact]
    public void A_failed_write_leaves_the_older_checkpoint()
    {
        using TestFolder folder = new();
        PthFile.Write(folder["a.pth"], Checkpoints.Voice());
        byte[] before = File.ReadAllBytes(folder["a.pth"]);
        PickleValue opaque = PthFile.Read(Golden.Require("checkpoint-pth", "foreign-class.pth")).Value;
        Assert.Contains("argparse.Namespace", Assert.Throws<ArgumentException>(() => PthFile.Write(folder["a.pth"], opaque)).Message);
        PickleTensor shortTensor = new(FileDType.Float32, [4], stream => stream.Write(new byte[15]));
        Assert.Contains("16 bytes, its writer wrote 15", Assert.Throws<InvalidOperationException>(() => PthFile.Write(folder["a.pth"], shortTensor)).Message);
        PickleList cycle = new();
        cycle.Items.Add(cycle);
        Assert.Throws<FileFormatException>(() => PthFile.Write(folder["a.pth"], cycle));
        Assert.Equal(before, File.ReadAllBytes(folder["a.pth"]));
        Assert.Single(Directory.GetFiles(folder.FullName));
    }
}

using System.Buffers.Binary;
using System.Text;
using RvcNative.Formats.Pth;
using RvcNative.Tests;

namespace RvcNative.Formats.Tests.Pth;

public class PickleProtocolTests
{
    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_protocol_gives_the_same_values(int protocol)
    {
        string hex = DebianPython.Run("numpy", """
            import pickle, sys, numpy, collections, argparse, datetime
            shared = [1]
            tree = {"text": "gr\u00fc\u00dfe \u58f0 \U0001F3A4 '\"\\ \n end", "long": "y" * 300, "ints": [0, 255, 256, 65535, 65536, -1, -2**31, 2**31, 2**70, -2**70],
                "floats": (0.1, -1e300, float("inf"), 5e-324), "flags": [True, False, None], "raw": bytes(range(256)), "array": bytearray(b"ab"), "empty": ((), [], {}),
                7: "seven", (1, "a"): 2.5, None: 1, "nest": (1, (2, (3, (4, 5)))), "shared": [shared, shared], "od": collections.OrderedDict([("b", 1), ("a", 2)]),
                "dd": collections.defaultdict(list, {"k": [1]}), "np": [numpy.float64(1.5), numpy.float32(0.25), numpy.int64(-5), numpy.uint8(200), numpy.bool_(True)],
                "ns": argparse.Namespace(a=1), "set": {1, 2}, "frozen": frozenset([1]), "when": datetime.datetime(2020, 1, 2), "nd": numpy.zeros(3)}
            print(pickle.dumps(tree, int(sys.argv[1])).hex())
            """, protocol.ToString());
        PickleNode root = new("x.pth", "", Pickles.Read(Convert.FromHexString(hex.Trim())));
        Assert.Equal("gr\u00fc\u00dfe \u58f0 \U0001F3A4 '\"\\ \n end", root["text"].String());
        Assert.Equal(300, root["long"].String().Length);
        Assert.Equal([0, 255, 256, 65535, 65536, -1, int.MinValue, 1L << 31], root["ints"].Items.Take(8).Select(item => item.Int64()));
        Assert.Equal("1180591620717411303424 -1180591620717411303424", string.Join(' ', root["ints"].Items.Skip(8).Select(item => ((PickleInt)item.Value).Value)));
        Assert.Equal([0.1, -1e300, double.PositiveInfinity, 5e-324], root["floats"].Items.Select(item => item.Double()));
        Assert.Equal([true, false], root["flags"].Items.Take(2).Select(item => item.Bool()));
        Assert.True(root["flags"][2].IsNone);
        Assert.Equal(Enumerable.Range(0, 256).Select(value => (byte)value), ((PickleBytes)root["raw"].Value).Value);
        Assert.Equal("ab"u8.ToArray(), ((PickleBytes)root["array"].Value).Value);
        Assert.Equal("seven", root[7].String());
        Assert.Equal(5, root["nest"][1][1][1][1].Int32());
        Assert.Equal(1, root["shared"][1][0].Int32());
        Assert.True(root["od"].Dict().Ordered);
        Assert.Equal(["b", "a"], root["od"].Keys);
        Assert.Equal(1, root["dd"]["k"][0].Int32());
        Assert.Equal([1.5, 0.25, -5, 200], root["np"].Items.Take(4).Select(item => item.Double()));
        Assert.True(root["np"][4].Bool());
        Assert.Equal(
            ["argparse.Namespace", "builtins.set", "builtins.frozenset", "datetime.datetime"],
            new[] { "ns", "set", "frozen", "when" }.Select(key => root[key].Value.TypeName));
        Assert.StartsWith("numpy.", Assert.IsType<PickleOpaque>(root["nd"].Value).Name);
        Assert.Equal(21, root.Entries.Count);
    }

    [Fact]
    public void A_zip64_directory_is_read()
    {
        using TestFolder folder = new();
        PthFile.Write(folder["a.pth"], Checkpoints.Voice());
        byte[] bytes = File.ReadAllBytes(folder["a.pth"]), end = bytes[^22..];
        int start = BinaryPrimitives.ReadInt32LittleEndian(end.AsSpan(16)), count = BinaryPrimitives.ReadUInt16LittleEndian(end.AsSpan(10));
        List<byte> wide = [.. bytes[..start]];
        for (int at = start, i = 0; i < count; i++)
        {
            int nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at + 28));
            byte[] central = bytes[at..(at + 46 + nameBytes)];
            byte[] extra = [1, 0, 24, 0, .. Wide(central, 24), .. Wide(central, 20), .. Wide(central, 42)];
            foreach (int field in new[] { 20, 24, 42 }) BinaryPrimitives.WriteUInt32LittleEndian(central.AsSpan(field), uint.MaxValue);
            BinaryPrimitives.WriteUInt16LittleEndian(central.AsSpan(30), (ushort)extra.Length);
            wide.AddRange([.. central, .. extra]);
            at += 46 + nameBytes;
        }

        long end64 = wide.Count;
        byte[] record = new byte[56];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06064B50);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), count);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(40), end64 - start);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(48), start);
        byte[] locator = [.. "PK\u0006\u0007"u8, 0, 0, 0, 0, .. BitConverter.GetBytes(end64), 1, 0, 0, 0];
        end.AsSpan(8, 12).Fill(0xFF);
        string path = folder.Write("wide.pth", [.. wide, .. record, .. locator, .. end]);
        Pickles.AssertEqual(Checkpoints.Voice(), PthFile.Read(path).Value);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "a web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:1", "git lfs pull")]
    [InlineData("", "is empty")]
    [InlineData("hello", "with the text 'hello'")]
    [InlineData("\u0080\u0002}.", "not one of torch.save")]
    [InlineData("PK\u0003\u0004", "cut short")]
    public void Another_file_is_told_by_what_it_is(string text, string problem)
    {
        using TestFolder folder = new();
        string path = folder.Write("a.pth", Encoding.Latin1.GetBytes(text));
        Assert.Contains(problem, Assert.Throws<FileFormatException>(() => PthFile.Read(path)).Message);
    }

    [Fact]
    public void Other_zips_are_told_by_what_they_are()
    {
        using TestFolder folder = new();
        (string Name, byte[] Bytes)[][] zips = [[("x/constants.pkl", [])], [("y/data.pkl", [])], [("x/byteorder", "big"u8.ToArray())]];
        string[] problems = ["TorchScript", "found 2", "big-endian"];
        foreach ((string problem, (string, byte[])[] members) in problems.Zip(zips))
        {
            Assert.Contains(problem, Assert.Throws<FileFormatException>(() => Pickles.Read("N."u8.ToArray(), members)).Message);
        }
    }

    private static byte[] Wide(byte[] central, int at) => BitConverter.GetBytes((long)BinaryPrimitives.ReadUInt32LittleEndian(central.AsSpan(at)));
}

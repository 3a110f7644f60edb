using System.IO.Compression;
using RvcNative.Formats.Pth;

namespace RvcNative.Formats.Tests.Pth;

/// <summary>Checkpoints put together by hand, and the comparison of trees.</summary>
internal static class Pickles
{
    /// <summary>A zip, by .NET's own writer, around the pickle and storages.</summary>
    internal static byte[] Zip(byte[] pickle, params (string Name, byte[] Bytes)[] members)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in members.Prepend(("x/data.pkl", pickle)))
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    internal static PickleValue Read(byte[] pickle, params (string Name, byte[] Bytes)[] members)
    {
        using TestFolder folder = new();
        return PthFile.Read(folder.Write("x.pth", Zip(pickle, members))).Value;
    }

    internal static void AssertEqual(PickleValue expected, PickleValue actual)
    {
        Assert.Equal(expected.TypeName, actual.TypeName);
        switch (expected, actual)
        {
            case (PickleInt a, PickleInt b): Assert.Equal(a.Value, b.Value); break;
            case (PickleFloat a, PickleFloat b): Assert.Equal(BitConverter.DoubleToInt64Bits(a.Value), BitConverter.DoubleToInt64Bits(b.Value)); break;
            case (PickleBool a, PickleBool b): Assert.Equal(a.Value, b.Value); break;
            case (PickleString a, PickleString b): Assert.Equal(a.Value, b.Value); break;
            case (PickleBytes a, PickleBytes b): Assert.Equal(a.Value, b.Value); break;
            case (PickleTensor a, PickleTensor b): Assert.Equal(a.Load(), b.Load()); break;
            case (PickleList a, PickleList b): AssertEqual(a.Items, b.Items); break;
            case (PickleTuple a, PickleTuple b): AssertEqual(a.Items, b.Items); break;
            case (PickleDict a, PickleDict b):
                AssertEqual([.. a.Entries.Select(entry => entry.Key)], [.. b.Entries.Select(entry => entry.Key)]);
                AssertEqual([.. a.Entries.Select(entry => entry.Value)], [.. b.Entries.Select(entry => entry.Value)]);
                AssertEqual((PickleValue?)a.Attributes ?? PickleNone.Instance, (PickleValue?)b.Attributes ?? PickleNone.Instance);
                break;
            default: Assert.IsType<PickleNone>(expected); break;
        }
    }

    private static void AssertEqual(IReadOnlyList<PickleValue> expected, IReadOnlyList<PickleValue> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++) AssertEqual(expected[i], actual[i]);
    }
}

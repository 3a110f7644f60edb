using System.Buffers.Binary;
using System.Text;
using RvcNative.Formats.Faiss;

namespace RvcNative.Formats.Tests.Faiss;

public class DamagedIndexTests
{
    // Layout of Indexes.Make(2, 3, 4): header 37, lists 8, nprobe 8, quantiser 37 + 8 + 24, direct map 9, lists' own.
    private const int Dimension = 4, Count = 8, Trained = 32, Metric = 33, ListCount = 37, Nprobe = 45, Quantiser = 53, QuantiserDimension = 57,
        QuantiserCount = 61, CentroidCount = 90, Centroids = 98, DirectMap = 122, DirectMapCount = 123, ArrayLists = 131, ListsAgain = 135, CodeBytes = 143,
        Form = 151, SizeCount = 155, Sizes = 163;

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        using TestFolder folder = new();
        foreach (FaissIndex index in (FaissIndex[])[Indexes.Make(2, 3, 4), Indexes.Make(3, 9, 5, filledLists: 2), Indexes.MakeFlat(3, 5)])
        {
            index.Write(folder["whole.index"]);
            byte[] whole = File.ReadAllBytes(folder["whole.index"]);
            for (int length = 0; length < whole.Length; length++)
            {
                string message = Refusal(folder, whole[..length]);
                Assert.True(message.Contains("cut short", StringComparison.Ordinal) || message.Contains("not a faiss index", StringComparison.Ordinal), message);
            }

            Assert.Contains("1 bytes follow the index", Refusal(folder, [.. whole, 0]));
        }
    }

    // Whatever a byte becomes, the file is refused in words or is an index all the same; nothing else is thrown and nothing huge allocated.
    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused()
    {
        using TestFolder folder = new();
        Indexes.Make(2, 3, 4).Write(folder["whole.index"]);
        byte[] whole = File.ReadAllBytes(folder["whole.index"]);
        int refused = 0;
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte flip in (byte[])[0x01, 0x80])
            {
                byte[] changed = [.. whole];
                changed[i] ^= flip;
                try
                {
                    FaissIndex.Read(folder.Write("changed.index", changed));
                }
                catch (FileFormatException failure)
                {
                    Assert.StartsWith(folder["changed.index"], failure.Message);
                    refused++;
                }
            }
        }

        Assert.True(refused > 150, $"{refused} of {2 * whole.Length} were refused");
    }

    [Theory]
    [InlineData(Dimension, 0, "vectors of 0 values, expected 1 to 1,048,576")]
    [InlineData(Dimension, -5, "vectors of -5 values")]
    [InlineData(Dimension, int.MaxValue, "vectors of 2,147,483,647 values")]
    [InlineData(Dimension, 4, "its quantiser has 3 centroids of 2, expected 3 of 4")]
    [InlineData(Count, -1L, "18,446,744,073,709,551,615 of 8 bytes each are announced")]
    [InlineData(Count, long.MaxValue, "9,223,372,036,854,775,807 of 8 bytes each are announced")]
    [InlineData(Count, 5L, "its lists have 4 vectors, expected 5")]
    [InlineData(Trained, (byte)0, "the index is not trained (flag 0, expected 1)")]
    [InlineData(Metric, 0, "metric 0 (inner product), expected 1 (L2)")]
    [InlineData(Metric, 4, "metric 4, expected 1 (L2)")]
    [InlineData(ListCount, 0L, "has no lists")]
    [InlineData(ListCount, 1L << 60, "lists: 1,152,921,504,606,846,976 of 8 bytes each are announced")]
    [InlineData(ListCount, 4L, "its quantiser has 3 centroids of 2, expected 4 of 2")]
    [InlineData(Nprobe, 0L, "nprobe is 0, expected 1 or more")]
    [InlineData(Nprobe, -1L, "nprobe is 18,446,744,073,709,551,615")]
    [InlineData(Quantiser, "IxFI", "its quantiser is an IndexFlatIP")]
    [InlineData(Quantiser, "\u0001abc", "its quantiser begins with '\\x01abc'")]
    [InlineData(QuantiserDimension, 3, "expected 3 of 2")]
    [InlineData(QuantiserCount, 2L, "its quantiser has 2 centroids of 2")]
    [InlineData(CentroidCount, 5L, "5 values of centroids, expected 3 x 2")]
    [InlineData(CentroidCount, -1L, "centroids: 18,446,744,073,709,551,615 of 4 bytes each")]
    [InlineData(Centroids, float.NaN, "centroids: holds NaN")]
    [InlineData(DirectMap, (byte)3, "a direct map of type 3, expected 0 to 2")]
    [InlineData(DirectMapCount, 1L << 61, "direct map: 2,305,843,009,213,693,952 of 8 bytes each")]
    [InlineData(ArrayLists, "ilod", "its lists are of the kind 'ilod', expected 'ilar'")]
    [InlineData(ListsAgain, 2L, "2 lists of vectors of 8 bytes, expected 3 of 8")]
    [InlineData(CodeBytes, 4L, "3 lists of vectors of 4 bytes, expected 3 of 8")]
    [InlineData(Form, "half", "list sizes in the form 'half', expected 'full' or 'sprs'")]
    [InlineData(Form, "sprs", "3 numbers for the sizes of 3 lists")]
    [InlineData(SizeCount, 2L, "2 numbers for the sizes of 3 lists")]
    [InlineData(SizeCount, long.MaxValue, "list sizes: 9,223,372,036,854,775,807 of 8 bytes each")]
    [InlineData(Sizes, -1L, "list 0 of 3 with 18,446,744,073,709,551,615 of 4 vectors")]
    [InlineData(Sizes, 5L, "list 0 of 3 with 5 of 4 vectors")]
    [InlineData(Sizes + 24, float.PositiveInfinity, "holds ∞")]
    public void A_number_that_cannot_be_is_told(int place, object value, string words)
    {
        using TestFolder folder = new();
        new FaissIndex(2, 1, [1, 2, 3, 4, 5, 6], [2, 0, 2], [1, 2, 3, 4, 5, 6, 7, 8], [0, 1, 2, 3]).Write(folder["whole.index"]);
        byte[] bytes = File.ReadAllBytes(folder["whole.index"]);
        switch (value)
        {
            case byte number: bytes[place] = number; break;
            case int number: BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(place), number); break;
            case long number: BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(place), number); break;
            case float number: BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(place), number); break;
            case string text: Encoding.Latin1.GetBytes(text).CopyTo(bytes, place); break;
        }

        string message = Refusal(folder, bytes);
        Assert.StartsWith(folder["damaged.index"], message);
        Assert.Contains(words.Replace("∞", $"{float.PositiveInfinity}", StringComparison.Ordinal), message);
    }

    [Fact]
    public void A_list_that_is_named_twice_or_does_not_exist_is_refused()
    {
        using TestFolder folder = new();
        new FaissIndex(1, 1, [1, 2, 3, 4], [2, 0, 0, 1], [1, 2, 3], [0, 1, 2]).Write(folder["whole.index"]);
        new FaissIndex(1, 1, [1, 2, 3, 4, 5], [2, 0, 0, 1, 0], [1, 2, 3], [0, 1, 2]).Write(folder["sparse.index"]);
        byte[] sparse = File.ReadAllBytes(folder["sparse.index"]);
        int sizes = sparse.AsSpan().IndexOf("sprs"u8) + 12;
        Assert.True(sizes > 12, "two of five lists are written sparsely");
        BinaryPrimitives.WriteInt64LittleEndian(sparse.AsSpan(sizes + 16), 0);
        Assert.Contains("list 0 of 5 with 1 of 3 vectors", Refusal(folder, sparse));
        BinaryPrimitives.WriteInt64LittleEndian(sparse.AsSpan(sizes + 16), 5);
        Assert.Contains("list 5 of 5 with 1 of 3 vectors", Refusal(folder, sparse));
    }

    [Theory]
    [InlineData("", "not a faiss index: it has 0 bytes")]
    [InlineData("PK\u0003\u0004 a zip", "its index begins with 'PK\\x03\\x04', expected 'IwFl' (IndexIVFFlat) or 'IxF2' (IndexFlatL2)")]
    [InlineData("IwPQ and more", "its index is an IndexIVFPQ")]
    public void Another_file_is_refused(string text, string words)
    {
        using TestFolder folder = new();
        Assert.Contains(words, Refusal(folder, Encoding.Latin1.GetBytes(text)));
    }

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        using TestFolder folder = new();
        Assert.Contains("there is no such file", Assert.Throws<FileNotFoundException>(() => FaissIndex.Read(folder["none.index"])).Message);
    }

    private static string Refusal(TestFolder folder, byte[] bytes) =>
        Assert.Throws<FileFormatException>(() => FaissIndex.Read(folder.Write("damaged.index", bytes))).Message;
}

using System.Runtime.InteropServices;
using System.Text;

namespace RvcNative.Formats.Faiss;

/// <summary>Writes the layout of faiss/impl/index_write.cpp; see <see cref="FaissIndexReader"/>.</summary>
internal static class FaissIndexWriter
{
    private const long Unused = 1 << 20;
    private const int ValuesAtOnce = 1 << 20;

    internal static void Write(string path, FaissIndex index) => AtomicFile.Write(path, file =>
    {
        using BinaryWriter writer = new(file, Encoding.Latin1, leaveOpen: true);
        if (index.IsFlat)
        {
            WriteFlat(writer, index.Dimension, index.Vectors);
            return;
        }

        WriteHeader(writer, FaissIndexReader.IvfFlat, index.Dimension, index.Count);
        writer.Write((long)index.Lists);
        writer.Write((long)index.Nprobe);
        WriteFlat(writer, index.Dimension, index.Centroids);
        writer.Write((byte)0);           // no direct map
        writer.Write(0L);
        WriteTag(writer, FaissIndexReader.ArrayLists);
        writer.Write((long)index.Lists);
        writer.Write((long)index.Dimension * sizeof(float));
        WriteSizes(writer, index);
        for (int list = 0; list < index.Lists; list++)
        {
            int start = index.ListStarts[list], size = index.ListSize(list);
            WriteFloats(writer, index.Vectors.AsSpan(start * index.Dimension, size * index.Dimension));
            writer.Write(MemoryMarshal.AsBytes(index.Ids.AsSpan(start, size)));
        }
    });

    // faiss names every list's size when more than half of them have vectors, else only those that have.
    private static void WriteSizes(BinaryWriter writer, FaissIndex index)
    {
        int[] filled = [.. Enumerable.Range(0, index.Lists).Where(list => index.ListSize(list) > 0)];
        bool isFull = filled.Length > index.Lists / 2;
        WriteTag(writer, isFull ? FaissIndexReader.FullSizes : FaissIndexReader.SparseSizes);
        writer.Write(isFull ? index.Lists : 2L * filled.Length);
        foreach (int list in isFull ? Enumerable.Range(0, index.Lists) : filled)
        {
            if (!isFull) writer.Write((long)list);
            writer.Write((long)index.ListSize(list));
        }
    }

    private static void WriteFlat(BinaryWriter writer, int dimension, float[] values)
    {
        WriteHeader(writer, FaissIndexReader.FlatL2, dimension, values.Length / dimension);
        writer.Write((long)values.Length);
        WriteFloats(writer, values);
    }

    private static void WriteHeader(BinaryWriter writer, string tag, int dimension, long count)
    {
        WriteTag(writer, tag);
        writer.Write(dimension);
        writer.Write(count);
        writer.Write(Unused);
        writer.Write(Unused);
        writer.Write((byte)1);           // trained
        writer.Write(FaissIndexReader.MetricL2);
    }

    private static void WriteTag(BinaryWriter writer, string tag) => writer.Write(Encoding.Latin1.GetBytes(tag));

    private static void WriteFloats(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, ValuesAtOnce)..])
        {
            writer.Write(MemoryMarshal.AsBytes(values[..Math.Min(values.Length, ValuesAtOnce)]));
        }
    }
}

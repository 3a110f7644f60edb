using System.Runtime.InteropServices;
using RvcNative.Board.Curves;

namespace RvcNative.Board.Tests;

/// <summary>A run's part of what /api/columns answers, read as the page reads it.</summary>
internal sealed record ColumnAnswer(int Count, long Generation, int Points, int NotFinite, int Hidden, double[] Numbers, double[] Steps, double[] Times, float[][] Strokes)
{
    /// <summary>Of the values: first, least, largest, last; then of the smoothed ones.</summary>
    private const int StrokeParts = 8;

    internal float[] Last => Strokes[3];

    internal static List<ColumnAnswer> All(byte[] bytes)
    {
        List<ColumnAnswer> answers = [];
        for (int at = 0; at < bytes.Length;)
        {
            int n = BitConverter.ToInt32(bytes, at), head = at;
            at += ColumnBytes.HeadBytes;
            double[] steps = Take<double>(n), times = Take<double>(n);
            float[][] strokes = [.. Enumerable.Range(0, StrokeParts).Select(_ => Take<float>(n))];
            answers.Add(new ColumnAnswer(
                BitConverter.ToInt32(bytes, head + 4), BitConverter.ToInt64(bytes, head + 8), BitConverter.ToInt32(bytes, head + 16), BitConverter.ToInt32(bytes, head + 20),
                BitConverter.ToInt32(bytes, head + 24), MemoryMarshal.Cast<byte, double>(bytes.AsSpan(head + 32, 40)).ToArray(), steps, times, strokes));

            T[] Take<T>(int count)
                where T : unmanaged
            {
                T[] values = MemoryMarshal.Cast<byte, T>(bytes.AsSpan(at))[..count].ToArray();
                at += count * Marshal.SizeOf<T>();
                return values;
            }
        }

        return answers;
    }
}

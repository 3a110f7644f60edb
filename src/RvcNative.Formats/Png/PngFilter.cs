namespace RvcNative.Formats.Png;

/// <summary>The five filters of a PNG row (PNG specification, section 9): what is stored is a byte minus its prediction.</summary>
internal static class PngFilter
{
    internal const int Count = 5;

    /// <summary>stored = row - prediction, byte by byte; <paramref name="above"/> is all zeros for the first row.</summary>
    internal static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixelBytes, Span<byte> stored)
    {
        for (int i = 0; i < row.Length; i++) stored[i] = (byte)(row[i] - Predict(filter, row, above, pixelBytes, i));
    }

    /// <summary>row += prediction, in place and from the left.</summary>
    internal static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixelBytes)
    {
        for (int i = 0; i < row.Length; i++) row[i] += Predict(filter, row, above, pixelBytes, i);
    }

    private static byte Predict(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixelBytes, int i)
    {
        int left = i < pixelBytes ? 0 : row[i - pixelBytes], up = above[i], corner = i < pixelBytes ? 0 : above[i - pixelBytes];
        return filter switch
        {
            0 => 0,
            1 => (byte)left,
            2 => (byte)up,
            3 => (byte)((left + up) / 2),
            _ => Paeth(left, up, corner),
        };
    }

    private static byte Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        int toLeft = Math.Abs(estimate - left), toUp = Math.Abs(estimate - up), toCorner = Math.Abs(estimate - corner);
        return (byte)(toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner);
    }
}

using RvcNative.Formats.Png;

namespace RvcNative.Rvc.Imaging;

/// <summary>Pictures of spectrograms: time to the right, frequency upward, viridis colours between the least and the largest value.</summary>
public static class HeatMap
{
    // Nine points of matplotlib's viridis (van der Walt and Smith, CC0), linear between.
    private static readonly byte[] s_viridis =
    [
        68, 1, 84, 71, 44, 122, 59, 81, 139, 44, 113, 142, 33, 144, 141, 39, 173, 129, 92, 200, 99, 170, 220, 50, 253, 231, 37,
    ];

    private static readonly byte[] s_blueWhiteRed = [20, 70, 160, 120, 165, 220, 250, 250, 250, 230, 140, 110, 165, 25, 30];

    /// <param name="values">[T,bands].</param>
    /// <param name="width">Pixels; frames and bands are repeated or skipped to fit.</param>
    /// <returns>RGB, highest band at the top. Values that are not finite are black.</returns>
    public static PngImage Of(ReadOnlySpan<float> values, int bands, int width, int height)
    {
        (float least, float largest) = Range(values);
        return Of(values, bands, width, height, least, largest);
    }

    /// <summary>The same between given values; what lies beyond them has the colour of the nearer one.</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{float}, int, int, int)" path="/param|/returns"/>
    public static PngImage Of(ReadOnlySpan<float> values, int bands, int width, int height, float least, float largest) =>
        Draw(values, bands, width, height, least, largest, s_viridis);

    /// <summary>Values around 0: blue below, white at 0, red above.</summary>
    /// <param name="largest">The magnitude that has full colour.</param>
    /// <inheritdoc cref="Of(ReadOnlySpan{float}, int, int, int)" path="/param|/returns"/>
    public static PngImage Diverging(ReadOnlySpan<float> values, int bands, int width, int height, float largest) =>
        Draw(values, bands, width, height, -largest, largest, s_blueWhiteRed);

    private static PngImage Draw(ReadOnlySpan<float> values, int bands, int width, int height, float least, float largest, byte[] colours)
    {
        int frames = values.Length / bands;
        float scale = largest > least ? 1 / (largest - least) : 0;
        byte[] pixels = new byte[width * height * 3];
        for (int y = 0; y < height; y++)
        {
            int band = (int)((long)(height - 1 - y) * bands / height);
            for (int x = 0; x < width; x++)
            {
                float value = values[((int)((long)x * frames / width) * bands) + band];
                if (float.IsFinite(value)) Colour((value - least) * scale, colours, pixels.AsSpan(((y * width) + x) * 3, 3));
            }
        }

        return new PngImage(width, height, 3, pixels);
    }

    private static (float Least, float Largest) Range(ReadOnlySpan<float> values)
    {
        float least = float.PositiveInfinity, largest = float.NegativeInfinity;
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) continue;
            least = Math.Min(least, value);
            largest = Math.Max(largest, value);
        }

        return (least, largest);
    }

    private static void Colour(float value, byte[] colours, Span<byte> pixel)
    {
        int last = (colours.Length / 3) - 1;
        float place = Math.Clamp(value, 0, 1) * last;
        int point = Math.Min((int)place, last - 1);
        for (int c = 0; c < 3; c++)
        {
            float from = colours[(point * 3) + c], to = colours[((point + 1) * 3) + c];
            pixel[c] = (byte)MathF.Round(from + ((to - from) * (place - point)));
        }
    }
}

using RvcNative.Formats.Png;

namespace RvcNative.Rvc.Imaging;

/// <summary>Eight bits of red, green and blue.</summary>
public readonly record struct Colour(byte Red, byte Green, byte Blue);

/// <summary>An RGB picture that is drawn on; x to the right, y down, what lies outside is not drawn.</summary>
internal sealed class Canvas
{
    private readonly byte[] _pixels;

    internal Canvas(int width, int height, Colour background)
    {
        (Width, Height, _pixels) = (width, height, new byte[width * height * 3]);
        Fill(0, 0, width, height, background);
    }

    internal int Width { get; }

    internal int Height { get; }

    internal PngImage ToImage() => new(Width, Height, 3, _pixels);

    internal void Fill(int left, int top, int width, int height, Colour colour)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++) Blend(x, y, colour, 1);
        }
    }

    /// <summary>Copies an RGB picture.</summary>
    internal void Paste(PngImage image, int left, int top)
    {
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                ReadOnlySpan<byte> pixel = image.Pixels.AsSpan(((y * image.Width) + x) * 3, 3);
                Blend(left + x, top + y, new Colour(pixel[0], pixel[1], pixel[2]), 1);
            }
        }
    }

    /// <param name="x">Left edge of the first glyph.</param>
    /// <param name="y">Top of the capitals.</param>
    /// <param name="scale">Pixels a dot of the font.</param>
    internal void Text(string text, int x, int y, Colour colour, int scale)
    {
        foreach (char letter in text)
        {
            for (int row = 0; row < BitmapFont.Rows; row++)
            {
                for (int column = 0; column < BitmapFont.Columns; column++)
                {
                    if (BitmapFont.HasDot(letter, column, row)) Fill(x + (column * scale), y + (row * scale), scale, scale, colour);
                }
            }

            x += BitmapFont.Advance * scale;
        }
    }

    /// <summary>
    /// A line through points, smooth at its edges: a pixel is covered as far as its centre is from the nearest part of the line, so that corners and
    /// crossings of the line with itself are not darker than the rest.
    /// </summary>
    internal void Polyline(IReadOnlyList<(double X, double Y)> points, double thickness, Colour colour)
    {
        float[] coverage = new float[Width * Height];
        double reach = (thickness / 2) + 0.5;
        for (int i = 0; i < points.Count; i++) Cover(coverage, points[Math.Max(0, i - 1)], points[i], reach);
        for (int i = 0; i < coverage.Length; i++)
        {
            if (coverage[i] > 0) Blend(i % Width, i / Width, colour, coverage[i]);
        }
    }

    private void Cover(float[] coverage, (double X, double Y) from, (double X, double Y) to, double reach)
    {
        int left = Inside(Math.Min(from.X, to.X) - reach, Width), right = Inside(Math.Max(from.X, to.X) + reach, Width);
        int top = Inside(Math.Min(from.Y, to.Y) - reach, Height), bottom = Inside(Math.Max(from.Y, to.Y) + reach, Height);
        (double dx, double dy) = (to.X - from.X, to.Y - from.Y);
        double squared = (dx * dx) + (dy * dy);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                double along = squared > 0 ? Math.Clamp((((x - from.X) * dx) + ((y - from.Y) * dy)) / squared, 0, 1) : 0;
                double distance = double.Hypot(x - from.X - (along * dx), y - from.Y - (along * dy));
                ref float pixel = ref coverage[(y * Width) + x];
                pixel = Math.Max(pixel, (float)Math.Clamp(reach - distance, 0, 1));
            }
        }
    }

    private static int Inside(double place, int limit) => (int)Math.Clamp(Math.Round(place), 0, limit - 1);

    private void Blend(int x, int y, Colour colour, float share)
    {
        if (x < 0 || x >= Width || y < 0 || y >= Height) return;
        Span<byte> pixel = _pixels.AsSpan(((y * Width) + x) * 3, 3);
        pixel[0] = Mix(pixel[0], colour.Red, share);
        pixel[1] = Mix(pixel[1], colour.Green, share);
        pixel[2] = Mix(pixel[2], colour.Blue, share);
    }

    private static byte Mix(byte under, byte over, float share) => (byte)MathF.Round(under + ((over - under) * share));
}

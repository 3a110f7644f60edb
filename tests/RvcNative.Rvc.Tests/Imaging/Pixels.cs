using RvcNative.Formats.Png;
using RvcNative.Rvc.Imaging;

namespace RvcNative.Rvc.Tests.Imaging;

/// <summary>What the tests ask of a picture.</summary>
internal static class Pixels
{
    internal static Colour At(this PngImage image, int x, int y)
    {
        ReadOnlySpan<byte> pixel = image.Pixels.AsSpan(((y * image.Width) + x) * 3, 3);
        return new Colour(pixel[0], pixel[1], pixel[2]);
    }

    /// <summary>Places of a colour, row by row.</summary>
    internal static IReadOnlyList<(int X, int Y)> Of(this PngImage image, Colour colour)
    {
        List<(int X, int Y)> places = [];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                if (image.At(x, y) == colour) places.Add((x, y));
            }
        }

        return places;
    }
}

namespace RvcNative.Formats.Png;

/// <summary>Eight bits a channel, rows from the top, channels side by side: [height, width, channels].</summary>
public sealed class PngImage
{
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <exception cref="ArgumentException">The pixels do not fit the size.</exception>
    public PngImage(int width, int height, int channels, byte[] pixels)
    {
        if (width < 1 || height < 1 || channels is < 1 or > 4 || pixels.Length != (long)width * height * channels)
        {
            throw new ArgumentException($"An image of {width} x {height} with {channels} channels does not fit {pixels.Length:N0} bytes.",
                nameof(pixels));
        }

        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    public int Channels { get; }

    public byte[] Pixels { get; }
}

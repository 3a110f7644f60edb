using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RvcNative.Formats.Png;
using RvcNative.Tests;

namespace RvcNative.Formats.Tests.Png;

public class PngTests
{
    private static Gen<PngImage> Images() =>
        from width in Gen.Choose(1, 20)
        from height in Gen.Choose(1, 20)
        from channels in Gen.Choose(1, 4)
        from smooth in Gen.Choose(1, 60)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Image(width, height, channels, smooth, seed);

    // From noise to a slow gradient, so that every filter is some row's best.
    private static PngImage Image(int width, int height, int channels, int smooth, int seed)
    {
        Random random = new(seed);
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)((i * 3) + (i / (width * channels) * seed) + random.Next(256 / smooth));
        return new PngImage(width, height, channels, pixels);
    }

    [Property(MaxTest = 100)]
    public Property What_was_encoded_is_decoded() => Prop.ForAll(Images().ToArbitrary(), image =>
    {
        PngImage decoded = PngFile.Decode(PngFile.Encode(image), "image");
        return decoded.Width == image.Width && decoded.Height == image.Height && decoded.Channels == image.Channels && decoded.Pixels.SequenceEqual(image.Pixels);
    });

    [Fact]
    public void Every_byte_that_changes_is_noticed()
    {
        byte[] png = PngFile.Encode(Image(7, 5, 3, 9, 1));
        for (int i = 0; i < png.Length; i++)
        {
            byte[] damaged = [.. png];
            damaged[i] ^= 0x41;
            Assert.Throws<FileFormatException>(() => PngFile.Decode(damaged, "image"));
            Assert.Throws<FileFormatException>(() => PngFile.Decode(png.AsSpan(0, i), "image"));
        }
    }

    [SkippableTheory]
    [InlineData(1, "L")]
    [InlineData(3, "RGB")]
    [InlineData(4, "RGBA")]
    public void Another_library_reads_ours_and_is_read(int channels, string mode)
    {
        using TestFolder folder = new();
        PngImage image = Image(33, 17, channels, 40, 5);
        PngFile.Write(folder["ours.png"], image);
        string hex = DebianPython.Run("PIL", """
            import sys
            from PIL import Image
            image = Image.open(sys.argv[1])
            assert image.mode == sys.argv[3] and image.size == (33, 17)
            image.save(sys.argv[2])
            print(image.tobytes().hex())
            """, folder["ours.png"], folder["theirs.png"], mode);
        Assert.Equal(image.Pixels, Convert.FromHexString(hex.Trim()));
        Assert.Equal(image.Pixels, PngFile.Read(folder["theirs.png"]).Pixels);
    }
}

using RvcNative.Formats.Png;
using RvcNative.Rvc.Imaging;

namespace RvcNative.Rvc.Tests.Imaging;

public class CanvasTests
{
    private static readonly Colour s_paper = new(255, 255, 255), s_ink = new(10, 20, 30);

    [Fact]
    public void What_lies_outside_is_not_drawn()
    {
        Canvas canvas = new(8, 6, s_paper);
        canvas.Fill(-5, -5, 7, 6, s_ink);
        canvas.Fill(7, 5, 100, 100, s_ink);
        Assert.Equal([(0, 0), (1, 0), (7, 5)], canvas.ToImage().Of(s_ink));
    }

    [Fact]
    public void A_straight_line_covers_its_thickness_and_is_smooth_beside_it()
    {
        Canvas canvas = new(20, 11, s_paper);
        canvas.Polyline([(4, 5), (15, 5)], 3, s_ink);
        PngImage image = canvas.ToImage();
        Assert.All(Enumerable.Range(4, 12), x => Assert.Equal([s_paper, s_ink, s_ink, s_ink, s_paper], Enumerable.Range(3, 5).Select(y => image.At(x, y))));
        canvas.Polyline([(0, 0), (19, 10)], 1, s_ink);
        Assert.Contains(canvas.ToImage().Pixels, value => value is > 60 and < 220);
    }

    [Fact]
    public void A_line_that_turns_back_on_itself_is_not_darker()
    {
        Canvas once = new(20, 11, s_paper), twice = new(20, 11, s_paper);
        once.Polyline([(2, 2), (17, 8)], 1.5, s_ink);
        twice.Polyline([(2, 2), (17, 8), (2, 2), (17, 8)], 1.5, s_ink);
        Assert.Equal(once.ToImage().Pixels, twice.ToImage().Pixels);
    }

    [Fact]
    public void No_points_draw_nothing_and_one_draws_a_dot()
    {
        Canvas canvas = new(9, 9, s_paper);
        canvas.Polyline([], 3, s_ink);
        Assert.Empty(canvas.ToImage().Of(s_ink));
        canvas.Polyline([(4, 4)], 3, s_ink);
        Assert.Contains((4, 4), canvas.ToImage().Of(s_ink));
    }

    [Fact]
    public void Text_is_drawn_in_dots_of_the_font()
    {
        Canvas canvas = new(2 * BitmapFont.Advance * 2, BitmapFont.Rows * 2, s_paper);
        canvas.Text("1-", 0, 0, s_ink, 2);
        PngImage image = canvas.ToImage();
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int column = x / 2 % BitmapFont.Advance;
                bool isInk = column < BitmapFont.Columns && BitmapFont.HasDot(x / 2 < BitmapFont.Advance ? '1' : '-', column, y / 2);
                Assert.Equal(isInk ? s_ink : s_paper, image.At(x, y));
            }
        }
    }

    [Fact]
    public void Every_letter_and_digit_has_a_glyph_of_its_own()
    {
        const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,-+/%:=()";
        HashSet<string> glyphs = [Glyph(' '), Glyph('\u2603')];
        foreach (char letter in Letters) Assert.True(glyphs.Add(Glyph(letter)), $"'{letter}' looks like another letter");
    }

    private static string Glyph(char letter) => string.Concat(
        Enumerable.Range(0, BitmapFont.Rows * BitmapFont.Columns).Select(i => BitmapFont.HasDot(letter, i % BitmapFont.Columns, i / BitmapFont.Columns) ? '#' : '.'));
}

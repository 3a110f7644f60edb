using RvcNative.Rvc.Validation;

namespace RvcNative.Rvc.Tests.Validation;

public sealed class ValidationLineTests
{
    [Fact]
    public void Figures_have_their_spread_and_the_way_since_the_save_before()
    {
        SetFigures before = new("held_out", 7, new Spread(3.1204, 0.2), new Spread(5.7, 0.25), new Spread(67.6, 14.6), new Spread(0.0104, 0.003));
        SetFigures now = new("held_out", 7, new Spread(3.0146, 0.2488), new Spread(5.704, 0.26), new Spread(67.3, 17.2), new Spread(0.0152, 0.019));
        Assert.Equal(
            "validation at epoch 2, held out (7 clips): mel 3.015 ±0.249 (-0.106), stft 5.70 ±0.26 (+0.00), pitch 67 ±17 cents (+0), voicing 1.5 ±1.9% (+0.5)",
            ValidationLine.Of(now, before, 2));
    }

    [Fact]
    public void A_first_save_has_no_way_and_a_clip_without_voice_no_pitch()
    {
        SetFigures now = new("foreign", 1, new Spread(2, 0), new Spread(4, 0), null, new Spread(0.25, 0));
        Assert.Equal("validation at epoch 5, foreign clip (1 clip): mel 2.000 ±0.000, stft 4.00 ±0.00, voicing 25.0 ±0.0%", ValidationLine.Of(now, null, 5));
    }
}

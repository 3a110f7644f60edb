namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// The forms in use: the fewest products whose rounding errors leave ours below PyTorch's. Relative error of the outputs for sums over 64 channels of random
/// values, in an experiment: 2.2e-7 for the plain sum, 3.4e-7 for F(4,3), 3.6e-7 for F(2,5), 5.6e-7 for the forms of seven points; by the norms of their matrices 1.4 times that for eight points and 2.6 times for nine.
/// </summary>
internal static class ToomCookForms
{
    /// <summary>Channels from which on a layer is one of a period discriminator: its sums are so long that the form's errors hardly count among theirs.</summary>
    private const int Wide = 512;
    private static readonly ToomCookForm s_fourOfThree = new(4, 3), s_twoOfFive = new(2, 5), s_fourOfFour = new(4, 4);
    private static readonly ToomCookForm[] s_wideOfFive = [new(3, 5), new(4, 5), new(5, 5)];

    /// <param name="channels">Of the narrower side.</param>
    /// <param name="rows">Down a column: of several forms the one that takes the fewest products for them.</param>
    internal static ToomCookForm? Of(int taps, int channels, int rows) => taps switch
    {
        3 => channels >= 128 ? s_fourOfThree : null,
        5 => channels >= Wide ? WideOfFive(rows) : s_twoOfFive,
        7 or 11 => s_fourOfFour,
        _ => null,
    };

    /// <summary>Rows that are computed together whatever their number is; 1 where there is no form.</summary>
    internal static int RowsTogether(int taps, int channels) =>
        taps == 5 && channels >= Wide ? 3 * 4 * 5 : Of(taps, channels, rows: 1) is { } form ? form.Outputs : 1;

    private static ToomCookForm WideOfFive(int rows)
    {
        ToomCookForm fewest = s_wideOfFive[0];
        foreach (ToomCookForm form in s_wideOfFive)
        {
            if (form.Points * TileSplit.Ceiling(rows, form.Outputs) < fewest.Points * TileSplit.Ceiling(rows, fewest.Outputs)) fewest = form;
        }

        return fewest;
    }
}

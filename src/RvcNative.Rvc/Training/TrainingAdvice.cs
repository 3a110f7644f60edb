using System.Globalization;

namespace RvcNative.Rvc.Training;

/// <summary>What experienced trainers of RVC voices advise.</summary>
public static class TrainingAdvice
{
    /// <summary>Below this a training from random weights is short of data.</summary>
    internal const double ScratchSeconds = 10 * 3600;

    private const double ManyMinutesSeconds = 30 * 60;
    private const int FewClips = 4, ManyClips = 8;

    internal const string Scratch = "a pretrained pair wants 50 hours or more of many voices, fine-tuning another pair about 10 hours; for one voice give --pretrain-g and --pretrain-d";

    /// <summary>The batch for an amount of data: 4 below 30 minutes, 8 from there on.</summary>
    public static int BatchSize(double dataSeconds) => dataSeconds < ManyMinutesSeconds ? FewClips : ManyClips;

    /// <summary>An amount of data in words, such as "4.2 minutes".</summary>
    internal static string Duration(double seconds)
    {
        (double value, string unit) = seconds switch
        {
            < 90 => (seconds, "seconds"),
            < 5400 => (seconds / 60, "minutes"),
            _ => (seconds / 3600, "hours"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:f1} {unit}");
    }
}

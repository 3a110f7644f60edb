namespace RvcNative.Audio;

/// <summary>
/// From pitch in Hz to the class 1..255 that the text encoder embeds (train/dataset/extract_f0.py, infer/vc/pipeline.py). The overloads for
/// float repeat numpy's roundings, for a class may turn on them.
/// </summary>
public static class PitchClasses
{
    public const double LowestHz = 50, HighestHz = 1100;

    /// <summary>Number of embedded classes; 0 is never given.</summary>
    public const int Count = 256;

    private static readonly double LowMel = 1127 * Math.Log(1 + LowestHz / 700), HighMel = 1127 * Math.Log(1 + HighestHz / 700);

    /// <summary>rint((mel - lo) * 254 / (hi - lo) + 1) held in 1..255, mel = 1127 ln(1 + f0 / 700); unvoiced (0) gives 1.</summary>
    public static int[] Coarse(ReadOnlySpan<double> f0Hz)
    {
        int[] classes = new int[f0Hz.Length];
        for (int i = 0; i < classes.Length; i++)
            classes[i] = (int)Math.Round(Math.Clamp((1127 * Math.Log(1 + f0Hz[i] / 700) - LowMel) * 254 / (HighMel - LowMel) + 1, 1, 255));
        return classes;
    }

    /// <inheritdoc cref="Coarse(ReadOnlySpan{double})"/>
    public static int[] Coarse(ReadOnlySpan<float> f0Hz)
    {
        int[] classes = new int[f0Hz.Length];
        for (int i = 0; i < classes.Length; i++)
        {
            float mel = 1127 * MathF.Log(1 + f0Hz[i] / 700);                       // float here, double in the scaling, as numpy
            classes[i] = (int)MathF.Round(Math.Clamp((float)((mel - LowMel) * 254 / (HighMel - LowMel) + 1), 1, 255));
        }
        return classes;
    }

    /// <summary>Shifts voiced pitch by semitones, in place: f0 * 2^(semitones / 12).</summary>
    public static void Transpose(Span<double> f0Hz, double semitones)
    {
        double factor = Math.Pow(2, semitones / 12);
        foreach (ref double hz in f0Hz) hz *= factor;
    }

    /// <inheritdoc cref="Transpose(Span{double}, double)"/>
    public static void Transpose(Span<float> f0Hz, double semitones)
    {
        float factor = (float)Math.Pow(2, semitones / 12);
        foreach (ref float hz in f0Hz) hz *= factor;
    }

    /// <summary>
    /// Fills unvoiced frames (exactly 0) on a line between their voiced neighbours, in place; the ends hold the nearest voiced value.
    /// </summary>
    /// <returns>False when no frame is voiced: nothing changed. Mainline skips such a clip in training and keeps the zeros in conversion.</returns>
    public static bool FillUnvoiced(Span<double> f0Hz)
    {
        int left = -1;                                       // the last voiced frame so far
        for (int i = 0; i <= f0Hz.Length; i++)
        {
            if (i < f0Hz.Length && f0Hz[i] == 0) continue;
            if (i == f0Hz.Length && left < 0) return false;
            FillGap(f0Hz, left, i);
            left = i;
        }
        return true;
    }

    /// <inheritdoc cref="FillUnvoiced(Span{double})"/>
    public static bool FillUnvoiced(Span<float> f0Hz)
    {
        double[] wide = new double[f0Hz.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = f0Hz[i];
        if (!FillUnvoiced(wide)) return false;
        for (int i = 0; i < wide.Length; i++) f0Hz[i] = (float)wide[i];
        return true;
    }

    private static void FillGap(Span<double> f0Hz, int left, int right)
    {
        if (left < 0) f0Hz[..right].Fill(f0Hz[right]);
        else if (right == f0Hz.Length) f0Hz[(left + 1)..].Fill(f0Hz[left]);
        else
        {
            double slope = (f0Hz[right] - f0Hz[left]) / (right - left), start = f0Hz[left];
            for (int i = left + 1; i < right; i++) f0Hz[i] = slope * (i - left) + start;
        }
    }
}

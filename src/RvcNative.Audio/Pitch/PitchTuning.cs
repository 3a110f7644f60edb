namespace RvcNative.Audio;

/// <summary>Pitch drawn to notes, and shifts that bring one voice's pitch to another's.</summary>
public static class PitchTuning
{
    private const double ConcertHz = 440;

    /// <summary>
    /// Draws voiced pitch to the nearest note, by Hz, of the scale of equal temperament at A4 = 440 Hz, in place: f + strength (note - f) (Applio's
    /// rvc/infer/pipeline.py, Autotune, whose table of G1 to C6 rounds the notes to 0.01 Hz and draws unvoiced frames to G1 too).
    /// </summary>
    /// <param name="strength">0 changes nothing, 1 leaves notes alone.</param>
    public static void Tune(Span<double> f0Hz, double strength)
    {
        foreach (ref double hz in f0Hz)
        {
            if (!(hz > 0)) continue;
            double below = Note(Math.Floor(12 * Math.Log2(hz / ConcertHz))), above = Note(Math.Floor(12 * Math.Log2(hz / ConcertHz)) + 1);
            double note = hz - below <= above - hz ? below : above;
            hz += strength * (note - hz);
        }
    }

    /// <summary>The median of voiced frames; null when none is.</summary>
    public static double? MedianHz(IEnumerable<double> f0Hz)
    {
        double[] voiced = [.. f0Hz.Where(hz => hz > 0)];
        if (voiced.Length == 0) return null;
        Array.Sort(voiced);
        return (voiced[voiced.Length / 2] + voiced[(voiced.Length - 1) / 2]) / 2;
    }

    /// <summary>The shift in semitones from one pitch to another.</summary>
    /// <param name="step">Shifts are multiples of it: 1 for semitones, 12 for octaves.</param>
    public static double Shift(double fromHz, double toHz, int step) => Math.Round(12 * Math.Log2(toHz / fromHz) / step) * step;

    private static double Note(double semitones) => ConcertHz * Math.Pow(2, semitones / 12);
}

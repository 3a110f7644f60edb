namespace RvcNative.Audio;

/// <summary>What a pitch curve looks like, for those who would rather hear of a bad one before training on it.</summary>
/// <param name="Frames">All frames.</param>
/// <param name="Voiced">Frames with a pitch.</param>
/// <param name="OctaveJumps">Neighbouring voiced frames that lie about an octave or more apart: a voice does not move so in 10 ms, a wrong harmonic does.</param>
/// <param name="MedianHz">Of the voiced frames; 0 without any.</param>
public readonly record struct PitchQuality(int Frames, int Voiced, int OctaveJumps, double MedianHz)
{
    /// <summary>Neighbours so many octaves apart count as a jump.</summary>
    public const double JumpOctaves = 0.8;

    // Above these a file is worth a look: of speech and song 40 to 80% is voiced, and a clean curve has no jumps.
    private const double MostJumpsOfVoiced = 0.01, LeastVoiced = 0.1;
    private const int LeastJumps = 3;

    /// <summary>Share of frames without a pitch, 0 to 1.</summary>
    public double UnvoicedShare => Frames == 0 ? 1 : 1 - ((double)Voiced / Frames);

    /// <summary>What is suspicious about the curve, in words; null when nothing is.</summary>
    public string? Suspicion => Voiced == 0 ? "no frame is voiced"
        : OctaveJumps >= LeastJumps && OctaveJumps > MostJumpsOfVoiced * Voiced
            ? FormattableString.Invariant($"the pitch jumps by an octave {OctaveJumps} times in {Voiced / 100.0:0.0} s of voice; noise, music or a second voice in it?")
        : Voiced < LeastVoiced * Frames
            ? FormattableString.Invariant($"only {100.0 * Voiced / Frames:0}% of it is voiced; is it silence or noise?")
        : null;

    /// <param name="f0Hz">A value for each frame, 0 where unvoiced.</param>
    public static PitchQuality Of(ReadOnlySpan<double> f0Hz)
    {
        List<double> voiced = [];
        int jumps = 0;
        for (int t = 0; t < f0Hz.Length; t++)
        {
            if (f0Hz[t] <= 0) continue;
            voiced.Add(f0Hz[t]);
            if (t > 0 && f0Hz[t - 1] > 0 && Math.Abs(Math.Log2(f0Hz[t] / f0Hz[t - 1])) > JumpOctaves) jumps++;
        }
        voiced.Sort();
        return new PitchQuality(f0Hz.Length, voiced.Count, jumps, voiced.Count == 0 ? 0 : voiced[voiced.Count / 2]);
    }
}

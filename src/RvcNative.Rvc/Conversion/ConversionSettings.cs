using RvcNative.Audio;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Conversion;

/// <summary>How a recording's pitch is brought to the voice's own; the number is the step of the shift in semitones.</summary>
public enum AutoPitchStep
{
    /// <summary>It is not.</summary>
    Off = 0,
    Semitone = 1,
    Octave = 12,
}

/// <summary>How a recording is converted; the defaults are mainline's.</summary>
public sealed record ConversionSettings
{
    public const float DefaultNoiseScale = 0.66666f, MostNoiseScale = 10;

    public const double DefaultIndexRate = 0.75, DefaultProtect = 0.33, HighestProtect = 0.5, MostSemitones = 60;

    public const int LowestRateHz = 8000, HighestRateHz = 192000;

    /// <summary>0 up to the voice's speakers - 1.</summary>
    public int Speaker { get; init; }

    /// <summary>Shift of the pitch, fractions allowed; no effect on a voice without pitch.</summary>
    public double PitchSemitones { get; init; }

    /// <summary>A shift towards the voice's own median pitch, besides <see cref="PitchSemitones"/>.</summary>
    public AutoPitchStep AutoPitch { get; init; }

    /// <summary>How far pitch is drawn to the notes of the scale, 0 not at all, 1 onto them.</summary>
    public double Autotune { get; init; }

    /// <summary>The formants that the voice's features hear are moved by it; above 1 up. Pitch stays.</summary>
    public double FormantRatio { get; init; } = 1;

    /// <summary>Whether only what lies between silences is converted, and silence becomes zeros.</summary>
    public bool SplitsAtSilence { get; init; }

    /// <summary>
    /// The recording's pitch in Hz, a value each 10 ms and 0 where unvoiced, in the place of what is found in it; filled and shifted like that. Null finds it.
    /// </summary>
    public IReadOnlyList<double>? GivenPitchHz { get; init; }

    /// <summary>Spread of the drawn latent; 0 takes the likeliest.</summary>
    public float NoiseScale { get; init; } = DefaultNoiseScale;

    /// <summary>The same seed gives the same samples, whatever the number of threads.</summary>
    public ulong Seed { get; init; }

    /// <summary>1 keeps the loudness that the voice gives, 0 takes the recording's.</summary>
    public double RmsMix { get; init; } = 1;

    /// <summary>How far features are drawn to those of the index, 0 not at all, 1 all the way; no effect without one.</summary>
    public double IndexRate { get; init; } = DefaultIndexRate;

    /// <summary>Lists of the index to look at; null for what its file says.</summary>
    public int? Nprobe { get; init; }

    /// <summary>
    /// Share of the retrieved features that unvoiced frames take; from 0.5 on they take all, as in mainline. No effect without an index or
    /// on a voice without pitch.
    /// </summary>
    public double Protect { get; init; } = DefaultProtect;

    /// <summary>
    /// Whether unvoiced frames take the pitch of their neighbours, as in mainline, or stay 0. Null does as the voice was trained; one that does
    /// not say has them stay 0.
    /// </summary>
    public bool? FillUnvoiced { get; init; }

    /// <summary>Null for the voice's own.</summary>
    public int? OutputRateHz { get; init; }

    /// <summary>Where long recordings are cut.</summary>
    public SegmentSettings Cuts { get; init; } = new();

    /// <exception cref="ArgumentException">A setting is out of its range for this voice.</exception>
    internal void Check(ModelPlan plan)
    {
        if (Speaker < 0 || Speaker >= plan.Speakers)
        {
            throw new ArgumentException($"speaker {Speaker}: this voice has the speakers 0 to {plan.Speakers - 1}");
        }

        if (!double.IsFinite(PitchSemitones)) throw new ArgumentException($"a pitch shift of {PitchSemitones} semitones is no number");
        if (!(Autotune is >= 0 and <= 1)) throw new ArgumentException($"a strength of tuning of {Autotune}; it is from 0 to 1");
        if (!(FormantRatio is >= 0.25 and <= 4)) throw new ArgumentException($"formants moved by a ratio of {FormantRatio}; it is from 0.25 to 4");
        if (!(NoiseScale >= 0 && float.IsFinite(NoiseScale)))
        {
            throw new ArgumentException($"a noise scale of {NoiseScale}; it is 0 or more, {DefaultNoiseScale} by default");
        }

        if (!(RmsMix is >= 0 and <= 1)) throw new ArgumentException($"a loudness mix of {RmsMix}; it is from 0 (the recording's) to 1 (the voice's)");
        if (!(IndexRate is >= 0 and <= 1)) throw new ArgumentException($"an index rate of {IndexRate}; it is from 0 (nothing is retrieved) to 1");
        if (Nprobe < 1) throw new ArgumentException($"{Nprobe} lists of the index to look at; it is 1 or more");
        if (!(Protect is >= 0 and <= HighestProtect))
        {
            throw new ArgumentException($"a protection of {Protect}; it is from 0 (unvoiced frames keep their features) to {HighestProtect} (they do not)");
        }

        if (OutputRateHz is < LowestRateHz or > HighestRateHz)
        {
            throw new ArgumentException($"an output rate of {OutputRateHz} Hz; it is from {LowestRateHz} to {HighestRateHz}");
        }
    }
}

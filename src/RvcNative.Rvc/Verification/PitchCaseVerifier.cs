using System.Globalization;
using System.Text.RegularExpressions;
using RvcNative.Audio;
using RvcNative.Formats;

namespace RvcNative.Rvc.Verification;

/// <summary>Pitch classes, the filling of unvoiced frames and transposition (kind f0-coarse).</summary>
internal sealed partial class PitchCaseVerifier(GoldenCase golden)
{
    internal static CaseReport Run(GoldenCase golden)
    {
        ToleranceChecks checks = new(golden);
        checks.Fact("settings", "f0_min", golden.Number("f0_min", PitchClasses.LowestHz) == PitchClasses.LowestHz,
            $"pitch classes begin at {PitchClasses.LowestHz} Hz");
        checks.Fact("settings", "f0_max", golden.Number("f0_max", PitchClasses.HighestHz) == PitchClasses.HighestHz,
            $"pitch classes end at {PitchClasses.HighestHz} Hz");
        checks.Fact("settings", "classes", golden.Number("classes", PitchClasses.Count) == PitchClasses.Count,
            $"there are {PitchClasses.Count} pitch classes");
        checks.Each(new PitchCaseVerifier(golden).Compute, name => name.StartsWith("coarse", StringComparison.Ordinal)
            || name.EndsWith("coarse", StringComparison.Ordinal)
            ? "classes"
            : "pitch");
        if (golden.Params is { } all && all.TryGetProperty("all_unvoiced", out _))
        {
            double[] silent = new double[80];
            bool skipped = !PitchClasses.FillUnvoiced(silent) && silent.All(hz => hz == 0) && PitchClasses.Coarse(silent).All(one => one == 1);
            checks.Fact("classes", "all_unvoiced", skipped, "a clip without voice is not told apart, or its pitch does not stay 0 with class 1");
        }

        return checks.Report();
    }

    private FileTensor? Compute(string name)
    {
        if (Keyed().Match(name) is { Success: true } match)
        {
            double semitones = double.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
            return (match.Groups[1].Value, match.Groups[3].Value) switch
            {
                ("coarse", "f64") => Classes(PitchClasses.Coarse(Wide(semitones))),
                ("coarse", _) => Classes(PitchClasses.Coarse(Narrow(semitones))),
                (_, "f64") => FileTensor.FromFloat64([Track().Length], Wide(semitones)),
                _ => FileTensor.FromFloat32([Track().Length], Narrow(semitones)),
            };
        }

        // Applio's class differs from mainline's only in what is filled before it, and these frames come as they are.
        return name switch
        {
            "coarse" or "coarse_applio" => Classes(PitchClasses.Coarse(golden.Input("f0").ToFloat64())),
            "track_filled" => FileTensor.FromFloat64([Track().Length], Wide(0)),
            "track_coarse" => Classes(PitchClasses.Coarse(Wide(0))),
            _ => null,
        };
    }

    private double[] Track() => golden.Input("track").ToFloat64();

    private double[] Wide(double semitones)
    {
        double[] track = Track();
        PitchClasses.FillUnvoiced(track);
        if (semitones != 0) PitchClasses.Transpose(track, semitones);
        return track;
    }

    private float[] Narrow(double semitones)
    {
        float[] track = golden.Input("track").ToFloat32();
        PitchClasses.FillUnvoiced(track);
        if (semitones != 0) PitchClasses.Transpose(track, semitones);
        return track;
    }

    private static FileTensor Classes(int[] classes) => FileTensor.FromInt64([classes.Length], [.. classes.Select(value => (long)value)]);

    [GeneratedRegex(@"^(coarse|f0)_key(-?[0-9.]+)_(f32|f64)$")]
    private static partial Regex Keyed();
}

using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Pitch;

/// <summary>Mainline's "pm": see <see cref="BoersmaPitch"/>.</summary>
public sealed class AutocorrelationPitch(
    string name = PitchMethods.Pm, double lowestHz = PitchClasses.LowestHz, double highestHz = PitchClasses.HighestHz) : IPitchExtractor
{
    public string Name => name;

    public bool IsConcurrent => true;

    public double[] Extract(Signal wave16k) => BoersmaPitch.Track(wave16k, lowestHz, highestHz);
}

using RvcNative.Audio;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Pitch;

/// <summary>Pitch that comes from files (<see cref="PitchFile"/>) and not from sound: it stands for the method's name, and finds nothing.</summary>
public sealed class GivenPitch : IPitchExtractor
{
    public string Name => "file";

    public bool IsConcurrent => true;

    /// <returns>Unvoiced frames.</returns>
    public double[] Extract(Signal wave16k) => new double[wave16k.Length / 160];
}

namespace RvcNative.Rvc.Data;

public sealed record TrainingSetOptions
{
    /// <summary>
    /// Estimated lengths, as mainline's sampler is given them: a clip is used when its estimate is above the first and not above the last.
    /// An estimate is 4/3 of the frames (see <see cref="TrainingSet.Lengths"/>), so 100 is 0.75 s.
    /// </summary>
    public IReadOnlyList<int> Boundaries { get; init; } = BucketSampler.MainlineBoundaries;

    /// <summary>Memory for clips that are kept ready; those beyond it are read, and their spectrograms computed, each time anew.</summary>
    public long CacheBytes { get; init; } = 1L << 30;

    /// <summary>Whether clips have their spectrograms.</summary>
    public bool HasSpectra { get; init; } = true;

    /// <summary>Under the root of the spectrogram: 2e-7 in mainline, 1e-6 in Applio and older mainline.</summary>
    public double MagnitudeFloor { get; init; } = 2e-7;

    /// <summary>Threads that check the clips at the start; 0 is one for every core.</summary>
    public int Threads { get; init; }

    /// <summary>The same for clips that are listened to now and then and not trained on.</summary>
    internal TrainingSetOptions ForListening => this with { CacheBytes = 0, HasSpectra = false };
}

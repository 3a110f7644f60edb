namespace RvcNative.Audio;

/// <summary>Where the bands of a mel bank lie.</summary>
public enum MelScale
{
    /// <summary>Linear to 1 kHz, then logarithmic (Slaney 1998, Auditory Toolbox); librosa's default.</summary>
    Slaney,

    /// <summary>2595 log10(1 + f / 700), as in HTK.</summary>
    Htk,
}

/// <summary>Triangular mel filters of equal area (Slaney's normalisation), in float as librosa.filters.mel makes them. Immutable.</summary>
public sealed class MelBank
{
    private readonly float[] _weights;
    private readonly int[] _first, _end;                     // bins with weight, of each band

    public MelBank(int sampleRateHz, int fftSamples, int bands, double lowestHz, double highestHz, MelScale scale = MelScale.Slaney)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bands);
        if (!(lowestHz >= 0 && highestHz > lowestHz && highestHz <= sampleRateHz / 2.0))
            throw new ArgumentOutOfRangeException(nameof(highestHz),
                $"Mel bands from {lowestHz} to {highestHz} Hz do not lie within 0 to {sampleRateHz / 2.0} Hz.");
        (Bands, Bins) = (bands, fftSamples / 2 + 1);
        double[] edges = new double[bands + 2];
        double low = ToMel(lowestHz, scale), high = ToMel(highestHz, scale);
        for (int i = 0; i < edges.Length; i++) edges[i] = ToHz(low + (high - low) * i / (bands + 1), scale);

        _weights = new float[Bands * Bins];
        _first = new int[bands];
        _end = new int[bands];
        for (int m = 0; m < bands; m++)
        {
            double area = 2 / (edges[m + 2] - edges[m]);
            Span<float> row = _weights.AsSpan(m * Bins, Bins);
            for (int k = 0; k < Bins; k++)
            {
                double hz = (double)k * sampleRateHz / fftSamples;
                double rise = (hz - edges[m]) / (edges[m + 1] - edges[m]), fall = (edges[m + 2] - hz) / (edges[m + 2] - edges[m + 1]);
                row[k] = (float)((float)Math.Max(0, Math.Min(rise, fall)) * area);
                if (row[k] == 0) continue;
                if (_end[m] == 0) _first[m] = k;
                _end[m] = k + 1;
            }
        }
    }

    public int Bands { get; }

    public int Bins { get; }

    /// <summary>[M,F].</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>log(max(bank * magnitude, logFloor)), natural: [T,F] becomes [T,M].</summary>
    /// <param name="logFloor">2e-6 in mainline's trainer, 1e-5 in Applio's and in RMVPE.</param>
    public float[] LogMel(ReadOnlySpan<float> magnitude, double logFloor)
    {
        if (magnitude.Length % Bins != 0)
            throw new ArgumentException($"{magnitude.Length} magnitudes are no whole number of frames of {Bins} bins.", nameof(magnitude));
        int frames = magnitude.Length / Bins;
        float[] mel = new float[frames * Bands];
        for (int t = 0; t < frames; t++)
            for (int m = 0; m < Bands; m++)
            {
                double sum = 0;
                for (int k = _first[m]; k < _end[m]; k++) sum += (double)_weights[m * Bins + k] * magnitude[t * Bins + k];
                mel[t * Bands + m] = (float)Math.Log(Math.Max(sum, logFloor));
            }
        return mel;
    }

    private static double ToMel(double hz, MelScale scale) => scale switch
    {
        MelScale.Htk => 2595 * Math.Log10(1 + hz / 700),
        _ => hz < 1000 ? hz * 3 / 200 : 15 + 27 * Math.Log(hz / 1000) / Math.Log(6.4),
    };

    private static double ToHz(double mel, MelScale scale) => scale switch
    {
        MelScale.Htk => 700 * (Math.Pow(10, mel / 2595) - 1),
        _ => mel < 15 ? mel * 200 / 3 : 1000 * Math.Exp((mel - 15) * Math.Log(6.4) / 27),
    };
}

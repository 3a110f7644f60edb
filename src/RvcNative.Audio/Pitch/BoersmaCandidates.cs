namespace RvcNative.Audio;

/// <summary>A pitch that a frame may have, and the height of its autocorrelation peak; 0 Hz is no voice.</summary>
internal readonly record struct BoersmaCandidate(double Hz, double Strength);

/// <summary>
/// The peaks of a frame's autocorrelation divided by the window's own (Boersma 1993, eqs. 8 to 10), each raised to the maximum of the sinc
/// interpolation around it. Not shared between threads.
/// </summary>
internal sealed class BoersmaCandidates
{
    internal const double PeriodsOfWindow = 3;
    private const int FewestCandidates = 15, RoughDepth = 30, FineDepth = 70;

    private readonly Signal _wave;
    private readonly float[] _heard;                         // what a frame hears
    private readonly double[] _window, _windowCorrelation, _frame, _re, _im, _r;
    private readonly RealFft _fft;
    private readonly double _lowestHz, _octaveCost, _threshold, _globalPeak;
    private readonly int _period, _halfPeriod, _halfWindow, _reach, _longestLag, _lags, _mostCandidates;

    internal BoersmaCandidates(Signal wave, double lowestHz, double highestHz, double octaveCost, double voicingThreshold)
    {
        (_lowestHz, _octaveCost, _threshold) = (lowestHz, octaveCost, 0.5 * voicingThreshold);
        _wave = wave;
        double mean = 0, peak = 0;
        wave.ForEachBlock((_, block) => mean += Sum(block));
        mean /= Math.Max(1, wave.Length);
        wave.ForEachBlock((_, block) => peak = Math.Max(peak, Farthest(block, mean)));
        _globalPeak = peak;

        double rate = BoersmaPitch.SampleRateHz;
        _period = (int)Math.Floor(rate / lowestHz);
        _halfPeriod = (_period / 2) + 1;
        _halfWindow = ((int)Math.Floor(PeriodsOfWindow / lowestHz * rate) / 2) - 1;
        int window = 2 * _halfWindow;
        _reach = Math.Max(_period, _halfWindow);
        _heard = new float[2 * _reach];
        _lags = window / 2;                                  // a lag beyond half the window has too little overlap to be judged
        _longestLag = Math.Min((int)Math.Floor(window / PeriodsOfWindow) + 2, window);
        _mostCandidates = Math.Max(FewestCandidates, (int)Math.Floor(highestHz / lowestHz));
        _window = new double[window];
        for (int i = 0; i < window; i++) _window[i] = 0.5 - (0.5 * Math.Cos((i + 1) * 2 * Math.PI / (window + 1)));

        int samples = 4;
        while (samples < 1.5 * window) samples *= 2;
        _fft = new RealFft(samples);
        (_frame, _re, _im) = (new double[samples], new double[_fft.Bins], new double[_fft.Bins]);
        _r = new double[(2 * _lags) + 1];
        _windowCorrelation = new double[_lags + 1];
        _window.CopyTo(_frame, 0);
        Correlate();
        for (int lag = 0; lag <= _lags; lag++) _windowCorrelation[lag] = _re[lag] / _re[0];
    }

    /// <summary>Whether the sound is constant: it has no pitch.</summary>
    internal bool IsSilent => _globalPeak == 0;

    /// <summary>Candidates around a time, no voice first.</summary>
    /// <param name="intensity">The frame's peak over that of the whole sound, at most 1.</param>
    internal BoersmaCandidate[] At(double seconds, out double intensity)
    {
        double sample = 1.0 / BoersmaPitch.SampleRateHz;
        int right = (int)Math.Floor((seconds - (0.5 * sample)) / sample) + 1;             // the first sample behind the time
        _wave.ReadPadded(right - _reach, _heard);
        double mean = Sum(_heard.AsSpan(_reach - _period, 2 * _period)) / (2 * _period);
        _frame.AsSpan(_window.Length).Clear();
        for (int i = 0; i < _window.Length; i++) _frame[i] = (_heard[_reach - _halfWindow + i] - mean) * _window[i];
        double peak = 0;
        for (int i = Math.Max(0, _halfWindow - _halfPeriod); i < Math.Min(_window.Length, _halfWindow + _halfPeriod); i++)
            peak = Math.Max(peak, Math.Abs(_frame[i]));
        intensity = Math.Min(1, peak / _globalPeak);
        if (peak == 0) return [default];

        Correlate();
        double power = _re[0];
        for (int lag = 0; lag <= _lags; lag++) _r[_lags + lag] = _r[_lags - lag] = lag == 0 ? 1 : _re[lag] / (power * _windowCorrelation[lag]);
        return Refine(Peaks());
    }

    private static double Sum(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float sample in samples) sum += sample;
        return sum;
    }

    private static double Farthest(ReadOnlySpan<float> samples, double mean)
    {
        double farthest = 0;
        foreach (float sample in samples) farthest = Math.Max(farthest, Math.Abs(sample - mean));
        return farthest;
    }

    // Peaks of r above half the voicing threshold; when there are too many, the weakest makes room, low pitches being favoured by little.
    private List<(int Lag, double Hz, double Strength)> Peaks()
    {
        List<(int Lag, double Hz, double Strength)> peaks = [];
        for (int lag = 2; lag < _longestLag && lag < _lags; lag++)
        {
            double r = _r[_lags + lag], before = _r[_lags + lag - 1], after = _r[_lags + lag + 1];
            if (!(r > _threshold && r > before && r >= after)) continue;
            double place = lag + (0.5 * (after - before) / ((2 * r) - before - after));
            double strength = Fold(SincInterpolation.At(_r, _lags + place, RoughDepth)), hz = BoersmaPitch.SampleRateHz / place;
            if (peaks.Count < _mostCandidates - 1)
            {
                peaks.Add((lag, hz, strength));
                continue;
            }
            int weakest = 0;
            for (int i = 1; i < peaks.Count; i++) if (Local(peaks[i].Hz, peaks[i].Strength) < Local(peaks[weakest].Hz, peaks[weakest].Strength)) weakest = i;
            if (Local(hz, strength) > Local(peaks[weakest].Hz, peaks[weakest].Strength)) peaks[weakest] = (lag, hz, strength);
        }
        return peaks;

        double Local(double hz, double strength) => strength - (_octaveCost * Math.Log2(_lowestHz / hz));
    }

    private BoersmaCandidate[] Refine(List<(int Lag, double Hz, double Strength)> peaks)
    {
        BoersmaCandidate[] candidates = new BoersmaCandidate[peaks.Count + 1];
        for (int i = 0; i < peaks.Count; i++)
        {
            (double place, double strength) = SincInterpolation.Maximum(_r, _lags + peaks[i].Lag, FineDepth);
            candidates[i + 1] = new BoersmaCandidate(BoersmaPitch.SampleRateHz / (place - _lags), Fold(strength));
        }
        return candidates;
    }

    // Interpolation may overshoot 1, the correlation with itself.
    private static double Fold(double strength) => strength > 1 ? 1 / strength : strength;

    // The frame's autocorrelation into re: the transform of its power, which is real and even.
    private void Correlate()
    {
        _fft.Forward(_frame, _re, _im);
        int half = _fft.Bins - 1;
        for (int k = 0; k <= half; k++) _frame[k] = (_re[k] * _re[k]) + (_im[k] * _im[k]);
        for (int k = 1; k < half; k++) _frame[_frame.Length - k] = _frame[k];
        _fft.Forward(_frame, _re, _im);
    }
}

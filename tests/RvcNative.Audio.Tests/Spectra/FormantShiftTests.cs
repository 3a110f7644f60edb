namespace RvcNative.Audio.Tests;

public sealed class FormantShiftTests
{
    [Fact]
    public void A_ratio_of_one_gives_the_signal_back()
    {
        float[] x = AudioReaderTests.Noise(5003, 9), same = new FormantShift(1).Apply(x);
        Assert.Equal(x.Length, same.Length);
        for (int i = 0; i < x.Length; i++) Assert.Equal(x[i], same[i], 1e-6);
    }

    [Fact]
    public void Formants_move_and_the_pitch_stays()
    {
        // Pulses of 125 Hz through a resonance at 1000 Hz, some 500 Hz wide: 2 ms of cepstrum tell no narrower ones.
        // Breath fills the spectrum between harmonics, as in all speech; where that is exactly 0, the envelope is flat.
        float[] x = new float[16000], breath = AudioReaderTests.Noise(16000, 1);
        foreach (ref float sample in breath.AsSpan()) sample *= 0.03f;
        double radius = 0.9, y1 = 0, y2 = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double y = (i % 128 == 0 ? 0.3 : 0) + breath[i] + (2 * radius * Math.Cos(2 * Math.PI * 1000 / 16000) * y1) - (radius * radius * y2);
            (y2, y1) = (y1, y);
            x[i] = (float)y;
        }

        float[] moved = new FormantShift(1.5).Apply(x);
        Assert.Equal(1000, Strongest(x), 130.0);
        Assert.Equal(1500, Strongest(moved), 130.0);
        double[] pitch = Pyin.Track(moved);
        Assert.All(pitch[20..80], hz => Assert.Equal(125, hz, 1.0));
    }

    private static double Strongest(float[] wave)
    {
        RealFft fft = new(4096);
        double[] re = new double[fft.Bins], im = new double[fft.Bins];
        fft.Forward([.. wave.AsSpan(6000, 4096).ToArray().Select((sample, i) => sample * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / 4096))))], re, im);
        int best = Enumerable.Range(0, fft.Bins).MaxBy(k => (re[k] * re[k]) + (im[k] * im[k]));
        return best * 16000.0 / 4096;
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace RvcNative.Audio.Tests;

/// <summary>Boersma's autocorrelation against his own program, on sound that Praat reads from the same file; skipped where Praat is not installed.</summary>
public sealed class PraatTests : IDisposable
{
    private const int RateHz = 16000;

    // What mainline asks parselmouth for: to_pitch_ac with a voicing threshold of 0.6, the rest as Praat has it.
    private const string Script = """
        form Track
          sentence In
          sentence Out
          real Floor
          real Ceiling
        endform
        Read from file: in$
        To Pitch (ac): 0.01, floor, 15, "no", 0.03, 0.6, 0.01, 0.35, 0.14, ceiling
        frames = Get number of frames
        for i to frames
          hz = Get value in frame: i, "Hertz"
          appendFileLine: out$, hz
        endfor
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void On_speech_voicing_and_pitch_are_Praat_s(int sentence) => Compare(Speech.Sentences()[sentence], 50, 1100);

    [SkippableTheory]
    [InlineData(1, 9000, 50, 1100)]
    [InlineData(2, 31_234, 50, 1100)]
    [InlineData(3, 24_001, 75, 600)]
    [InlineData(4, 16_160, 120, 800)]
    [InlineData(5, 47_777, 50, 400)]
    public void On_made_up_voices_too(int seed, int samples, double lowestHz, double highestHz) => Compare(Voice(seed, samples), lowestHz, highestHz);

    private void Compare(float[] sound, double lowestHz, double highestHz)
    {
        WavFile.Write(_folder["sound.wav"], new AudioBuffer(sound, RateHz), WavEncoding.Pcm16);
        double[] theirs = Praat(lowestHz, highestHz), ours = BoersmaPitch.Track(WavFile.Read(_folder["sound.wav"]).Samples, lowestHz, highestHz);
        int before = (ours.Length - theirs.Length + 1) / 2;
        Assert.All(ours[..before], hz => Assert.Equal(0, hz));
        Assert.All(ours[(before + theirs.Length)..], hz => Assert.Equal(0, hz));
        Assert.Contains(theirs, hz => hz > 0);
        int voicing = 0;
        for (int t = 0; t < theirs.Length; t++)
        {
            double our = ours[before + t];
            if (our > 0 != theirs[t] > 0) voicing++;
            else if (our > 0) Assert.InRange(our / theirs[t], 1 - 1e-4, 1 + 1e-4);
        }

        // A frame on the edge of the threshold falls to either side by the last digits.
        Assert.InRange(voicing, 0, theirs.Length / 200);
    }

    private double[] Praat(double lowestHz, double highestHz)
    {
        File.WriteAllText(_folder["track.praat"], Script);
        string[] arguments =
        [
            "--run", _folder["track.praat"], _folder["sound.wav"], _folder["pitch.txt"],
            lowestHz.ToString(CultureInfo.InvariantCulture), highestHz.ToString(CultureInfo.InvariantCulture),
        ];
        try
        {
            using Process praat = Process.Start(new ProcessStartInfo("praat", arguments) { RedirectStandardError = true })!;
            string said = praat.StandardError.ReadToEnd();
            praat.WaitForExit();
            Assert.True(praat.ExitCode == 0, said);
        }
        catch (Win32Exception)
        {
            throw new SkipException("praat is not installed");
        }

        return [.. File.ReadLines(_folder["pitch.txt"]).Select(line => double.TryParse(line, CultureInfo.InvariantCulture, out double hz) ? hz : 0)];
    }

    // Gliding harmonics that come and go, with breath between and under them.
    private static float[] Voice(int seed, int samples)
    {
        Random random = new(seed);
        float[] wave = new float[samples];
        double phase = 0, baseHz = 130 + (90 * random.NextDouble()), rate = 2 + random.NextDouble();
        for (int i = 0; i < samples; i++)
        {
            double seconds = (double)i / RateHz, level = Math.Clamp(3 * Math.Sin(2 * Math.PI * 1.3 * seconds), 0, 1);
            phase += 2 * Math.PI * baseHz * (1 + (0.3 * Math.Sin(rate * seconds))) / RateHz;
            double voice = 0;
            for (int n = 1; n <= 6; n++) voice += Math.Sin(n * phase) / n;
            wave[i] = (float)((0.25 * level * voice) + (0.02 * (random.NextDouble() - 0.5)));
        }

        return wave;
    }
}

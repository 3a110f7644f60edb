using RvcNative.Audio;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Pitch;

namespace RvcNative.Rvc.Tests.Data;

/// <summary>Pitch that comes from files, and what is said of pitch.</summary>
public sealed class PitchFilesTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Curves_by_the_chunks_names_are_taken_saved_and_looked_at()
    {
        ExperimentFolder experiment = Chunks("0_0", "0_1", "1_0");
        PitchFile.Write(_temp["curves/0_0.csv"], [.. Enumerable.Repeat(200.0, 100)]);
        PitchFile.Write(_temp["curves/0_1.npy"], [.. Enumerable.Range(0, 100).Select(t => t % 10 == 0 ? 400.0 : 200)]);
        ExtractReport report = Extractor.Run(experiment, new ExtractOptions { Pitch = new GivenPitch(), PitchFiles = _temp["curves"], SavePitch = _temp["saved"] });
        Assert.Equal("1_0", Assert.Single(report.Skipped).Name);
        Assert.Contains("1_0.csv", report.Skipped[0].Reason, StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Repeat(200.0, 100)], NpyFile.Read(_temp["logs/voice/2b-f0nsf/0_0.wav.npy"]).ToFloat64());
        Assert.Equal([.. Enumerable.Repeat(200.0, 100)], PitchFile.Read(_temp["saved/0_0.csv"], 100));
        Assert.Equal("0_1", Assert.Single(report.Pitch!.Suspicious).Name);
        Assert.Contains("octave", report.Pitch.Suspicious[0].Reason, StringComparison.Ordinal);
        Assert.Equal((0.0, 200.0), (report.Pitch.UnvoicedShare, report.Pitch.MedianHz));
        Assert.Equal(["chunk,frames,unvoiced_share,median_hz,octave_jumps", "0_0,100,0.000,200.0,0", "0_1,100,0.000,200.0,19"], File.ReadAllLines(report.Pitch.TablePath));
        Assert.Contains("\"file\"", File.ReadAllText(_temp["logs/voice/extract.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void One_curve_for_many_chunks_is_refused()
    {
        ExperimentFolder experiment = Chunks("0_0", "0_1");
        File.WriteAllText(_temp["one.csv"], "0,100\n");
        ExtractOptions options = new() { Pitch = new GivenPitch(), PitchFiles = _temp["one.csv"] };
        Assert.Contains("2 chunks and one pitch file", Assert.Throws<TrainingDataException>(() => Extractor.Run(experiment, options)).Message, StringComparison.Ordinal);
    }

    private ExperimentFolder Chunks(params string[] names)
    {
        ExperimentFolder experiment = new(_temp["logs/voice"]);
        foreach (string name in names)
        {
            Directory.CreateDirectory(experiment.Waves);
            Directory.CreateDirectory(experiment.Waves16k);
            WavFile.Write(Path.Combine(experiment.Waves, name + ".wav"), Tone(40000), 40000);
            WavFile.Write(Path.Combine(experiment.Waves16k, name + ".wav"), Tone(16000), 16000);
        }

        return experiment;
    }

    private static float[] Tone(int samples) => [.. Enumerable.Range(0, samples).Select(i => 0.3f * MathF.Sin(i * 400f * MathF.PI / samples))];
}

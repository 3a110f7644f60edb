using RvcNative.Audio;
using RvcNative.Formats;
using RvcNative.Formats.Safetensors;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Tests.Data;

public sealed class RecordingsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Source => _temp["recordings"];

    private ExperimentFolder Experiment => new(_temp["logs/voice"]);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Recordings_are_numbered_in_the_order_of_their_names()
    {
        int pitch = 100;
        foreach (string name in (string[])["b.wav", "B.wav", "10 с пробелом.wav", "9.wav", "録音.wav", "deeper/than/b.wav"])
            MadeSpeech.Write(Path.Combine(Source, name), 32000, pitch += 9, 0.6);
        File.WriteAllText(Path.Combine(Source, "notes.txt"), "who spoke");
        File.WriteAllText(Path.Combine(Source, ".hidden.wav"), "not shown");
        PreprocessReport report = Run();
        string[] names = [.. report.Ledger.Files.Select(each => each.File)];
        Assert.Equal(["10 с пробелом.wav", "9.wav", "B.wav", "b.wav", "deeper/than/b.wav", "録音.wav"], names);
        Assert.Equal(Enumerable.Range(0, 6), report.Ledger.Files.Select(each => each.Number));
        Assert.Equal(["notes.txt"], report.Ledger.Ignored);
        string[] chunks = [.. Directory.GetFiles(Experiment.Waves).Select(file => Path.GetFileName(file)).Order()];
        Assert.Equal(["0_0.wav", "1_0.wav", "2_0.wav", "3_0.wav", "4_0.wav", "5_0.wav"], chunks);
    }

    [Theory]
    [InlineData("0/a.wav|12/b.wav|12/c/d.wav", "0,12,12", "", null)]
    [InlineData("0/a.wav|1/b.wav|c.wav", "5,5,5", "", "folder '0/' is not taken as a speaker, for 'c.wav' lies beside it")]
    [InlineData("0/a.wav|second/b.wav", "5,5", "", "folder '0/' is not taken as a speaker, for 'second/' lies beside it")]
    [InlineData("second/b.wav|first/x/a.wav|first/c.wav", "0,0,1", "first,second", "0 is first, 1 is second (--one-speaker")]
    [InlineData("monday/a.wav|c.wav", "5,5", "", null)]
    [InlineData("monday/a.wav|monday/in/c.wav", "5,5", "", null)]
    public void Folders_are_speakers_where_all_recordings_lie_in_some(string files, string speakers, string names, string? said)
    {
        int pitch = 100;
        foreach (string file in files.Split('|')) MadeSpeech.Write(Path.Combine(Source, file), 32000, pitch += 20, 0.6);
        File.WriteAllText(Path.Combine(Source, "readme.md"), "holds no audio, so it is in nobody's way");
        Directory.CreateDirectory(Path.Combine(Source, "empty"));
        DatasetLedger ledger = Run(options => options with { Speaker = 5 }).Ledger;
        Assert.Equal(speakers, string.Join(',', ledger.Files.Select(each => each.Speaker)));
        Assert.Equal(names, string.Join(',', ledger.SpeakerNames));
        Assert.Equal(said is null, ledger.Note is null);
        if (said is not null) Assert.Contains(said, ledger.Note);

        DatasetLedger one = Run(options => options with { Speaker = 5, OneSpeaker = true }).Ledger;
        Assert.All(one.Files, each => Assert.Equal(5, each.Speaker));
        Assert.Null(one.Note);
    }

    [SkippableFact]
    public void Folders_of_trainings_and_links_that_lead_back_are_not_walked_into()
    {
        Skip.If(OperatingSystem.IsWindows(), "links want rights there");
        MadeSpeech.Write(Path.Combine(Source, "in/a.wav"), 32000, 180, 0.6);
        MadeSpeech.Write(_temp["elsewhere/b.wav"], 32000, 190, 0.6);
        Directory.CreateSymbolicLink(Path.Combine(Source, "in", "loop"), Source);
        Directory.CreateSymbolicLink(Path.Combine(Source, "link"), _temp["elsewhere"]);
        ExperimentFolder inside = new(Path.Combine(Source, "logs", "voice"));
        for (int run = 0; run < 2; run++)
        {
            PreprocessReport report = Preprocessor.Run(Source, inside, new PreprocessOptions { SampleRateHz = 32000 });
            Assert.Equal(["in/a.wav", "link/b.wav"], report.Ledger.Files.Select(each => each.File));
            Assert.Equal(run == 1, report.Reused);
        }
    }

    [Theory]
    [InlineData("no such folder", "does not exist; expected a folder of recordings")]
    [InlineData("a file", "is a file; expected a folder")]
    [InlineData("empty folder", "is empty; expected recordings")]
    [InlineData("only text", "none of its 1 files ('story.txt', …) is named as audio")]
    [InlineData("text named wav", "cannot be decoded|needed")]
    [InlineData("zero bytes", "is empty (0 bytes)")]
    [InlineData("no samples", "holds no samples")]
    [InlineData("digital silence", "is all zero")]
    [InlineData("short digital silence", "is all zero")]
    [InlineData("noise floor", "is too quiet: no part of it reaches -42 dB (its peak is -48.0 dB)")]
    [InlineData("nan", "holds a sample that is NaN or infinite (the first at 0.500 s)")]
    [InlineData("infinity", "holds a sample that is NaN or infinite")]
    [InlineData("too loud", "have a peak above the limit of 2.5")]
    [InlineData("a few samples", "0.01 s are shorter than 25 ms a piece")]
    public void Folders_with_nothing_of_use_are_refused_with_the_reason(string kind, string said)
    {
        string wav = _temp.WithParent("recordings/one recording.wav");
        float[] speech = MadeSpeech.Samples(32000, 180, 2.0);
        if (kind is "nan" or "infinity") speech[16000] = kind == "nan" ? float.NaN : float.NegativeInfinity;
        switch (kind)
        {
            case "no such folder": Directory.Delete(Source); break;
            case "a file": Directory.Delete(Source); File.WriteAllText(Source, "x"); break;
            case "empty folder": break;
            case "only text": File.WriteAllText(Path.Combine(Source, "story.txt"), "once"); break;
            case "text named wav": File.WriteAllText(wav, "this is no audio at all, it only is named so"); break;
            case "zero bytes": File.WriteAllBytes(wav, []); break;
            case "no samples": WavFile.Write(wav, [], 32000); break;
            case "digital silence": WavFile.Write(wav, new float[96000], 32000); break;
            case "short digital silence": WavFile.Write(wav, new float[9600], 32000); break;
            case "noise floor": WavFile.Write(wav, [.. Enumerable.Range(0, 96000).Select(i => 0.004f * MathF.Sin(i))], 32000); break;
            case "too loud": WavFile.Write(wav, [.. speech.Select(sample => sample * 100)], 32000); break;
            case "a few samples": WavFile.Write(wav, speech[..320], 32000); break;
            default: WavFile.Write(wav, speech, 32000); break;
        }
        TrainingDataException refused = Assert.Throws<TrainingDataException>(() => Run());
        Assert.Contains(said.Split('|'), part => refused.Message.Contains(part, StringComparison.Ordinal));
        Assert.Contains(Source, refused.Message);
        Assert.False(File.Exists(Experiment.Ledger) || File.Exists(Experiment.LedgerJournal));
    }

    [SkippableFact]
    public void Chunks_of_the_reference_recording_are_mainlines_and_none_is_overwritten()
    {
        string? golden = Reference.SharedGolden("audio-preprocess");
        Skip.If(golden is null, "no shared/golden/audio-preprocess, which has the recording");
        FileTensor recording = SafetensorsFile.Read(Path.Combine(golden, "inputs.safetensors"))["audio_i16"];
        SafetensorsFile expected = SafetensorsFile.Read(Path.Combine(golden, "expected.safetensors"));
        Directory.CreateDirectory(Source);
        WavFile.Write(Path.Combine(Source, "a.wav"), new AudioBuffer([.. recording.ToInt64().Select(x => x / 32768f)], 40000), WavEncoding.Pcm16);
        Preprocessor.Run(Source, Experiment, new PreprocessOptions { SampleRateHz = 40000 });

        long[] table = expected["chunks_per37"].ToInt64();                    // slice, start, end, idx1, survives, samples at 16 kHz
        double[] energies = expected["energy_per37"].ToFloat64();
        Assert.Equal(energies.Length, Directory.GetFiles(Experiment.Waves).Length);
        for (int i = 0; i < energies.Length; i++)
        {
            float[] chunk = WavFile.Read(Path.Combine(Experiment.Waves, $"0_{i}.wav")).Samples;
            Assert.Equal(table[i * 6 + 2] - table[i * 6 + 1], chunk.Length);
            Assert.Equal(table[i * 6 + 5], WavFile.Read(Path.Combine(Experiment.Waves16k, $"0_{i}.wav")).Frames);
            Assert.Equal(1, chunk.Sum(x => (double)x * x) / energies[i], 5);
        }
    }

    private PreprocessReport Run(Func<PreprocessOptions, PreprocessOptions>? change = null)
    {
        PreprocessOptions options = new() { SampleRateHz = 32000 };
        return Preprocessor.Run(Source, Experiment, change is null ? options : change(options));
    }
}

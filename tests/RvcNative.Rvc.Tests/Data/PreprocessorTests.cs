using RvcNative.Audio;
using RvcNative.Rvc.Data;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Data;

public sealed class PreprocessorTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Source => _temp["recordings"];

    private ExperimentFolder Experiment => new(_temp["logs/voice"]);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Slices_are_at_both_rates()
    {
        MadeSpeech.Write(Path.Combine(Source, "a.wav"), 44100, 180, 5.0, 2.5, 2.0);
        MadeSpeech.Write(Path.Combine(Source, "b.wav"), 16000, 220, 9.0);
        PreprocessReport report = Run(40000);
        string[] names = Names(Experiment.Waves);
        Assert.Equal(names, Names(Experiment.Waves16k));
        Assert.Equal(report.Ledger.Slices.Select(each => each.Slice.Name + ".wav").Order(StringComparer.Ordinal), names);
        Assert.Contains("0_0.wav", names);
        Assert.Contains("1_2.wav", names);
        foreach (string name in names)
        {
            AudioBuffer full = WavFile.Read(Path.Combine(Experiment.Waves, name)), low = WavFile.Read(Path.Combine(Experiment.Waves16k, name));
            Assert.Equal((40000, 16000, 1, 1), (full.SampleRateHz, low.SampleRateHz, full.Channels, low.Channels));
            Assert.Equal((full.Frames * 16 + 39) / 40, low.Frames);
            Assert.InRange(full.Samples.Max(Math.Abs), 0.675f, 0.95f);
        }
    }

    [Fact]
    public void Files_do_not_depend_on_the_number_of_threads()
    {
        for (int i = 0; i < 5; i++) MadeSpeech.Write(Path.Combine(Source, $"{i}.wav"), 32000, 150 + 20 * i, 1.0 + i, 0.7, 1.2);
        Run(32000, options => options with { Threads = 1 });
        SortedDictionary<string, string> one = MadeSpeech.Files(Experiment.Root);
        foreach (int threads in (int[])[2, 7])
        {
            ExperimentFolder other = new(_temp[$"logs/threads{threads}"]);
            Preprocessor.Run(Source, other, new PreprocessOptions { SampleRateHz = 32000, Threads = threads });
            Assert.Equal(one, MadeSpeech.Files(other.Root));
        }
    }

    [Fact]
    public void The_same_run_again_touches_nothing()
    {
        MadeSpeech.Write(Path.Combine(Source, "a.wav"), 32000, 180, 2.0);
        PreprocessReport first = Run(32000);
        DateTime longAgo = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        string[] files = Directory.GetFiles(Experiment.Root, "*", SearchOption.AllDirectories);
        foreach (string file in files) File.SetLastWriteTimeUtc(file, longAgo);

        PreprocessReport second = Run(32000, options => options with { Threads = 1 });
        Assert.True(second.Reused);
        Assert.False(first.Reused);
        Assert.Equal((first.Slices, first.Totals.TrainSeconds), (second.Slices, second.Totals.TrainSeconds));
        Assert.All(files, file => Assert.Equal(longAgo, File.GetLastWriteTimeUtc(file)));
        Assert.Equal(files.Length, Directory.GetFiles(Experiment.Root, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Chunks_of_another_program_are_not_replaced_unasked()
    {
        MadeSpeech.Write(Path.Combine(Source, "a.wav"), 32000, 180, 2.0);
        File.WriteAllText(_temp.WithParent("logs/voice/0_gt_wavs/17_3.wav"), "mainline's");
        TrainingDataException refused = Assert.Throws<TrainingDataException>(() => Run(32000));
        Assert.Contains("--overwrite", refused.Message);
        Assert.True(File.Exists(_temp["logs/voice/0_gt_wavs/17_3.wav"]));

        Assert.Contains("1 chunks of another program", Run(32000, options => options with { Overwrite = true }).Replaced);
        Assert.Equal(["0_0.wav"], Names(Experiment.Waves));
    }

    [Fact]
    public void A_full_disk_gives_one_message_and_leaves_no_half_file()
    {
        Assert.True(DiskSpace.IsFull(new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28)));
        Assert.False(DiskSpace.IsFull(new FileNotFoundException("not there")));
        Assert.Contains("disk is full", Assert.Throws<TrainingDataException>(() => DiskSpace.Guard("logs", () =>
            throw new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28))).Message);
    }

    [SkippableFact]
    public void A_disk_that_fills_up_in_the_middle_leaves_whole_files_only()
    {
        using SmallDisk? disk = SmallDisk.TryMount(_temp.WithParent("small/x"), "2m");
        Skip.If(disk is null, "mounting a small disk needs Linux and root");
        MadeSpeech.Write(Path.Combine(Source, "a.wav"), 32000, 180, 40.0);
        ExperimentFolder experiment = new(Path.Combine(disk.Path, "voice"));
        PreprocessOptions options = new() { SampleRateHz = 48000 };
        TrainingDataException full = Assert.Throws<TrainingDataException>(() => Preprocessor.Run(Source, experiment, options));
        Assert.Contains("disk is full", full.Message);
        string[] left = Directory.GetFiles(experiment.Waves);
        Assert.NotEmpty(left);
        Assert.All(left, file => Assert.InRange(WavFile.Read(file).Seconds, 3.3, 4.0));
    }

    private static string[] Names(string stage) =>
        [.. Directory.GetFiles(stage).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private PreprocessReport Run(int sampleRateHz, Func<PreprocessOptions, PreprocessOptions>? change = null)
    {
        PreprocessOptions options = new() { SampleRateHz = sampleRateHz };
        return Preprocessor.Run(Source, Experiment, change is null ? options : change(options));
    }
}

using RvcNative.Rvc.Data;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>A disk that fills up in the middle of a training costs what came after the last save and nothing else.</summary>
public sealed class FullDiskTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [SkippableTheory]
    [InlineData(0, "the disk is full. No half-written file was left")]
    [InlineData(300 << 10, "the disk is full: a save takes 2 MiB and 0 MiB are free. Nothing of it was written, the last save is untouched")]
    public void A_full_disk_ends_the_training_and_with_space_it_goes_on_to_the_whole(int leftBytes, string message)
    {
        TinyRun whole = voice.NewRun(), run = voice.NewRun();
        string away = run.Folder + " away";
        Directory.Move(run.Folder, away);
        using SmallDisk? disk = SmallDisk.TryMount(run.Folder, "16m");
        Skip.If(disk is null, "no small file system can be mounted here");
        foreach (string file in Directory.GetFiles(away)) File.Copy(file, run[Path.GetFileName(file)]);
        Directory.Delete(away, recursive: true);

        run.Train(run.Options(1));
        SortedDictionary<string, string> saves = run.Saves();
        TrainingDataException full = Assert.Throws<TrainingDataException>(() => run.Train(run.Options(3), onStep: (_, at) =>
        {
            if (at.GlobalStep == 4) disk.Fill(leftBytes);
        }));
        Assert.Contains(message, full.Message, StringComparison.Ordinal);
        Assert.Equal(saves, run.Saves());

        File.Delete(run["filler"]);
        run.Train(run.Options(3));
        whole.Train(whole.Options(3));
        Assert.Equal(whole.Saves(), run.Saves());
    }
}

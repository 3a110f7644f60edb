using RvcNative.Rvc.Data;
using RvcNative.Rvc.Tests.Data;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>A disk that fills up in the middle of a training costs what came after the last save and nothing else.</summary>
public sealed class FullDiskTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [SkippableFact]
    public void A_full_disk_ends_the_training_and_with_space_it_goes_on_to_the_whole()
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
            if (at.GlobalStep == 4) Fill(run["filler"]);
        }));
        Assert.Contains("the disk is full", full.Message, StringComparison.Ordinal);
        SortedDictionary<string, string> left = run.Saves();
        left.Remove("weights/voice_e2_s6.pth");   // on another disk, which has space
        Assert.Equal(saves, left);

        File.Delete(run["filler"]);
        run.Train(run.Options(3));
        whole.Train(whole.Options(3));
        Assert.Equal(whole.Saves(), run.Saves());
    }

    private static void Fill(string path)
    {
        byte[] block = new byte[1 << 12];
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) stream.Write(block);
        }
        catch (IOException)
        {
            return;
        }
    }
}

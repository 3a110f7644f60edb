using RvcNative.Core.Cpu;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;
using RvcNative.Tests;

namespace RvcNative.Cli.Tests.Training;

/// <summary>
/// What a training cannot go on from is refused by the command: exit code 1 and one message that names the file, what was wanted, what was found and the way out. No file of the run has
/// changed then, so the way out is open.
/// </summary>
public sealed class RefusedTrainingTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    private const string WayOut = "the newest good save is that of step 3 (G_3.pth, D_3.pth): put the right file back, or go on from there with --resume-from 3";

    [Theory]
    [InlineData("G_6.pth", 3)]
    [InlineData("D_6.pth", 11)]
    public void A_checkpoint_that_is_cut_short(string file, int twelfthsLeft)
    {
        PreparedRun run = voice.NewTrainedRun();
        long whole = new FileInfo(run[file]).Length, left = whole * twelfthsLeft / 12;
        using (FileStream stream = File.OpenWrite(run[file])) stream.SetLength(left);
        Refused(run, $"rvcnative: {run[file]}: is not the file that was saved: it has {left} bytes, saved were {whole}; it is cut short or of another save; {WayOut}");
        GoesOnFrom(run, 3);
    }

    [Theory]
    [InlineData("G_6.pth", 0.61)]
    [InlineData("D_6.pth", 0.0)]
    [InlineData("D_6.pth", 0.33)]
    [InlineData("D_6.pth", 0.999)]
    public void A_checkpoint_with_one_flipped_bit(string file, double place)
    {
        PreparedRun run = voice.NewTrainedRun();
        byte[] bytes = File.ReadAllBytes(run[file]);
        bytes[(int)(bytes.Length * place)] ^= 16;
        File.WriteAllBytes(run[file], bytes);
        string error = Refused(run, $"rvcnative: {run[file]}: is not the file that was saved: it has the SHA-256 ", $"; it is damaged; {WayOut}");
        Assert.Matches("SHA-256 [0-9a-f]{64}, saved was [0-9a-f]{64};", error);
        GoesOnFrom(run, 3);
    }

    [Theory]
    [InlineData("G")]
    [InlineData("D")]
    public void Generator_and_discriminator_of_different_saves(string letter)
    {
        PreparedRun run = voice.NewTrainedRun();
        File.Copy(run[$"{letter}_3.pth"], run[$"{letter}_6.pth"], overwrite: true);
        string error = Refused(run, $"rvcnative: {run[$"{letter}_6.pth"]}: is not the file that was saved: it is of the save ", WayOut);
        Assert.Matches("it is of the save [0-9a-f]{16}, wanted is that of the save [0-9a-f]{16};", error);
        GoesOnFrom(run, 3);
    }

    [Fact]
    public void A_checkpoint_where_no_other_save_is()
    {
        PreparedRun run = voice.NewRun();
        Done(run.Train(1));
        File.WriteAllText(run["D_2333333.pth"], "no checkpoint");
        Refused(run, "D_2333333.pth: is not the file that was saved: it has 13 bytes, ", "no other save in this folder is known to be good: put the right file back, or move rvcnative.json away");
    }

    [Fact]
    public void Checkpoints_of_another_sample_rate()
    {
        PreparedRun run = voice.NewRun();
        RvcConfig config = ConfigFile.Read(run["config.json"]), other = Presets.Of(ModelVersion.V2, 32000);
        PutThere(run, config with { Model = config.Model with { UpsampleRates = other.Model.UpsampleRates, UpsampleKernels = other.Model.UpsampleKernels } });
        Refused(run, $"rvcnative: {run["G_100.pth"]}: is not of the networks of this training; what differs:\n  sample rate: 32k in the file, 40k here\n",
            "  dec.noise_convs.0.weight is [16,1,64] in the file, [16,1,80] here\n", "; put the right file there, or move both away to go on from an older pair");
    }

    [Theory]
    [InlineData(Vocoder.MrfHifiGan, "MRF HiFi-GAN", "mrf")]
    [InlineData(Vocoder.RefineGan, "RefineGAN", "refinegan")]
    public void Checkpoints_of_another_vocoder(Vocoder vocoder, string name, string option)
    {
        PreparedRun run = voice.NewRun([20, 20]);
        RvcConfig config = ConfigFile.Read(run["config.json"]);
        PutThere(run, config with { Model = config.Model with { Vocoder = vocoder } });
        string error = Refused(run, $"rvcnative: {run["G_100.pth"]}: is not of the networks of this training; what differs:\n  vocoder: {name} in the file, HiFi-GAN here; say --vocoder {option}, or take another file");
        Assert.DoesNotContain("\n  dec.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_is_no_state()
    {
        PreparedRun run = voice.NewTrainedRun();
        File.WriteAllText(run["rvcnative.json"], "not json");
        Refused(run, $"rvcnative: {run["rvcnative.json"]}: cannot be read (", "delete it to go on from the newest G_ and D_ files as mainline does, or go on from the newest good save with --resume-from 6");
    }

    [Fact]
    public void A_configuration_without_a_key()
    {
        PreparedRun run = voice.NewTrainedRun();
        File.WriteAllText(run["config.json"], File.ReadAllText(run["config.json"]).Replace("hop_length", "hop", StringComparison.Ordinal));
        Refused(run, $"rvcnative: {run["config.json"]}: has no key data.hop_length");
    }

    [SkippableFact]
    public void A_folder_that_cannot_be_written()
    {
        PreparedRun run = voice.NewTrainedRun();
        using SmallDisk? disk = run.OntoSmallDisk("16m");
        Skip.If(disk is null, "no small file system can be mounted here");
        Skip.IfNot(disk.MakeReadOnly(), "the file system cannot be mounted again");
        Refused(run, $"rvcnative: {run.Folder}: cannot be written (", "; allow it, or copy the folder to a place that can be");
    }

    [SkippableFact]
    public void A_folder_for_voices_that_cannot_be_written()
    {
        PreparedRun run = voice.NewTrainedRun(), voices = voice.NewRun();
        using SmallDisk? disk = voices.OntoSmallDisk("1m");
        Skip.If(disk is null, "no small file system can be mounted here");
        Skip.IfNot(disk.MakeReadOnly(), "the file system cannot be mounted again");
        SortedDictionary<string, string> saves = run.Saves();
        string[] command = run.Command(3);
        command[Array.IndexOf(command, "--weights") + 1] = voices.Folder;
        (int code, string[] output, string error) = Invocation.Run(command);
        Assert.Equal(CommandLine.Failed, code);
        Assert.Contains($"rvcnative: {voices.Folder}: cannot be written (", error, StringComparison.Ordinal);
        Assert.Contains("name another folder with --weights", error, StringComparison.Ordinal);
        Assert.DoesNotContain(output, line => line.StartsWith("epoch ", StringComparison.Ordinal));
        Assert.Equal(saves, run.Saves());
    }

    [SkippableTheory]
    [InlineData(0, "the disk is full. No half-written file was left; free some space and run the same command again.")]
    [InlineData(400 << 10, "the disk is full: a save takes 2 MiB and 0 MiB are free. Nothing of it was written, the last save is untouched; free some space and run the same command again.")]
    public void A_full_disk(int leftBytes, string message)
    {
        PreparedRun run = voice.NewTrainedRun();
        using SmallDisk? disk = run.OntoSmallDisk("16m");
        Skip.If(disk is null, "no small file system can be mounted here");
        SortedDictionary<string, string> saves = run.Saves();
        string filler = disk.Fill(leftBytes);
        (int code, _, string error) = run.Train(3, "--keep", "all");
        Assert.Equal(CommandLine.Failed, code);
        Assert.Equal($"rvcnative: '{run.Folder}': {message}", error.TrimEnd());
        Assert.Equal(saves, run.Saves());
        File.Delete(filler);
        Assert.Contains("done: 3 epochs, 9 steps", Done(run.Train(3, "--keep", "all")), StringComparison.Ordinal);
    }

    private static string Refused(PreparedRun run, params string[] parts)
    {
        SortedDictionary<string, string> files = run.Files();
        (int code, _, string error) = run.Train(3, "--keep", "all");
        Assert.Equal(CommandLine.Failed, code);
        Assert.StartsWith("rvcnative: ", error, StringComparison.Ordinal);
        foreach (string part in parts) Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.Equal(files, run.Files());
        return error;
    }

    private static void GoesOnFrom(PreparedRun run, int step) => Assert.Contains(
        $"going on from G_{step}.pth at step {step}, epoch 2", Done(run.Train(2, "--keep", "all", "--resume-from", $"{step}")), StringComparison.Ordinal);

    // A pair as mainline leaves it, of networks of a configuration.
    private static void PutThere(PreparedRun run, RvcConfig config)
    {
        using CpuBackend backend = new(1);
        GanNetworks networks = new(backend, config, config.Plan(ModelVersion.V2, hasPitch: true), config.Discriminators(ModelVersion.V2), seed: 5);
        TrainingCheckpoint.Save(run["G_100.pth"], networks.Generator.Network, networks.GeneratorOptimiser, 7, 1e-4, 1e-4);
        TrainingCheckpoint.Save(run["D_100.pth"], networks.Discriminator.Network, networks.DiscriminatorOptimiser, 7, 1e-4, 1e-4);
    }

    private static string Done((int Code, string Output, string Error) ended)
    {
        Assert.True(ended.Code == CommandLine.Done, ended.Output + ended.Error);
        return ended.Output;
    }
}

using System.Text.RegularExpressions;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Gpu;
using RvcNative.Gpu.OpenCl;
using RvcNative.Native.OpenCl;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Tests.Training;

/// <summary>Whole trainings on a device, which is PoCL where there is no card.</summary>
public sealed class DeviceTrainingTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    private const int Epochs = 3;

    [SkippableFact]
    public void A_device_trains_as_the_processor_does_and_twice_to_the_same_bytes()
    {
        SkipWithoutDevice();
        PreparedRun processor = Run(), first = Run(), second = Run();
        Done(processor.Train(Epochs));
        Done(first.Train(Epochs, "--device", "opencl"));
        Done(second.Train(Epochs, "--device", "opencl"));
        Assert.Equal(first.Saves(), second.Saves());

        DeviceLosses.AssertSame(processor.Folder, first.Folder);
        Assert.True(DeviceLosses.Of(processor.Folder).Select(loss => loss.Step).Distinct().Count() >= 3);
    }

    [SkippableTheory]
    [InlineData("--clip-norm", "0.5")]
    [InlineData("--accumulate", "2", "--clip-norm", "0.2")]
    public void A_device_clips_and_accumulates_as_the_processor_does(params string[] how)
    {
        SkipWithoutDevice();
        PreparedRun processor = Run(), plain = Run(), device = Run();
        Done(processor.Train(Epochs, how));
        Done(device.Train(Epochs, [.. how, "--device", "opencl"]));
        DeviceLosses.AssertSame(processor.Folder, device.Folder);
        Done(plain.Train(Epochs, how[..^2]));
        Assert.NotEqual(DeviceLosses.Of(plain.Folder)[^1], DeviceLosses.Of(processor.Folder)[^1]);
    }

    [SkippableTheory, InlineData("bf16"), InlineData("fp16")]
    public void Half_precision_that_is_stored_trains_twice_to_the_same_bytes_with_losses_near_the_processors(string precision)
    {
        SkipWithoutDevice();
        PreparedRun processor = Run(), first = Run(), second = Run();
        Done(processor.Train(1));
        foreach (PreparedRun run in (PreparedRun[])[first, second]) Done(run.Train(1, "--device", "opencl", "--precision", precision));
        Assert.Equal(first.Saves(), second.Saves());
        foreach ((var wanted, var found) in DeviceLosses.Of(processor.Folder).Zip(DeviceLosses.Of(first.Folder)))
        {
            Assert.Equal((wanted.Step, wanted.Tag), (found.Step, found.Tag));
            Assert.True(Math.Abs(wanted.Value - found.Value) <= 0.1 * Math.Max(Math.Abs(wanted.Value), 0.1), $"{wanted} on the processor, {found} in {precision}");
        }

        Assert.NotEqual(DeviceLosses.Of(processor.Folder)[0].Value, DeviceLosses.Of(first.Folder)[0].Value);
    }

    [SkippableFact]
    public void Steps_that_are_not_finite_are_skipped_and_told_as_the_processor_does_though_nobody_looked_at_them()
    {
        SkipWithoutDevice();
        PreparedRun processor = Run(logInterval: 1000), device = Run(logInterval: 1000);
        string clip = "";
        string[][] skipped = [.. new[] { processor, device }.Select(run =>
        {
            string list = File.ReadAllText(run["filelist.txt"]);
            string[] fields = list.Split('\n')[0].Split('|');
            string features = fields[1];
            clip = Path.GetFileNameWithoutExtension(fields[0]);
            FileTensor tensor = NpyFile.Read(features);
            float[] values = tensor.ToFloat32();
            values[1000] = 3e38f;
            NpyFile.Write(run["damaged.npy"], FileTensor.FromFloat32(tensor.Shape, values));
            File.WriteAllText(run["filelist.txt"], list.Replace(features, run["damaged.npy"].Replace('\\', '/'), StringComparison.Ordinal));
            string output = Done(run.Train(Epochs, "--device", run == device ? "opencl" : "cpu"));
            return output.Split('\n').Select(line => Regex.Match(line, @"^(step \d+, epoch \d+: )\S+ is .*( with the clips [^;]*)")).Where(found => found.Success)
                .Select(found => found.Groups[1].Value + found.Groups[2].Value).ToArray();
        })];
        Assert.InRange(skipped[0].Length, Epochs, 2 * Epochs);
        Assert.All(skipped[0], line => Assert.Contains(clip, line, StringComparison.Ordinal));
        Assert.Equal(skipped[0], skipped[1]);
    }

    [SkippableFact]
    public void Five_in_a_row_take_a_training_on_a_device_back_to_its_last_good_save()
    {
        SkipWithoutDevice();
        (List<string> wanted, long[] steps) = Broken(new CpuBackend(1));
        (List<string> found, long[] stepsFound) = Broken(new KernelBackend(new OpenClDevice(0, KernelCache.OfUser())));
        Assert.Single(wanted, line => line.StartsWith("5 steps in a row were skipped: training goes on from the save of step 3, with half the learning rate", StringComparison.Ordinal));
        Assert.Equal(Told(wanted), Told(found));
        Assert.Equal(steps, stepsFound);

        static string[] Told(List<string> said) => [.. said.Where(line => line.Contains("in a row", StringComparison.Ordinal) || line.Contains("is bad", StringComparison.Ordinal)
            || line.StartsWith("done", StringComparison.Ordinal)).Select(line => line.Split("; the voice")[0])];
    }

    [SkippableFact]
    public void Memory_that_a_device_has_not_is_told_with_the_planners_figures()
    {
        SkipWithoutDevice();
        PreparedRun run = Run();
        using KernelBackend backend = new(new ScarceDevice(new OpenClDevice(0, KernelCache.OfUser()), bytes => bytes <= 2 << 20));
        using Trainer trainer = new(backend, new ExperimentFolder(run.Folder), Options(run, epochs: 1));
        Assert.True(trainer.Memory.ArenaBytes > 2 << 20);
        DeviceMemoryException failure = Assert.Throws<DeviceMemoryException>(() => trainer.Run(null, null, CancellationToken.None));
        Assert.Contains("which the device has not", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{(trainer.Memory.ArenaBytes + (1 << 20) - 1) >> 20} MiB for its steps", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--recompute", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(run.Folder, "G_*.pth"));
    }

    private static void SkipWithoutDevice() => Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");

    private PreparedRun Run(int logInterval = 2)
    {
        PreparedRun run = voice.NewRun();
        RvcNative.Rvc.Configuration.RvcConfig config = RvcNative.Rvc.Configuration.ConfigFile.Read(run["config.json"]);
        RvcNative.Rvc.Configuration.ConfigFile.Write(config with { Train = config.Train with { LogInterval = logInterval } }, run["config.json"]);
        return run;
    }

    private static TrainOptions Options(PreparedRun run, int epochs) => new()
    {
        Version = ModelVersion.V2,
        HasPitch = true,
        Epochs = epochs,
        BatchSize = 2,
        WeightsFolder = Path.GetDirectoryName(run.Voice)!,
    };

    /// <summary>A training whose weights are made to overflow once, behind its fourth step.</summary>
    private (List<string> Said, long[] Steps) Broken(Backend backend)
    {
        using Backend owned = backend;
        PreparedRun run = Run(logInterval: 1);
        using Trainer trainer = new(backend, new ExperimentFolder(run.Folder), Options(run, epochs: 5) with { SaveEvery = 1 });
        List<string> said = [];
        List<long> steps = [];
        bool isBroken = false;
        trainer.Run(
            at =>
            {
                steps.Add(at.GlobalStep);
                if (at.GlobalStep != 4 || isBroken) return;
                isBroken = true;
                backend.Write([1e30f], trainer.Networks.Discriminator.Network.Parameters["discriminators.0.conv_post.weight_g"].Value);
                trainer.Networks.Discriminator.Network.Refresh();
            },
            said.Add, CancellationToken.None);
        return (said, [.. steps]);
    }

    private static string Done((int Code, string Output, string Error) result)
    {
        Assert.True(result.Code == CommandLine.Done, result.Output + result.Error);
        return result.Output;
    }
}

using System.Globalization;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Formats.TensorBoard;
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

        // The limits of the goldens: the first step's losses, and those that updates have gone before.
        List<(long Step, string Tag, float Value)> wanted = Losses(processor), found = Losses(first);
        Assert.Equal(wanted.Select(loss => (loss.Step, loss.Tag)), found.Select(loss => (loss.Step, loss.Tag)));
        Assert.True(wanted.Select(loss => loss.Step).Distinct().Count() >= 3);
        foreach ((var loss, float value) in wanted.Zip(found, (a, b) => (a, b.Value)))
        {
            double limit = (loss.Step == 0 ? 1e-4 : 5e-3) * Math.Max(Math.Abs(loss.Value), 1e-2);
            Assert.True(Math.Abs(loss.Value - value) <= limit, string.Create(CultureInfo.InvariantCulture, $"{loss.Tag} of step {loss.Step}: {loss.Value} on the processor, {value} on the device"));
        }
    }

    [SkippableFact]
    public void What_is_not_finite_is_told_with_its_step_and_clips_though_nobody_looked_at_it()
    {
        SkipWithoutDevice();
        PreparedRun run = Run(logInterval: 1000);
        Done(run.Train(1, "--device", "opencl"));
        SortedDictionary<string, string> saved = run.Saves();
        string list = File.ReadAllText(run["filelist.txt"]);
        string features = list.Split('\n').Single(line => line.Contains("/0_0.wav", StringComparison.Ordinal)).Split('|')[1];
        FileTensor tensor = NpyFile.Read(features);
        float[] values = tensor.ToFloat32();
        values[1000] = 3e38f;
        NpyFile.Write(run["damaged.npy"], FileTensor.FromFloat32(tensor.Shape, values));
        File.WriteAllText(run["filelist.txt"], list.Replace(features, run["damaged.npy"].Replace('\\', '/'), StringComparison.Ordinal));
        (int code, string output, string error) = run.Train(2, "--device", "opencl");
        Assert.True(code == CommandLine.Failed, output + error);
        Assert.Matches(@"rvcnative: step \d+, epoch 2: \S+ is not finite with the clips (.*, )?0_0\b", error);
        Assert.Equal(saved, run.Saves());
    }

    [SkippableFact]
    public void Memory_that_a_device_has_not_is_told_with_the_planners_figures()
    {
        SkipWithoutDevice();
        PreparedRun run = Run();
        using KernelBackend backend = new(new ScarceDevice(new OpenClDevice(0, KernelCache.OfUser()), mostBytes: 2 << 20));
        using Trainer trainer = new(backend, new ExperimentFolder(run.Folder), new TrainOptions
        {
            Version = ModelVersion.V2,
            HasPitch = true,
            Epochs = 1,
            BatchSize = 2,
            WeightsFolder = Path.GetDirectoryName(run.Voice)!,
        });
        Assert.True(trainer.Memory.ArenaBytes > 2 << 20);
        DeviceMemoryException failure = Assert.Throws<DeviceMemoryException>(() => trainer.Run(null, null, CancellationToken.None));
        Assert.Contains("has no more than", failure.Message, StringComparison.Ordinal);
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

    private static void Done((int Code, string Output, string Error) result) => Assert.True(result.Code == CommandLine.Done, result.Output + result.Error);

    private static List<(long Step, string Tag, float Value)> Losses(PreparedRun run) =>
    [
        .. from file in Directory.GetFiles(run.Folder, "events.out.tfevents.*")
           from item in EventFile.Read(file).Events
           from value in item.Values.OfType<ScalarValue>()
           where value.Tag.StartsWith("loss/", StringComparison.Ordinal)
           select (item.Step, value.Tag, value.Value),
    ];

    /// <summary>A device that gives no piece above a size.</summary>
    private sealed class ScarceDevice(IDevice inner, long mostBytes) : IDevice
    {
        public string Name => inner.Name;

        public bool HasDouble => inner.HasDouble;

        public long Waits => inner.Waits;

        public long Allocations => inner.Allocations;

        public DeviceStorage Allocate(long bytes) =>
            bytes <= mostBytes ? inner.Allocate(bytes) : throw new DeviceMemoryException($"{bytes} bytes are wanted, the device has no more than {mostBytes}");

        public void Write(ReadOnlySpan<byte> values, DeviceStorage to, long offsetBytes) => inner.Write(values, to, offsetBytes);

        public void Read(DeviceStorage from, long offsetBytes, Span<byte> values) => inner.Read(from, offsetBytes, values);

        public DeviceProgram Compile(string source, IReadOnlyList<string> defines) => inner.Compile(source, defines);

        public RecordedOps Record(Action launches) => inner.Record(launches);

        public void Launch(DeviceKernel kernel, Grid groups, ReadOnlySpan<KernelArgument> arguments) => inner.Launch(kernel, groups, arguments);

        public void Wait() => inner.Wait();

        public void Dispose() => inner.Dispose();
    }
}

using RvcNative.Gpu;
using RvcNative.Gpu.OpenCl;
using RvcNative.Native.OpenCl;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Cli.Tests.Training;

/// <summary>What a training on a device leaves there, and what its host waits for.</summary>
public sealed class DeviceClipsTests(PreparedVoice voice) : IClassFixture<PreparedVoice>
{
    private const int Epochs = 2, Steps = Epochs * 3;

    [SkippableFact]
    public void Clips_that_stay_on_the_device_train_to_the_bytes_of_uploads_and_it_is_said_where_they_are()
    {
        PreparedRun gathered = NewRun(logInterval: 2), uploaded = NewRun(logInterval: 2), refused = NewRun(logInterval: 2);
        DataSettings data = ConfigFile.Read(gathered["config.json"]).Data;
        int frames;
        using (Training training = new(gathered, Open()))
        {
            MemoryNeed need = training.Trainer.Memory;
            frames = training.Trainer.Clips.Frames.Sum();
            Assert.Equal(4L * frames * (768 + data.SpecBins + data.HopSamples + 3), need.ClipBytes);
            Assert.Equal(need.NetworkBytes + need.ArenaBytes + need.ClipBytes + MemoryNeed.ProcessBytes, need.Bytes);
            Assert.Contains(training.Run(), line => line.StartsWith("the clips stay on the device, ", StringComparison.Ordinal));
        }

        using (Training training = new(uploaded, new ScarceDevice(Open(), _ => true, freeBytes: 1 << 20)))
        {
            Assert.Equal(0, training.Trainer.Memory.ClipBytes);
            Assert.Contains(training.Run(), line => line.StartsWith("each batch is uploaded, for the clips do not stay on the device: they take", StringComparison.Ordinal));
        }

        using (Training training = new(refused, new ScarceDevice(Open(), bytes => bytes != 4L * frames * data.SpecBins)))
        {
            Assert.True(training.Trainer.Memory.ClipBytes > 0);
            Assert.Contains(training.Run(), line => line.EndsWith("which the device has not", StringComparison.Ordinal));
        }

        Assert.Equal(uploaded.Saves(), gathered.Saves());
        Assert.Equal(uploaded.Saves(), refused.Saves());
    }

    [SkippableFact]
    public void The_host_waits_for_a_device_at_steps_that_are_logged_and_nowhere_else()
    {
        IDevice device = Open();
        using Training training = new(NewRun(logInterval: 5), device);
        List<(long Step, long Waits)> seen = [];
        training.Run(at => seen.Add((at.GlobalStep, device.Waits)));
        Assert.Equal(Enumerable.Range(1, Steps).Select(step => (long)step), seen.Select(each => each.Step));
        for (int i = 1; i < seen.Count; i++) Assert.Equal((seen[i].Step - 1) % 5 == 0 ? 1 : 0, seen[i].Waits - seen[i - 1].Waits);
    }

    [SkippableFact]
    public void A_stretch_that_is_interrupted_goes_on_to_the_same_bytes()
    {
        PreparedRun whole = NewRun(logInterval: 1000), broken = NewRun(logInterval: 1000);
        using (Training unbroken = new(whole, Open())) unbroken.Run();
        using (Training interrupted = new(broken, Open()))
        {
            using CancellationTokenSource cancellation = new();
            long last = 0;
            Assert.ThrowsAny<OperationCanceledException>(() => interrupted.Run(
                at =>
                {
                    last = at.GlobalStep;
                    cancellation.Cancel();
                },
                cancellation.Token));
            Assert.InRange(last, 1, Steps - 1);
        }

        using (Training goesOn = new(broken, Open())) goesOn.Run();
        Assert.Equal(whole.Saves(), broken.Saves());
    }

    private static OpenClDevice Open()
    {
        Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");
        return new OpenClDevice(0, KernelCache.OfUser());
    }

    private PreparedRun NewRun(int logInterval)
    {
        PreparedRun run = voice.NewRun();
        RvcConfig config = ConfigFile.Read(run["config.json"]);
        ConfigFile.Write(config with { Train = config.Train with { LogInterval = logInterval } }, run["config.json"]);
        return run;
    }

    /// <summary>A training of so many steps that saves at its end alone.</summary>
    private sealed class Training : IDisposable
    {
        private readonly KernelBackend _backend;

        internal Training(PreparedRun run, IDevice device)
        {
            _backend = new KernelBackend(device);
            Trainer = new Trainer(_backend, new ExperimentFolder(run.Folder), new TrainOptions
            {
                Version = ModelVersion.V2,
                HasPitch = true,
                Epochs = Epochs,
                BatchSize = 2,
                SaveEvery = Steps,
                WeightsFolder = Path.GetDirectoryName(run.Voice)!,
            });
        }

        internal Trainer Trainer { get; }

        internal List<string> Run(Action<TrainProgress>? onStep = null, CancellationToken cancellation = default)
        {
            List<string> said = [];
            Trainer.Run(onStep, said.Add, cancellation);
            return said;
        }

        public void Dispose()
        {
            Trainer.Dispose();
            _backend.Dispose();
        }
    }
}

using RvcNative.Cli.Commands;
using RvcNative.Cli.Demo;
using RvcNative.Cli.Tests.Training;
using RvcNative.Native.OpenCl;
using RvcNative.Rvc.Models;

namespace RvcNative.Cli.Tests;

public sealed class DemoOnDeviceTests
{
    /// <summary>
    /// At the rate of a training from random weights two ways to round are apart by a percent at the seventh step, also on one processor with wide and with narrow
    /// vectors (docs/performance.md), so the steps before count.
    /// </summary>
    private const int ComparedSteps = 5;

    [SkippableFact]
    public void The_demos_configuration_trains_on_a_device_as_on_the_processor()
    {
        Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device; on Debian: apt install pocl-opencl-icd");
        DemoPlan demo = DemoPlan.Of(Vocoder.HifiGan, isShort: true);
        DemoPlan logged = demo with { Config = demo.Config with { Train = demo.Config.Train with { LogInterval = 1 } } };
        string root = Directory.CreateTempSubdirectory("rvcnative-demo-").FullName;
        try
        {
            string[] experiments = [.. new[] { "cpu", "opencl" }.Select(device =>
            {
                DirectoryInfo folder = new(Path.Combine(root, device));
                using StringWriter output = new();
                Assert.Equal(CommandLine.Done, DemoCommand.Run(new DemoCommand.Options(folder, logged, Seed: 11, Threads: 0, device), output));
                return new DemoFolder(folder.FullName).Experiment.Root;
            })];
            Assert.True(DeviceLosses.Of(experiments[0]).Select(loss => loss.Step).Distinct().Count() >= ComparedSteps);
            DeviceLosses.AssertSame(experiments[0], experiments[1], ComparedSteps);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using RvcNative.Cli.Commands;
using RvcNative.Core.Cpu;
using RvcNative.Gpu;
using RvcNative.Rvc.Benchmarks;

namespace RvcNative.Cli.Measuring;

/// <summary>`bench ops` on a device: each convolution is compared with the processor's, then launched many times between two waits.</summary>
internal static class DeviceOpsBenchmark
{
    private const int Rounds = 5, MostLaunches = 2000;

    /// <summary>What one convolution takes, and what it moves at least: each tensor once.</summary>
    private readonly record struct DeviceOpTimes(StepConvolution Convolution, RunTimes Times)
    {
        internal double StepMs => Convolution.Count * Times.MedianMs;

        internal double Gflops => Convolution.Size.Flop / 1e6 / Times.MedianMs;

        internal double Gbps => (double)sizeof(float) * (ConvData.InCount(Convolution.Size) + ConvData.OutCount(Convolution.Size) + ConvData.WeightCount(Convolution.Size)) / 1e6 / Times.MedianMs;
    }

    internal static int Run(KernelBackend device, IReadOnlyList<StepConvolution> convolutions, BenchCommand.OpsOptions options, TextWriter output)
    {
        using CpuBackend reference = new(options.Threads);
        DevicePeaks peaks = DevicePeaks.Measure(device);
        if (!options.Json)
        {
            output.WriteLine(Text($"convolutions of a training step, {options.Config}, batch {options.Batch}, {options.Frames} frames, on {device.Name}"));
            output.WriteLine(Text($"measured peaks: {peaks.Gflops:n0} GFLOP/s in f32, {peaks.CopyGbps:n1} GB/s copied"));
            output.WriteLine($"{"layer",-44} {"pass",-7} {"shape",-44} {"count",5} {"ms",9} {"min",9} {"GFLOP/s",9} {"peak",5} {"GB/s",8} {"peak",5}");
        }

        List<DeviceOpTimes> all = [];
        foreach (StepConvolution convolution in convolutions)
        {
            DeviceOpTimes op = new(convolution, Measure(device, reference, convolution, options.Seconds));
            all.Add(op);
            if (!options.Json)
            {
                output.WriteLine(Text($"{OpsReport.Layer(convolution),-44} {OpsReport.Pass(convolution),-7} {OpsReport.Shape(convolution.Size),-44} {convolution.Count,5} {op.Times.MedianMs,9:f3} {op.Times.MinMs,9:f3} {op.Gflops,9:f1} {op.Gflops / peaks.Gflops,5:0%} {op.Gbps,8:f1} {op.Gbps / peaks.CopyGbps,5:0%}"));
                continue;
            }

            JsonLine.Write(output, json => new Facts("")
                .Add("name", convolution.Names[0]).Add("pass", OpsReport.Pass(convolution)).Add("shape", OpsReport.Shape(convolution.Size)).Add("device", device.Name)
                .Add("count", convolution.Count).Add("runs", op.Times.Runs).Add("median_ms", Rounded.Of(op.Times.MedianMs)).Add("min_ms", Rounded.Of(op.Times.MinMs))
                .Add("gflops", Rounded.Of(op.Gflops)).Add("peak_gflops", Rounded.Of(peaks.Gflops)).Add("share_of_peak", Rounded.Of(op.Gflops / peaks.Gflops))
                .Add("gbps", Rounded.Of(op.Gbps)).Add("copy_gbps", Rounded.Of(peaks.CopyGbps)).WriteJson(json));
        }

        double total = all.Sum(op => op.StepMs), flop = all.Sum(op => op.Convolution.Count * op.Convolution.Size.Flop);
        if (!options.Json) output.WriteLine(Text($"{all.Count} convolutions, {total:n2} ms in a step, {flop / 1e6 / total:n0} GFLOP/s ({flop / 1e6 / total / peaks.Gflops:0%} of the f32 peak)"));
        return CommandLine.Done;
    }

    private static RunTimes Measure(KernelBackend device, CpuBackend reference, StepConvolution convolution, double seconds)
    {
        ConvData data = new(convolution.Size);
        using ConvRun ours = new(device, convolution.Size, data);
        using (ConvRun wanted = new(reference, convolution.Size, data))
        {
            ours.Run();
            wanted.Run();
            double error = OpsBenchmark.RelativeError(ours.Result(), wanted.Result()), limit = Limit(device.Precision);
            if (!(error < limit)) throw new InvalidDataException(Text($"{convolution.Names[0]} {convolution.Size.Pass}: the device's result differs from the processor's by {error:g3} (relative), more than {limit:g1}; nothing was timed ({convolution.Size})"));
        }

        List<double> ms = [];
        int launches = (int)Math.Clamp(seconds * 1000 / Rounds / Time(1), 1, MostLaunches);
        for (int round = 0; round < Rounds; round++) ms.Add(Time(launches));
        return RunTimes.Of(ms);

        double Time(int count)
        {
            device.Wait();
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++) ours.Run();
            device.Wait();
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds / count;
        }
    }

    // Of random operands, by the digits behind the point that are kept.
    private static double Limit(Precision precision) => precision switch
    {
        Precision.F32 => 1e-4,
        Precision.Bf16 => 1e-2,
        _ => 1e-3,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

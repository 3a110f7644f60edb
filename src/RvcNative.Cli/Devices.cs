using System.CommandLine;
using System.Globalization;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Gpu;
using RvcNative.Gpu.Cuda;
using RvcNative.Gpu.OpenCl;
using RvcNative.Native.Cuda;
using RvcNative.Native.OpenCl;

namespace RvcNative.Cli;

/// <summary>The one place that picks a backend. What was asked for is opened or refused; only `auto` looks for itself, and says what it took by the backend's name.</summary>
internal static class Devices
{
    internal const string Cpu = "cpu";
    private const string Auto = "auto", Cuda = "cuda", OpenCl = "opencl";
    private const int FirstTensorCores = 80;

    // In the order of Precision.
    private static readonly string[] PrecisionNames = ["f32", "tf32", "bf16", "fp16"];

    internal static Option<string> Option()
    {
        Option<string> device = new("--device")
        {
            Description = "cpu; cuda, cuda:1, opencl, opencl:1, devices as `doctor` numbers them; auto takes the first graphics card, else the processor.",
            DefaultValueFactory = _ => Cpu,
        };
        device.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string text }] && !IsKnown(text)) result.AddError($"--device {text}: say cpu, cuda, cuda:N, opencl, opencl:N or auto.");
        });
        return device;
    }

    internal static Option<string> PrecisionOption()
    {
        Option<string> precision = new("--precision")
        {
            Description = "What operands of convolutions are rounded to: f32 (nothing), tf32, bf16 or fp16; weights, sums and losses stay f32. On cuda and opencl.",
            DefaultValueFactory = _ => PrecisionNames[0],
        };
        precision.AcceptOnlyFromAmong(PrecisionNames);
        return precision;
    }

    /// <param name="threads">Of the processor; 0 takes one per processor.</param>
    /// <exception cref="ArgumentException">The device asked for is not there, or does not compute in this precision.</exception>
    internal static Backend Open(string device, int threads, string precision = "f32")
    {
        (string kind, int index) = Parse(device);
        Precision rounding = (Precision)Array.IndexOf(PrecisionNames, precision);
        return kind switch
        {
            Cpu => OpenCpu(threads, rounding),
            Cuda => OpenCuda(index, rounding),
            OpenCl => OpenOpenCl(index, rounding),
            Auto => OpenCard(rounding) ?? OpenCpu(threads, rounding),
            _ => throw new ArgumentException($"--device {device}: say cpu, cuda, cuda:N, opencl, opencl:N or auto"),
        };
    }

    private static Backend OpenCpu(int threads, Precision precision) => precision == Precision.F32
        ? new CpuBackend(threads)
        : throw new ArgumentException($"--precision {PrecisionNames[(int)precision]}: the processor computes in f32; other precisions are for --device cuda and opencl");

    private static KernelBackend OpenCuda(int index, Precision precision)
    {
        CudaDevice device = new(index, KernelCache.OfUser());
        if (precision == Precision.F32 || device.Architecture >= FirstTensorCores) return new(device, precision);
        string name = device.Name;
        device.Dispose();
        throw new ArgumentException($"--precision {PrecisionNames[(int)precision]}: {name} is older than sm_{FirstTensorCores}, whose tensor cores the kernels are for; take --precision f32");
    }

    private static KernelBackend OpenOpenCl(int index, Precision precision) => new(new OpenClDevice(index, KernelCache.OfUser()), precision);

    /// <summary>The first graphics card, or null. Graphics cards are the first of OpenCL's list.</summary>
    private static KernelBackend? OpenCard(Precision precision)
    {
        if (CudaDevices.CompilerMissing is null && CudaDevices.All().Count > 0) return OpenCuda(0, precision);
        return ClDevices.All() is [{ IsGpu: true }, ..] ? OpenOpenCl(0, precision) : null;
    }

    private static bool IsKnown(string device) => Parse(device).Kind is Cpu or Cuda or OpenCl or Auto;

    private static (string Kind, int Index) Parse(string device)
    {
        string[] parts = device.Split(':');
        if (parts is [OpenCl or Cuda, string number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index)) return (parts[0], index);
        return parts.Length == 1 ? (device, 0) : ("", 0);
    }
}

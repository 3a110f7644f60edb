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

    // In the order of ConvMath.
    private static readonly string[] MathNames = ["auto", "own", "library"];

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
            Description = "What operands of convolutions are rounded to: f32 (nothing), tf32, bf16 or fp16; the last two are also what activations of wide layers are stored as. Weights, sums and losses stay f32. On cuda and opencl.",
            DefaultValueFactory = _ => PrecisionNames[0],
        };
        precision.AcceptOnlyFromAmong(PrecisionNames);
        return precision;
    }

    internal static Option<string> MathOption()
    {
        Option<string> math = new("--math")
        {
            Description = "Whose convolutions run on cuda: own kernels, library (cuBLASLt's and cuDNN's where they are installed and have the sum), or auto: the fastest for each, measured once and kept.",
            DefaultValueFactory = _ => MathNames[0],
        };
        math.AcceptOnlyFromAmong(MathNames);
        return math;
    }

    /// <param name="threads">Of the processor; 0 takes one per processor.</param>
    /// <exception cref="ArgumentException">The device asked for is not there, does not compute in this precision, or has no library that was asked for.</exception>
    internal static Backend Open(string device, int threads, string precision = "f32", string math = "own")
    {
        (string kind, int index) = Parse(device);
        Precision rounding = (Precision)Array.IndexOf(PrecisionNames, precision);
        ConvMath whose = (ConvMath)Array.IndexOf(MathNames, math);
        return kind switch
        {
            Cpu => OpenCpu(threads, rounding, whose),
            Cuda => OpenCuda(index, rounding, whose),
            OpenCl => OpenOpenCl(index, rounding, whose),
            Auto => OpenCard(rounding, whose) ?? OpenCpu(threads, rounding, whose),
            _ => throw new ArgumentException($"--device {device}: say cpu, cuda, cuda:N, opencl, opencl:N or auto"),
        };
    }

    private static Backend OpenCpu(int threads, Precision precision, ConvMath math)
    {
        if (precision != Precision.F32) throw new ArgumentException($"--precision {PrecisionNames[(int)precision]}: the processor computes in f32; other precisions are for --device cuda and opencl");
        RefuseLibrary(math, "the processor");
        return new CpuBackend(threads);
    }

    private static KernelBackend OpenCuda(int index, Precision precision, ConvMath math)
    {
        if (math == ConvMath.Library && CudaConvLibraries.Missing is { } missing) throw new ArgumentException($"--math library: {missing}; install one, such as: pip install nvidia-cudnn-cu12, or take --math own");
        CudaDevice device = new(index, KernelCache.OfUser());
        if (precision == Precision.F32 || device.Architecture >= FirstTensorCores) return new(device, precision, math);
        string name = device.Name;
        device.Dispose();
        throw new ArgumentException($"--precision {PrecisionNames[(int)precision]}: {name} is older than sm_{FirstTensorCores}, whose tensor cores the kernels are for; take --precision f32");
    }

    private static KernelBackend OpenOpenCl(int index, Precision precision, ConvMath math)
    {
        RefuseLibrary(math, "OpenCL");
        return new(new OpenClDevice(index, KernelCache.OfUser()), precision);
    }

    private static void RefuseLibrary(ConvMath math, string device)
    {
        if (math == ConvMath.Library) throw new ArgumentException($"--math library: {device} has own kernels alone; cuBLASLt and cuDNN are for --device cuda");
    }

    /// <summary>The first graphics card, or null. Graphics cards are the first of OpenCL's list.</summary>
    private static KernelBackend? OpenCard(Precision precision, ConvMath math)
    {
        if ((CudaDevices.CompilerMissing is null || KernelImages.OfBuild.AreThere) && CudaDevices.All().Count > 0) return OpenCuda(0, precision, math);
        return ClDevices.All() is [{ IsGpu: true }, ..] ? OpenOpenCl(0, precision, math) : null;
    }

    private static bool IsKnown(string device) => Parse(device).Kind is Cpu or Cuda or OpenCl or Auto;

    private static (string Kind, int Index) Parse(string device)
    {
        string[] parts = device.Split(':');
        if (parts is [OpenCl or Cuda, string number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index)) return (parts[0], index);
        return parts.Length == 1 ? (device, 0) : ("", 0);
    }
}

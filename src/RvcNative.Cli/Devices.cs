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

    /// <param name="threads">Of the processor; 0 takes one per processor.</param>
    /// <exception cref="ArgumentException">The device asked for is not there.</exception>
    internal static Backend Open(string device, int threads)
    {
        (string kind, int index) = Parse(device);
        return kind switch
        {
            Cpu => new CpuBackend(threads),
            Cuda => OpenCuda(index),
            OpenCl => OpenOpenCl(index),
            Auto => OpenCard() ?? (Backend)new CpuBackend(threads),
            _ => throw new ArgumentException($"--device {device}: say cpu, cuda, cuda:N, opencl, opencl:N or auto"),
        };
    }

    private static KernelBackend OpenCuda(int index) => new(new CudaDevice(index, KernelCache.OfUser()));

    private static KernelBackend OpenOpenCl(int index) => new(new OpenClDevice(index, KernelCache.OfUser()));

    /// <summary>The first graphics card, or null. Graphics cards are the first of OpenCL's list.</summary>
    private static KernelBackend? OpenCard()
    {
        if (CudaDevices.CompilerMissing is null && CudaDevices.All().Count > 0) return OpenCuda(0);
        return ClDevices.All() is [{ IsGpu: true }, ..] ? OpenOpenCl(0) : null;
    }

    private static bool IsKnown(string device) => Parse(device).Kind is Cpu or Cuda or OpenCl or Auto;

    private static (string Kind, int Index) Parse(string device)
    {
        string[] parts = device.Split(':');
        if (parts is [OpenCl or Cuda, string number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index)) return (parts[0], index);
        return parts.Length == 1 ? (device, 0) : ("", 0);
    }
}

using System.CommandLine;
using System.Globalization;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Gpu;
using RvcNative.Gpu.OpenCl;
using RvcNative.Native.OpenCl;

namespace RvcNative.Cli;

/// <summary>The one place that picks a backend. What was asked for is opened or refused; only `auto` looks for itself, and says what it took by the backend's name.</summary>
internal static class Devices
{
    internal const string Cpu = "cpu";
    private const string Auto = "auto", OpenCl = "opencl";

    internal static Option<string> Option()
    {
        Option<string> device = new("--device")
        {
            Description = "cpu; opencl or opencl:1, a device as `doctor` numbers them; auto takes the first graphics card, else the processor.",
            DefaultValueFactory = _ => Cpu,
        };
        device.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string text }] && !IsKnown(text)) result.AddError($"--device {text}: say cpu, opencl, opencl:N or auto.");
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
            OpenCl => OpenOpenCl(index),
            Auto => FirstGraphicsCard() is { } card ? OpenOpenCl(card) : new CpuBackend(threads),
            _ => throw new ArgumentException($"--device {device}: say cpu, opencl, opencl:N or auto"),
        };
    }

    private static KernelBackend OpenOpenCl(int index) => new(new OpenClDevice(index, KernelCache.OfUser()));

    private static int? FirstGraphicsCard() => ClDevices.All() is [{ IsGpu: true }, ..] ? 0 : null;   // graphics cards are the first of the list

    private static bool IsKnown(string device) => Parse(device).Kind is Cpu or OpenCl or Auto;

    private static (string Kind, int Index) Parse(string device)
    {
        string[] parts = device.Split(':');
        if (parts is [OpenCl, string number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index)) return (OpenCl, index);
        return parts.Length == 1 ? (device, 0) : ("", 0);
    }
}

using System.Text;
using RvcNative.Native.OpenCl;
using Cl = RvcNative.Native.OpenCl.OpenCl;

namespace RvcNative.Gpu.OpenCl;

/// <summary>The driver's compiler: from source to a program, and from a program to bytes and back.</summary>
internal static unsafe class OpenClCompiler
{
    /// <exception cref="KernelCompilationException">The driver refuses the source.</exception>
    internal static ClProgram Build(ClContext context, ClDevice device, string name, string source, string options)
    {
        byte[] text = Encoding.UTF8.GetBytes(source);
        ClProgram program;
        fixed (byte* first = text)
        {
            byte* strings = first;
            nuint length = (nuint)text.Length;
            program = Cl.clCreateProgramWithSource(context, 1, &strings, &length, out ClStatus status);
            ClException.ThrowUnless(status, device.Name, nameof(Cl.clCreateProgramWithSource));
        }

        ClStatus built = BuildFor(program, device, options);
        if (built == ClStatus.Success) return program;
        string log = Log(program, device);
        program.Dispose();
        throw new KernelCompilationException($"clBuildProgram failed with {built} for {name} on {device.Name} ({device.Platform}, {device.DriverVersion}), options {options}:\n{log}");
    }

    /// <summary>A program from kept bytes, or null when the driver does not take them (it has changed since).</summary>
    internal static ClProgram? Load(ClContext context, ClDevice device, byte[] binary, string options)
    {
        fixed (byte* first = binary)
        {
            byte* binaries = first;
            nuint length = (nuint)binary.Length;
            nint id = device.Id;
            ClStatus each;
            ClProgram program = Cl.clCreateProgramWithBinary(context, 1, &id, &length, &binaries, &each, out ClStatus status);
            if (status == ClStatus.Success && each == ClStatus.Success && BuildFor(program, device, options) == ClStatus.Success) return program;
            program.Dispose();
            return null;
        }
    }

    internal static byte[] BinaryOf(ClProgram program)
    {
        nuint bytes = 0;
        ClException.ThrowUnless(Cl.clGetProgramInfo(program, ClProgramInfo.BinarySizes, (nuint)sizeof(nuint), &bytes, null), "size");
        byte[] binary = new byte[bytes];
        fixed (byte* first = binary)
        {
            byte* to = first;
            ClException.ThrowUnless(Cl.clGetProgramInfo(program, ClProgramInfo.Binaries, (nuint)sizeof(nint), &to, null), bytes);
        }

        return binary;
    }

    private static ClStatus BuildFor(ClProgram program, ClDevice device, string options)
    {
        nint id = device.Id;
        fixed (byte* text = Encoding.UTF8.GetBytes(options + '\0')) return Cl.clBuildProgram(program, 1, &id, text, 0, 0);
    }

    private static string Log(ClProgram program, ClDevice device)
    {
        nuint bytes = 0;
        if (Cl.clGetProgramBuildInfo(program, device.Id, ClProgramBuildInfo.Log, 0, null, &bytes) != ClStatus.Success) return "(no log)";
        byte[] text = new byte[bytes];
        fixed (byte* first = text) _ = Cl.clGetProgramBuildInfo(program, device.Id, ClProgramBuildInfo.Log, bytes, first, null);
        return Encoding.UTF8.GetString(text).TrimEnd('\0');
    }
}

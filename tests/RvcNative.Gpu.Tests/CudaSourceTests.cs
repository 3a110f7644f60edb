using System.ComponentModel;
using System.Diagnostics;

namespace RvcNative.Gpu.Tests;

/// <summary>
/// Every kernel in every specialisation as CUDA C++, by clang, for Volta and both kinds of Ampere. Clang 14 knows no newer cards; these run PTX of older ones.
/// </summary>
public sealed class CudaSourceTests
{
    private const string Clang = "clang-14";

    public static TheoryData<string> Files() => [.. Kernels.All.Select(spec => spec.File).Distinct()];

    [SkippableTheory, MemberData(nameof(Files))]
    public void A_kernel_file_compiles_to_PTX(string file)
    {
        Skip.IfNot(Run(["--version"]) is { Code: 0 }, $"{Clang} is not installed; on Debian: apt install clang-14");
        foreach (IGrouping<string, KernelSpec> program in Kernels.All.Where(spec => spec.File == file).GroupBy(spec => string.Join(' ', spec.Defines)))
        {
            // Tensor cores that know these precisions begin at sm_80, whose PTX sm_86 takes as it is.
            string[] architectures = program.First().UsesTensorCores ? ["sm_80"] : ["sm_70", "sm_80", "sm_86"];
            foreach (string architecture in architectures) Compile(program.First(), [.. program.Select(spec => spec.Entry)], architecture);
        }
    }

    [Fact]
    public void The_list_for_cmake_has_what_the_engine_launches()
    {
        string[] programs = [.. Kernels.All.Select(Line).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(programs, File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "cmake", "kernels.txt")));

        static string Line(KernelSpec spec) => $"{spec.File} {spec.Block} {(spec.UsesTensorCores ? 80 : 70)} {string.Join(' ', spec.Defines)}";
    }

    private static void Compile(KernelSpec spec, string[] entries, string architecture)
    {
        string source = Path.GetTempFileName();
        try
        {
            File.WriteAllText(source, KernelSource.Of(spec.File));
            (int code, string output, string errors) = Run(
            [
                $"--cuda-gpu-arch={architecture}", "-x", "cuda", "-nocudainc", "-nocudalib", "--cuda-device-only", "-S", "-O0",
                "-Wall", "-Werror", "-Wno-unknown-cuda-version", "-Wno-unused-function", $"-DBLOCK={spec.Block}", "-DHAS_DOUBLE", .. spec.Defines.Select(define => "-D" + define),
                "-include", Path.Combine(AppContext.BaseDirectory, "Clang", "cuda.h"), "-o", "-", source,
            ]);
            Assert.True(code == 0, $"{spec.Title} for {architecture}: {errors}");
            foreach (string entry in entries) Assert.Contains($".entry {entry}(", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(source);
        }
    }

    private static (int Code, string Output, string Errors) Run(string[] arguments)
    {
        ProcessStartInfo start = new(Clang, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            process.WaitForExit();
            return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
        }
        catch (Win32Exception failure)
        {
            return (-1, "", failure.Message);
        }
    }
}

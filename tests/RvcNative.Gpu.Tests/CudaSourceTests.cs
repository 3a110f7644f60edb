using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using RvcNative.Gpu.Cuda;

namespace RvcNative.Gpu.Tests;

/// <summary>
/// Every kernel in every specialisation as CUDA C++, by clang: 14 for Volta and both kinds of Ampere, newer than which it knows no card, and 16 for Hopper.
/// </summary>
public sealed class CudaSourceTests
{
    private const string Clang = "clang-14", NewClang = "clang-16";

    public static TheoryData<string> Files() => [.. Kernels.All.Select(spec => spec.File).Distinct()];

    [SkippableTheory, MemberData(nameof(Files))]
    public void A_kernel_file_compiles_to_PTX(string file)
    {
        // Tensor cores that know these precisions begin at sm_80, whose PTX sm_86 takes as it is.
        CompileAll(Clang, file, spec => spec.UsesTensorCores ? ["sm_80"] : ["sm_70", "sm_80", "sm_86"]);
    }

    [SkippableTheory, MemberData(nameof(Files))]
    public void A_kernel_file_compiles_to_PTX_for_Hopper(string file) => CompileAll(NewClang, file, _ => ["sm_90"]);

    [Fact]
    public void The_list_for_cmake_has_what_the_engine_launches()
    {
        string[] programs = [.. Kernels.All.SelectMany(spec => Specialisations(spec).Select(defines => Line(spec, defines))).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(programs, File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "cmake", "kernels.txt")));

        Assert.Equal(
            programs.Select(line => KernelImages.FileName(Regex.Replace(line, "^(\\S+ \\S+) \\S+", "$1"))).Order(StringComparer.Ordinal),
            Kernels.All.SelectMany(spec => Specialisations(spec).Select((_, halves) => KernelImages.FileName(spec.ProgramName(halves == 1)))).Distinct().Order(StringComparer.Ordinal));

        static string Line(KernelSpec spec, string[] defines) => $"{spec.File} {spec.Block} {(spec.UsesTensorCores ? 80 : 70)} {string.Join(' ', defines)}";
    }

    private static void CompileAll(string clang, string file, Func<KernelSpec, string[]> architectures)
    {
        Skip.IfNot(Run(clang, ["--version"]) is { Code: 0 }, $"{clang} is not installed; on Debian: apt install {clang}");
        foreach (IGrouping<string, KernelSpec> program in Kernels.All.Where(spec => spec.File == file).GroupBy(spec => string.Join(' ', spec.Defines)))
        {
            foreach (string[] defines in Specialisations(program.First()))
            {
                foreach (string architecture in architectures(program.First())) Compile(clang, program.First(), defines, [.. program.Select(spec => spec.Entry)], architecture);
            }
        }
    }

    private static IEnumerable<string[]> Specialisations(KernelSpec spec) => spec.TakesHalves ? [[.. spec.Defines], [.. spec.Defines, "HALVES"]] : [[.. spec.Defines]];

    private static void Compile(string clang, KernelSpec spec, string[] defines, string[] entries, string architecture)
    {
        string source = Path.GetTempFileName();
        try
        {
            File.WriteAllText(source, KernelSource.Of(spec.File));
            (int code, string output, string errors) = Run(
            clang,
            [
                $"--cuda-gpu-arch={architecture}", "-x", "cuda", "-nocudainc", "-nocudalib", "--cuda-device-only", "-S", "-O0",
                "-Wall", "-Werror", "-Wno-unknown-cuda-version", "-Wno-unused-function", $"-DBLOCK={spec.Block}", "-DHAS_DOUBLE", .. defines.Select(define => "-D" + define),
                "-include", Path.Combine(AppContext.BaseDirectory, "Clang", "cuda.h"), "-o", "-", source,
            ]);
            Assert.True(code == 0, $"{spec.Title} for {architecture} by {clang}: {errors}");
            foreach (string entry in entries) Assert.Contains($".entry {entry}(", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(source);
        }
    }

    private static (int Code, string Output, string Errors) Run(string clang, string[] arguments)
    {
        ProcessStartInfo start = new(clang, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
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

using System.Diagnostics;
using RvcNative.Gpu.Cuda;

namespace RvcNative.Gpu.Tests;

public sealed class CmakeImagesTests
{
    /// <summary>A script in nvcc's place writes its arguments where the image should be: names, macros and the hash of the sources are what the engine looks for.</summary>
    [SkippableFact, System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void Cmake_makes_the_images_that_the_engine_asks_for()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists("/usr/bin/cmake") && File.Exists("/usr/bin/make"), "cmake is not installed; on Debian: apt install cmake make");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rvcnative-images-");
        try
        {
            string nvcc = Path.Combine(folder.FullName, "nvcc"), build = Path.Combine(folder.FullName, "build");
            File.WriteAllText(nvcc, "#!/bin/sh\nall=\"$*\"\nwhile [ \"$1\" != -o ]; do shift; done\necho \"$all\" > \"$2\"\n");
            File.SetUnixFileMode(nvcc, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Run("-S", Path.Combine(Root(), "cmake"), "-B", build, $"-DNVCC={nvcc}", "-DCLANG=");
            Run("--build", build);
            KernelImages images = new(name => Path.Combine(build, "images", name) is var path && File.Exists(path) ? File.OpenRead(path) : null);
            Assert.True(images.AreThere);
            foreach (KernelSpec spec in Kernels.All)
            {
                foreach (bool halves in spec.TakesHalves ? [false, true] : (bool[])[false])
                {
                    string arguments = System.Text.Encoding.UTF8.GetString(images.Find(spec.ProgramName(halves))).Trim('\0', '\n');
                    Assert.StartsWith($"-ptx -std=c++17 -arch=compute_{(spec.UsesTensorCores ? 80 : 70)} -DBLOCK={spec.Block} -DHAS_DOUBLE ", arguments, StringComparison.Ordinal);
                    foreach (string define in spec.Defines) Assert.Contains($" -D{define} ", arguments, StringComparison.Ordinal);
                    Assert.Equal(halves, arguments.Contains(" -DHALVES ", StringComparison.Ordinal));
                    Assert.EndsWith($"/{spec.File}.cu", arguments, StringComparison.Ordinal);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RvcNative.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"RvcNative.sln is nowhere above {AppContext.BaseDirectory}");
    }

    private static void Run(params string[] arguments)
    {
        ProcessStartInfo start = new("/usr/bin/cmake", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + errors.GetAwaiter().GetResult());
    }
}

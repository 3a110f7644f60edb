using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using RvcNative.Core.Cpu;

namespace RvcNative.Cli.Diagnosis;

/// <summary>The machine itself: processor, memory, disk, runtime.</summary>
internal static class MachineFindings
{
    // A step of 40k at batch 4 plans about 2.5 GB and weights, gradients and moments take 1.5 GB more.
    private const double WantedMemoryGib = 6, WantedDiskGib = 5, BytesPerGib = 1L << 30;

    internal static IEnumerable<Finding> All()
    {
        using CpuBackend backend = new();
        AssemblyInformationalVersionAttribute? version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        yield return new Finding("rvcnative", FindingState.Ok,
            $"{version?.InformationalVersion.Split('+')[0]}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, "
                + RuntimeInformation.OSDescription);
        yield return Processor(backend);
        yield return new Finding("device cpu", FindingState.Ok, backend.Name);
        yield return Memory();
        yield return Disk();
        yield return TemporaryFolder();
    }

    private static Finding Processor(CpuBackend backend)
    {
        bool isWide = backend.Name.Contains("AVX", StringComparison.Ordinal) || RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        string found = string.Create(CultureInfo.InvariantCulture, $"{ProcessorName()}, {Environment.ProcessorCount} logical processors");
        return isWide
            ? new Finding("processor", FindingState.Ok, found)
            : new Finding("processor", FindingState.Missing, found,
                "it has no AVX2, or .NET was told not to use it (DOTNET_EnableAVX2); training works, slowly");
    }

    private static string ProcessorName()
    {
        const string ProcessorInfo = "/proc/cpuinfo";
        string? line = File.Exists(ProcessorInfo)
            ? File.ReadLines(ProcessorInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static Finding Memory()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        double total = memory.TotalAvailableMemoryBytes / BytesPerGib;
        string found = string.Create(CultureInfo.InvariantCulture, $"{total:f1} GiB for this process");
        return total >= WantedMemoryGib
            ? new Finding("memory", FindingState.Ok, found)
            : new Finding("memory", FindingState.Missing, found,
                string.Create(CultureInfo.InvariantCulture, $"a full-size model wants about {WantedMemoryGib} GiB; take --batch-size 1 or 2"));
    }

    private static Finding Disk()
    {
        string folder = Directory.GetCurrentDirectory();
        double free = new DriveInfo(folder).AvailableFreeSpace / BytesPerGib;
        string found = string.Create(CultureInfo.InvariantCulture, $"{free:f1} GiB free at {folder}");
        return free >= WantedDiskGib
            ? new Finding("disk", FindingState.Ok, found)
            : new Finding("disk", FindingState.Missing, found,
                "a training's G_ and D_ checkpoints take about 1 GiB a pair; make room, or keep the latest only");
    }

    private static Finding TemporaryFolder()
    {
        string folder = Path.GetTempPath();
        try
        {
            DirectoryInfo made = Directory.CreateTempSubdirectory("rvcnative-doctor-");
            File.WriteAllBytes(Path.Combine(made.FullName, "probe"), [1]);
            made.Delete(recursive: true);
            return new Finding("temporary folder", FindingState.Ok, $"{folder} is writable");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Finding("temporary folder", FindingState.Broken, $"{folder}: {failure.Message}",
                "set TMPDIR (Windows: TEMP) to a folder that can be written");
        }
    }
}

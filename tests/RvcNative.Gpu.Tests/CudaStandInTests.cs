using System.Runtime.InteropServices;
using RvcNative.Gpu.Cuda;
using RvcNative.Native.Cuda;

namespace RvcNative.Gpu.Tests;

/// <summary>
/// Driver and NVRTC without a card: libraries of their names, compiled from plain C, take the calls as NVIDIA's reference documents them and refuse what it refuses: calls without a
/// context, copies and waits while a graph is captured, the wrong kind of image. So uploads, graphs, copies to the host and the ends of all things run here; kernels do not.
/// </summary>
[Collection(StandIns.Name)]
public sealed class CudaStandInTests : IDisposable
{
    private readonly DriverStandIn _driver;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rvcnative stand-in cache ");

    public CudaStandInTests() => _driver = new DriverStandIn();

    public void Dispose()
    {
        _driver.Dispose();
        _folder.Delete(recursive: true);
    }

    [SkippableFact]
    public void A_program_runs_and_is_captured_and_nothing_is_left_behind()
    {
        RunPrograms();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(0, _driver.Alive);
    }

    [SkippableFact]
    public void What_a_recording_threw_is_heard_and_the_next_one_works()
    {
        using KernelBackend backend = Open(0);
        Tensor x = backend.NewTensor([4]);
        backend.Clear(x);
        Assert.Equal("first", Assert.Throws<NotSupportedException>(() => backend.Record(() => throw new NotSupportedException("first"))).Message);
        foreach (Action other in (Action[])[() => backend.Write([1f], x), () => backend.ToArray(x), () => backend.NewTensor([4]), backend.Wait])
        {
            Assert.Contains("while a program is recorded", Assert.Throws<InvalidOperationException>(() => backend.Record(other)).Message, StringComparison.Ordinal);
        }

        backend.Write([1f, 2, 3, 4], x);
        RecordedOps clear = backend.Record(() => backend.Clear(x))!;
        Assert.Equal([1, 2, 3, 4], backend.ToArray(x));
        clear.Replay();
        Assert.Equal([0, 0, 0, 0], backend.ToArray(x));
    }

    [SkippableFact]
    public void A_card_newer_than_its_compiler_gets_PTX_and_another_its_own_code()
    {
        Assert.Equal("PTX for 90", ImageFor(0));
        Assert.Equal("CUBIN for 80", ImageFor(1));
    }

    [SkippableFact]
    public void Images_that_a_build_carries_take_the_place_of_a_compiler_if_they_are_of_its_kernels()
    {
        string clear = KernelImages.FileName(Kernels.Clear.ProgramName(takesHalves: false));
        using (KernelBackend backend = new(new CudaDevice(0, new KernelCache(_folder.FullName), Carrying(KernelSource.FilesHash))))
        {
            Assert.Contains("kernels compiled ahead of time", backend.Name, StringComparison.Ordinal);
            Tensor x = backend.NewTensor([4]);
            backend.Write([1f, 2, 3, 4], x);
            backend.Clear(x);
            Assert.Equal([0, 0, 0, 0], backend.ToArray(x));
            Assert.Empty(Directory.GetFiles(_folder.FullName));
            Assert.Contains("'draw 256 SUM_ROWS=32' is not among", Assert.Throws<KernelCompilationException>(() => backend.Compile(Kernels.All.First(spec => spec.File == "draw"))).Message, StringComparison.Ordinal);
        }

        using KernelBackend other = new(new CudaDevice(0, new KernelCache(_folder.FullName), Carrying(new string('0', 64))));
        other.Compile(Kernels.Clear);
        Assert.Contains("NVRTC 12.4", other.Name, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder.FullName));

        KernelImages Carrying(string hash) => new(name => name == "sources.sha256" ? new MemoryStream(System.Text.Encoding.ASCII.GetBytes(hash + "\n"))
            : name == clear ? new MemoryStream("PTX ahead of time"u8.ToArray()) : null);
    }

    [SkippableFact]
    public void No_memory_no_card_and_a_driver_that_does_not_begin_are_told_apart()
    {
        using (KernelBackend backend = Open(1))
        {
            Assert.Contains("1,000,000,256 bytes, ", Assert.Throws<DeviceMemoryException>(() => backend.NewTensor([250_000_000])).Message, StringComparison.Ordinal);
            Tensor most = backend.NewTensor([60_000_000]);
            Assert.Contains("33,554,432 bytes", Assert.Throws<DeviceMemoryException>(() => backend.Write([1f], most)).Message, StringComparison.Ordinal);   // there is no room for the ring
            most.Buffer.Storage!.Dispose();
            backend.Write([1f], backend.NewTensor([1]));
        }

        Assert.Contains("there are cuda:0 newer than its compiler, cuda:1 older", Assert.Throws<ArgumentException>(() => Open(2)).Message, StringComparison.Ordinal);
        _driver.AnswerToInit(803);
        string message = Assert.Throws<ArgumentException>(() => Open(0)).Message;
        Assert.Contains("cuInit failed with CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", message, StringComparison.Ordinal);
        Assert.Contains("restart the machine", message, StringComparison.Ordinal);
    }

    private void RunPrograms()
    {
        using KernelBackend backend = Open(0);
        using Arena arena = new(backend);
        Tape tape = new(backend);
        Tensor x = tape.Input([2, 50, 3]), y = tape.Keep(Op.LeakyRelu(tape, x, 0.25f));
        StepProgram program = tape.Compile(arena);
        using Readout readout = backend.NewReadout(places: 2, width: y.Count);
        for (int run = 0; run < 5; run++)
        {
            if (run == 3) arena.Reserve(arena.Bytes * 4);
            float[] values = [.. Enumerable.Range(0, x.Count).Select(i => (float)((i * 7) + run) % 11 - 5)];
            backend.Write(values, x);
            program.Run();
            readout.Start(y, run % 2);
            bool isThere = false, isThereLater = false;
            Thread other = new(() => (isThere, isThereLater) = (readout.IsThere(run % 2), readout.IsThere(run % 2)));   // which has no context yet
            other.Start();
            other.Join();
            Assert.Equal((false, true), (isThere, isThereLater));
            float[] wanted = [.. values.Select(value => value > 0 ? value : 0.25f * value)];
            Assert.Equal(wanted, readout.Values(run % 2).ToArray());
            Assert.Equal(wanted, backend.ToArray(y));
        }

        Assert.Throws<NotSupportedException>(() => backend.Record(() => throw new NotSupportedException()));
        Tensor wide = backend.NewTensor([(UploadRing.HalfBytes * 3 / sizeof(float)) + 7]);
        float[] many = [.. Enumerable.Range(0, wide.Count).Select(i => (float)(i % 65537))];
        backend.Write(many, wide);
        Assert.Equal(many, backend.ToArray(wide));
    }

    private string ImageFor(int card)
    {
        string folder = Path.Combine(_folder.FullName, $"{card}");
        using KernelBackend backend = new(new CudaDevice(card, new KernelCache(folder)));
        backend.Compile(Kernels.Clear);
        byte[] kept = File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder)));
        return System.Text.Encoding.ASCII.GetString(kept.AsSpan(32)).TrimEnd('\0');   // behind a hash
    }

    private KernelBackend Open(int card) => new(new CudaDevice(card, new KernelCache(_folder.FullName)));

    /// <summary>The stand-ins, of which the driver's is there for as long as the process, once it is loaded; skips where a real driver is.</summary>
    private sealed class DriverStandIn : IDisposable
    {
        private static readonly Lazy<nint> s_driver = new(Load);
        private readonly StandInFolder _folder = new();

        internal DriverStandIn()
        {
            Skip.IfNot(s_driver.IsValueCreated || CudaDevices.Missing is not null, "a real driver is installed");
            Skip.IfNot(s_driver.Value != 0 && _folder.Compile("nvrtc", "libnvrtc.so.12"), $"{StandInFolder.Clang} is not installed; on Debian: apt install {StandInFolder.Clang}");
            Skip.IfNot(CudaDevices.CompilerVersion == "NVRTC 12.4", "a real NVRTC is installed");
        }

        /// <summary>Objects that were made and not freed.</summary>
        internal int Alive => Marshal.ReadInt32(NativeLibrary.GetExport(s_driver.Value, "standin_alive"));

        internal void AnswerToInit(int result) => Marshal.WriteInt32(NativeLibrary.GetExport(s_driver.Value, "standin_begins"), result);

        public void Dispose()
        {
            if (s_driver.IsValueCreated && s_driver.Value != 0) AnswerToInit(0);
            _folder.Dispose();
        }

        // A library that is loaded is found by the name that it says it has.
        private static nint Load()
        {
            using StandInFolder folder = new();
            return folder.Compile("cuda", "libcuda.so.1") ? NativeLibrary.Load(Path.Combine(folder.FullName, "libcuda.so.1")) : 0;
        }
    }
}

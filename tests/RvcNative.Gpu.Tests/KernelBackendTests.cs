using RvcNative.Gpu.OpenCl;
using RvcNative.Native.OpenCl;

namespace RvcNative.Gpu.Tests;

[Collection(OpenClTests.Name)]
public sealed class KernelBackendTests(OpenClFixture fixture)
{
    [SkippableFact]
    public void Memory_is_zeroed_and_a_part_is_written_and_read_alone()
    {
        Tensor whole = fixture.Device.NewTensor([100]);
        fixture.Device.Write([1f, 2f, 3f], Core.Backend.Part(whole, 7, [3]));
        float[] values = fixture.Device.ToArray(whole);
        Assert.Equal([0, 1, 2, 3, 0], values[6..11]);
        Assert.Equal(6, values.Sum());
        Assert.Equal([2, 3], fixture.Device.ToArray(Core.Backend.Part(whole, 8, [2])));
    }

    [SkippableFact]
    public void A_tensor_of_another_backend_is_refused()
    {
        Tensor here = fixture.Device.NewTensor([4]), there = fixture.Reference.NewTensor([4]);
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => fixture.Device.LeakyRelu(there, 0.1f, here));
        Assert.Contains("belongs to another backend", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Memory_that_was_freed_is_refused()
    {
        Tensor x = fixture.Device.NewTensor([4]);
        x.Buffer.Storage!.Dispose();
        Assert.Throws<ObjectDisposedException>(() => fixture.Device.ToArray(x));
    }

    [SkippableFact]
    public void Values_of_another_type_are_refused()
    {
        Tensor x = fixture.Device.NewTensor([4]);
        Assert.Throws<ArgumentException>(() => fixture.Device.Write([1L], x));
    }

    [SkippableFact]
    public void A_device_that_is_not_there_is_refused_with_those_that_are()
    {
        Skip.IfNot(ClDevices.All().Count > 0, "no OpenCL device");
        ArgumentException failure = Assert.Throws<ArgumentException>(() => new OpenClDevice(99, KernelCache.OfUser()));
        Assert.Contains("opencl:99", failure.Message, StringComparison.Ordinal);
        Assert.Contains("opencl:0 " + ClDevices.All()[0].Name, failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_kernel_that_does_not_compile_shows_the_compilers_log()
    {
        IDevice device = fixture.Device.Device;
        KernelCompilationException failure = Assert.Throws<KernelCompilationException>(() => device.Compile("broken", "KERNEL void broken(", []));
        Assert.Contains("clBuildProgram failed with BuildProgramFailure for broken", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_launch_allocates_nothing_for_the_garbage_collector()
    {
        Tensor x = fixture.Device.NewTensor([64]), y = fixture.Device.NewTensor([64]);
        for (int i = 0; i < 3; i++) fixture.Device.LeakyRelu(x, 0.1f, y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) fixture.Device.LeakyRelu(x, 0.1f, y);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}

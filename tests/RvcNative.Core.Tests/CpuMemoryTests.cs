using System.Runtime.CompilerServices;
using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests;

public sealed class CpuMemoryTests
{
    [Fact]
    public void Memory_outlives_the_last_mention_of_its_tensor()
    {
        using CpuBackend backend = new(1);
        WeakReference ofInput = PassedToAnOp(backend), neverUsed = NeverUsed(backend);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(neverUsed.IsAlive, "nothing has been collected, so nothing is shown");
        Assert.True(ofInput.IsAlive, "the op's input could be freed while the op still reads it");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference PassedToAnOp(CpuBackend backend)
    {
        Tensor x = backend.NewTensor([5]);
        backend.LeakyRelu(x, 0.1f, backend.NewTensor([5]));
        return new WeakReference(x.Buffer.Storage);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference NeverUsed(CpuBackend backend) => new(backend.NewTensor([5]).Buffer.Storage);
}

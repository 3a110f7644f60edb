using BenchmarkDotNet.Attributes;

namespace RvcNative.Benchmarks;

/// <summary>Both passes of an op in a shape of the real 40k step (batch 4, 300 frames).</summary>
[MemoryDiagnoser]
public abstract class OpFamily
{
    private OpProgram _program = null!;

    [GlobalSetup]
    public void Setup() => _program = Build(new OpProgram());

    [GlobalCleanup]
    public void Cleanup() => _program.Dispose();

    [Benchmark]
    public void Forward() => _program.Forward();

    [Benchmark]
    public void Backward() => _program.Backward();

    protected abstract OpProgram Build(OpProgram program);
}

using BenchmarkDotNet.Attributes;
using RvcNative.Core;
using RvcNative.Core.Cpu;

namespace RvcNative.Benchmarks;

/// <summary>The update and the gradient norm of as many parameters as a 40k generator has.</summary>
[MemoryDiagnoser]
public class AdamWBenchmarks
{
    private const int Parameters = 55_000_000;
    private CpuBackend _backend = null!;
    private Tensor _values = null!, _gradients = null!, _means = null!, _variances = null!, _schedule = null!, _norm = null!;

    [GlobalSetup]
    public void Setup()
    {
        _backend = new CpuBackend();
        float[] values = new float[Parameters];
        Random random = new(1);
        for (int i = 0; i < values.Length; i++) values[i] = random.NextSingle() - 0.5f;
        (_values, _gradients, _means, _variances) = (New(), New(), New(), New());
        _backend.Write(values, _values);
        _backend.Write(values, _gradients);
        _schedule = _backend.NewTensor([4]);
        _backend.Write([1 - 1e-6f, 1e-4f, 1f, 0f], _schedule);
        _norm = _backend.NewTensor([1]);
    }

    [GlobalCleanup]
    public void Cleanup() => _backend.Dispose();

    [Benchmark]
    public void Update() => _backend.AdamW(_values, _gradients, _means, _variances, _schedule, 0.8f, 0.99f, 1e-9f);

    [Benchmark]
    public void Norm() => _backend.Norm(_gradients, _norm);

    private Tensor New() => _backend.NewTensor([Parameters]);
}

using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

/// <summary>A gradient that an op is to write (over NaN) or to add to (over random numbers), with guards around it.</summary>
internal sealed class GuardedGradient
{
    private readonly Guarded _guarded;
    private readonly float[] _before;

    internal GuardedGradient(CpuBackend backend, Shape shape, bool accumulate)
    {
        _before = accumulate ? RandomValues.Normal(shape, 99) : [.. Enumerable.Repeat(float.NaN, shape.Count)];
        _guarded = Guarded.Output(backend, shape, _before);
        Gradient = new Gradient(_guarded.Tensor, accumulate);
    }

    internal Gradient Gradient { get; }

    internal void AssertIs(double[] wanted, double tolerance = 2e-6) =>
        OpRun.AssertClose(Gradient.Accumulate ? [.. wanted.Zip(_before, (d, before) => d + before)] : wanted, _guarded.Values(), tolerance);
}

using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Reference;

namespace RvcNative.Core.Tests.Convolution;

[Properties(Arbitrary = [typeof(ConvCases)], MaxTest = 200, QuietOnSuccess = true)]
public sealed class ConvTests : IDisposable
{
    private readonly CpuBackend _backend = new(threads: 2);

    public void Dispose() => _backend.Dispose();

    [Property]
    public void Forward_is_the_definitions_sum(ConvCase c) =>
        ConvRun.AssertClose(ConvRun.Forward(_backend, c), Reference(c).Forward(c.X, c.W), null, c);

    [Property]
    public void Data_gradient_is_the_definitions_sum(ConvCase c, bool accumulate)
    {
        float[] found = ConvRun.DataGradient(_backend, c, accumulate);
        ConvRun.AssertClose(found, Reference(c).DataGradient(c.Dy, c.W), accumulate ? c.Before(c.InShape) : null, c);
    }

    [Property]
    public void Weight_gradient_is_the_definitions_sum(ConvCase c, bool accumulate)
    {
        float[] found = ConvRun.WeightGradient(_backend, c, accumulate);
        ConvRun.AssertClose(found, Reference(c).WeightGradient(c.X, c.Dy), accumulate ? c.Before(c.WeightShape) : null, c);
    }

    [Property(MaxTest = 80)]
    public void Other_vector_widths_give_the_same_sums(ConvCase c, bool wide)
    {
        using CpuBackend other = new(threads: 2) { ConvLanes = wide ? 16 : 4 };
        ConvRun.AssertAll(other, c);
    }

    [Property(MaxTest = 60)]
    public void Any_number_of_threads_gives_the_same_bytes(ConvCase c)
    {
        using CpuBackend one = new(threads: 1), three = new(threads: 3);
        foreach (CpuBackend other in (CpuBackend[])[one, three])
        {
            Assert.Equal(ConvRun.Forward(_backend, c), ConvRun.Forward(other, c));
            Assert.Equal(ConvRun.DataGradient(_backend, c, true), ConvRun.DataGradient(other, c, true));
            Assert.Equal(ConvRun.WeightGradient(_backend, c, true), ConvRun.WeightGradient(other, c, true));
        }
    }

    internal static ReferenceConv Reference(ConvCase c) => new(c.Geometry, c.Batch, c.Frames, c.Cin, c.Cout);
}

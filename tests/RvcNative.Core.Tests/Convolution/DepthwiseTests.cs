using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests.Convolution;

/// <summary>Convolutions whose channels do not meet have a loop of their own; it gives the definition's sums.</summary>
public sealed class DepthwiseTests
{
    public static TheoryData<int, int, int, int, int, int> Cases() => new()
    {
        { 1, 31, 1, 1, 40, 96 },
        { 2, 5, 1, 3, 300, 37 },
        { 3, 7, 3, 2, 41, 64 },
        { 1, 3, 2, 1, 1, 2 },
        { 2, 1, 1, 1, 130, 33 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Forward_is_the_definitions_sum(int batch, int kernel, int stride, int dilation, int frames, int channels)
    {
        int reach = dilation * (kernel - 1);
        foreach ((int left, int right) in ((int, int)[])[(reach / 2, reach - (reach / 2)), (0, reach), (reach + 1, 2)])
        {
            ConvCase c = new(new ConvGeometry(kernel, stride, dilation, left, right) { Groups = channels }, batch, frames, channels, channels, kernel + channels);
            using CpuBackend one = new(threads: 1), three = new(threads: 3);
            float[] found = ConvRun.Forward(three, c);
            ConvRun.AssertClose(found, ConvTests.Reference(c).Forward(c.X, c.W), null, c);
            Assert.Equal(ConvRun.Forward(one, c), found);
        }
    }
}

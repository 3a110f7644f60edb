using FsCheck.Xunit;
using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests.Convolution;

/// <summary>The op as a whole, its epilogue included, against finite differences over random geometries.</summary>
[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 40, QuietOnSuccess = true)]
public sealed class ConvGradientTests
{
    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        int groups = draw.Between(1, 3, "groups"), columns = draw.Between(1, 5, "columns"), batch = draw.Between(1, 4, "batch");
        int kernel = draw.Between(1, 5, "kernel"), stride = draw.Between(1, 3, "stride"), dilation = draw.Between(1, 2, "dilation");
        int left = draw.Between(0, kernel - 1, "left"), right = draw.Between(0, kernel - 1, "right");
        int width = draw.Coin("across") ? draw.Between(1, 3, "width") : 1, acrossStride = width == 1 ? 1 : draw.Between(1, 2, "stride across");
        ConvGeometry geometry = draw.Coin("transposed")
            ? new ConvGeometry(kernel + stride, stride, 1, left % stride, right % stride) { Transposed = true, Across = new ConvAxis(width, acrossStride) }
            : new ConvGeometry(kernel, stride, dilation, left, right) { Groups = groups, Across = new ConvAxis(width, acrossStride, 1, width / 2, width / 2) };
        geometry = geometry with { Columns = columns };
        int inChannels = geometry.Groups * draw.Between(1, 13, "in"), outChannels = geometry.Groups * draw.Between(1, 13, "out");
        int rows = draw.Between(Math.Max(1, (dilation * (kernel - 1)) + 1 - left - right), 16, "rows"), frames = geometry.Columns * rows;
        Activation activation = (Activation)draw.Between(0, 2, "activation");
        Shape xShape = [batch, frames, inChannels], yShape = [batch, geometry.OutputFrames(frames), outChannels];
        Shape wShape = [geometry.Taps, inChannels / geometry.Groups, outChannels];

        using CpuBackend backend = new(2);
        Tensor? mask = draw.Coin("masked") ? draw.Mask(backend, yShape) : null;

        // A large bias of one sign keeps the rectifier's kink out of reach of the differences.
        bool biased = activation == Activation.LeakyRelu || draw.Coin("biased"), added = activation == Activation.None && draw.Coin("added to");
        float[] bias = activation == Activation.LeakyRelu
            ? draw.Values(seed => RandomValues.Uniform(outChannels, seed, 4, 5))
            : draw.Normal([outChannels], 0.3f);
        List<(Shape Shape, float[] Values)> inputs = [draw.Input(xShape), draw.Input(wShape, 0.5f / MathF.Sqrt(geometry.Taps * inChannels))];
        if (biased) inputs.Add(([outChannels], bias));
        if (added) inputs.Add(draw.Input(yShape));

        // Of the weight all or nothing is differentiated, whatever its first axis is.
        int[] from = draw.GradientFrom([.. inputs.Select((input, index) => index == 1 ? [geometry.Taps] : input.Shape)]);
        GradientCheck.Run(
            backend,
            (tape, x) => Op.Conv(
                tape, x[0], x[1], biased ? x[2] : null, geometry, new ConvEpilogue(activation, 0.1f, added ? x[^1] : null, mask)),
            [.. inputs], step: 1f / 256, tolerance: 2e-3f, gradientFrom: from);       // all weights at once move the sum far along a tanh
    }

    [Fact]
    public void Only_the_generated_half_is_differentiated_when_weights_are_constants()
    {
        using CpuBackend backend = new(2);
        Shape x = [4, 12, 3], w = [5, 3, 7];
        Tensor constant = GradientCheck.Constant(backend, w, RandomValues.Normal(w, 2, 0.2f));
        GradientCheck.Run(
            backend, (tape, inputs) => Op.Conv(tape, inputs[0], constant, null, new ConvGeometry(5, 3, 1, 2, 2) { Columns = 2 }), [(x, RandomValues.Normal(x, 1))],
            gradientFrom: [2]);
    }
}

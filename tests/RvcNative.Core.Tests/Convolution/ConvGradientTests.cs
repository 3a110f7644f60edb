using FsCheck.Xunit;
using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests.Convolution;

/// <summary>The op as a whole, its epilogue included, against finite differences over random geometries.</summary>
public sealed class ConvGradientTests
{
    [Property(MaxTest = 40, QuietOnSuccess = true)]
    public void Gradients_match_finite_differences(int seed)
    {
        Random random = new(seed);
        int groups = random.Next(1, 3), inChannels = groups * random.Next(1, 5), outChannels = groups * random.Next(1, 6), batch = random.Next(1, 3);
        int kernel = random.Next(1, 6), stride = random.Next(1, 4), dilation = random.Next(1, 3), period = random.Next(1, 4);
        int left = random.Next(0, kernel), right = random.Next(0, kernel);
        bool transposed = random.Next(3) == 0;
        ConvGeometry geometry = transposed
            ? new ConvGeometry(kernel + stride, stride, 1, left % stride, right % stride) { Transposed = true }
            : new ConvGeometry(kernel, stride, dilation, left, right) { Groups = groups, Period = period };
        int frames = geometry.Period * random.Next((dilation * kernel) + 2, 16), outFrames = geometry.OutputFrames(frames);
        Activation activation = (Activation)random.Next(3);
        Shape xShape = [batch, frames, inChannels], yShape = [batch, outFrames, outChannels];
        Shape wShape = [geometry.Kernel, inChannels / geometry.Groups, outChannels];

        using CpuBackend backend = new(2);
        float[] values = new float[batch * outFrames];
        for (int i = 0; i < values.Length; i++) values[i] = random.Next(4) == 0 ? 0 : 1;
        Tensor mask = GradientCheck.Constant(backend, [batch, outFrames], values);

        // A large bias of one sign keeps the rectifier's kink out of reach of the differences.
        float[] bias = RandomValues.Uniform(outChannels, seed + 3, 4, 5);
        if (activation == Activation.Tanh) bias = RandomValues.Normal(outChannels, seed + 3, 0.3f);
        float scale = 0.5f / MathF.Sqrt(geometry.Kernel * inChannels);
        List<(Shape Shape, float[] Values)> inputs =
        [
            (xShape, RandomValues.Normal(xShape, seed)), (wShape, RandomValues.Normal(wShape, seed + 1, scale)), ([outChannels], bias),
        ];
        if (activation == Activation.None) inputs.Add((yShape, RandomValues.Normal(yShape, seed + 2)));
        GradientCheck.Run(
            backend, (tape, x) => Op.Conv(tape, x[0], x[1], x[2], geometry, new ConvEpilogue(activation, 0.1f, x.ElementAtOrDefault(3), mask)), [.. inputs], tolerance: 2e-3f);
    }

    [Fact]
    public void Only_the_generated_half_is_differentiated_when_weights_are_constants()
    {
        using CpuBackend backend = new(2);
        Shape x = [4, 12, 3], w = [5, 3, 7];
        Tensor constant = GradientCheck.Constant(backend, w, RandomValues.Normal(w, 2, 0.2f));
        GradientCheck.Run(
            backend, (tape, inputs) => Op.Conv(tape, inputs[0], constant, null, new ConvGeometry(5, 3, 1, 2, 2) { Period = 2 }), [(x, RandomValues.Normal(x, 1))],
            gradientFrom: [2]);
    }
}

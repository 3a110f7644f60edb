using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

public static partial class OpTrials
{
    // Every width of tile, with channels that a step divides and others; strides, dilations, groups, periods, two dimensions, transposed.
    private static readonly (int Batch, int Frames, int In, int Out, ConvGeometry Geometry)[] s_convolutions =
    [
        (1, 1, 1, 1, new(1)),
        (2, 50, 16, 70, ConvGeometry.Same(3)),
        (2, 37, 48, 16, ConvGeometry.Same(7, 3)),
        (1, 90, 33, 5, ConvGeometry.Same(11, 5)),
        (2, 65, 5, 3, ConvGeometry.Same(5)),
        (2, 41, 32, 1, ConvGeometry.Same(7)),
        (1, 300, 1, 24, new(15, 1, 1, 7, 7)),
        (2, 130, 1, 16, new(8, 4, 1, 2, 2)),
        (2, 97, 16, 32, new(41, 4, 1, 20, 20) { Groups = 4 }),
        (2, 60, 32, 8, new(5, 2, 1, 2, 2) { Groups = 8 }),
        (1, 40, 64, 64, new(3, 1, 1, 1, 1) { Groups = 2 }),
        (2, 5 * 24, 1, 8, new(5, 3, 1, 2, 2) { Columns = 5 }),
        (1, 3 * 31, 16, 20, new(5, 3, 1, 2, 2) { Columns = 3 }),
        (2, 2 * 9, 32, 16, new(5, 1, 1, 2, 2) { Columns = 2 }),
        (2, 13, 20, 16, new(16, 10, 1, 3, 3) { Transposed = true }),
        (1, 17, 32, 4, new(4, 2, 1, 1, 1) { Transposed = true }),
        (2, 9, 16, 33, new(3, 5, 1, 0, 0) { Transposed = true }),
        (1, 40, 17, 65, new(4, 3, 2, 2, 1)),
        (2, 9 * 7, 3, 18, ConvGeometry.Picture(ConvAxis.Same(3), ConvAxis.Same(3), columns: 7)),
        (1, 10 * 13, 16, 5, ConvGeometry.Picture(new(4, 2, 1, 1, 1), new(9, 2, 1, 4, 4), columns: 13)),
        (2, 6 * 5, 16, 20, ConvGeometry.Picture(new(3, 2, 1, 1, 0), new(3, 1, 2, 2, 2), columns: 5)),
        (2, 4 * 5, 8, 6, ConvGeometry.Picture(new(3, 2, 1, 1, 0), new(4, 3, 1, 0, 1), columns: 5) with { Transposed = true }),
        (1, 700, 8, 20, ConvGeometry.Same(3)),
        (3, 500, 4, 6, ConvGeometry.Same(5)),

        // Operands of these are rounded where a precision is asked for: narrow and wide tiles, ends of tiles in all axes, groups, phases, periods.
        (2, 75, 32, 32, ConvGeometry.Same(3, 2)),
        (1, 140, 64, 96, ConvGeometry.Same(5)),
        (2, 33, 64, 64, new(5, 3, 1, 2, 2) { Groups = 2 }),
        (2, 11, 96, 32, new(16, 8, 1, 4, 4) { Transposed = true }),
        (1, 3 * 17, 32, 64, new(5, 3, 1, 2, 2) { Columns = 3 }),
    ];

    private static IEnumerable<OpTrial> Convolutions()
    {
        foreach ((int batch, int frames, int inChannels, int outChannels, ConvGeometry geometry) in s_convolutions)
        {
            foreach (bool add in (bool[])[false, true]) yield return Sum(batch, frames, inChannels, outChannels, geometry, add);
        }

        foreach (ConvEpilogue epilogue in (ConvEpilogue[])[ConvEpilogue.Plain, new(Activation.LeakyRelu, 0.1f), new(Activation.Tanh)])
        {
            foreach (bool add in (bool[])[false, true]) yield return Epilogue(epilogue, add);
        }
    }

    private static OpTrial Sum(int batch, int frames, int inChannels, int outChannels, ConvGeometry geometry, bool add) => new(
        "Conv", $"[{batch},{frames},{inChannels}] to {outChannels}: {geometry}{(IsRounded(inChannels, outChannels, geometry.Groups) ? " rounded" : "")}{(add ? ", added" : "")}", run =>
        {
            Shape from = [batch, frames, inChannels], to = [batch, geometry.OutputFrames(frames), outChannels];
            Shape weight = [geometry.Taps, inChannels / geometry.Groups, outChannels];
            Tensor x = run.Normal(from), w = run.Normal(weight), dy = run.Normal(to);
            run.Backend.Conv(x, w, null, geometry, ConvEpilogue.Plain, run.Output(to));
            run.Backend.Conv(x, w, run.Normal([outChannels]), geometry, new(Residual: run.Normal(to), Mask: run.Mask(batch, to[1])), run.Output(to));
            run.Backend.ConvDataGradient(dy, w, geometry, run.Into(from.WithFirst(add ? Math.Max(1, batch - 1) : batch), add));
            run.Backend.ConvWeightGradient(x, dy, geometry, run.Into(weight, add));
            if (batch > 1) run.Backend.ConvWeightGradient(x.From(1), run.Normal(to.WithFirst(batch - 1)), geometry, run.Into(weight, add));
        });

    private static bool IsRounded(int inChannels, int outChannels, int groups) => inChannels / groups % RoundedTile.Depth == 0 && outChannels / groups % RoundedTile.Depth == 0;

    private static OpTrial Epilogue(ConvEpilogue epilogue, bool add) => new(
        "Conv", $"epilogue {epilogue.Activation}{(add ? ", added" : "")}", run =>
        {
            Shape shape = [3, 300, 20];
            Tensor x = run.Normal([3, 300, 6]), y = run.Uniform(shape, -0.9f, 0.9f);
            ConvEpilogue masked = epilogue with { Mask = run.Mask(3, 300) };
            run.Backend.Conv(x, run.Normal([1, 6, 20]), run.Normal([20]), new(1), masked, run.Output(shape));
            run.Backend.ConvEpilogueBackward(y, epilogue, run.Changed(shape), default, run.Into([20], add));
            run.Backend.ConvEpilogueBackward(y, masked, run.Changed(shape), run.Into(shape.WithFirst(add ? 2 : 3), add), run.Into([20], add));
            run.Backend.ConvEpilogueBackward(y, masked, run.Changed(shape), default, default);
        });
}

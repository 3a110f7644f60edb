using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

public static partial class OpTrials
{
    // Both families of kernels, from one channel and to one, with groups, phases and periods.
    private static readonly (int Batch, int Frames, int In, int Out, ConvGeometry Geometry)[] s_wideConvolutions =
    [
        (2, 41, 32, 1, ConvGeometry.Same(7)),
        (1, 300, 1, 32, new(15, 1, 1, 7, 7)),
        (2, 97, 64, 64, new(41, 4, 1, 20, 20) { Groups = 16 }),
        (2, 75, 32, 32, ConvGeometry.Same(3, 2)),
        (1, 140, 64, 96, ConvGeometry.Same(5)),
        (2, 11, 96, 32, new(16, 8, 1, 4, 4) { Transposed = true }),
        (2, 3 * 17, 32, 64, new(5, 3, 1, 2, 2) { Columns = 3 }),
    ];

    /// <summary>Ops on tensors that are stored as those of wide layers are.</summary>
    private static IEnumerable<OpTrial> Wide()
    {
        foreach (bool add in (bool[])[false, true])
        {
            foreach ((int batch, int frames, int inChannels, int outChannels, ConvGeometry geometry) in s_wideConvolutions) yield return WideSum(batch, frames, inChannels, outChannels, geometry, add);
            Shape shape = [3, 70, 32], some = shape.WithFirst(add ? 2 : 3);
            yield return Wide("LeakyRelu", add, run =>
            {
                Tensor x = run.Wide(shape);
                run.Backend.LeakyRelu(x, 0.1f, run.WideOutput(shape));
                run.Backend.LeakyReluBackward(x, 0.1f, run.Wide(shape), run.WideInto(some, add));
            });
            yield return Wide("Add", add, run =>
            {
                run.Backend.Average([run.Wide(shape), run.Wide(shape)], run.WideOutput(shape));
                run.Backend.ScaleBackward(run.Wide(shape), 0.25f, run.WideInto(some, add));
            });
            yield return Wide("Losses", add, run =>
            {
                Tensor x = run.Wide(shape), target = run.Wide(shape);
                run.Backend.AbsoluteError(x, target, run.Output([1]));
                run.Backend.AbsoluteErrorBackward(x, target, 45, run.WideInto(some, add));
            });
            yield return Wide("Conv", add, run =>
            {
                ConvEpilogue leaky = new(Activation.LeakyRelu, 0.1f, Mask: run.Mask(3, 70));
                Tensor y = run.Wide(shape);
                run.Backend.ConvEpilogueBackward(y, leaky, run.WideChanged(shape), default, run.Into([32], add));
                run.Backend.ConvEpilogueBackward(y, ConvEpilogue.Plain, run.WideChanged(shape), run.WideInto(some, add), run.Into([32], add));
            });
        }
    }

    private static OpTrial Wide(string op, bool add, Action<TrialRun> run) => new(op, $"wide{(add ? ", added" : "")}", run) { IsWide = true };

    private static OpTrial WideSum(int batch, int frames, int inChannels, int outChannels, ConvGeometry geometry, bool add) => new(
        "Conv", $"wide [{batch},{frames},{inChannels}] to {outChannels}: {geometry}{(add ? ", added" : "")}", run =>
        {
            Shape from = [batch, frames, inChannels], to = [batch, geometry.OutputFrames(frames), outChannels];
            Shape weight = [geometry.Taps, inChannels / geometry.Groups, outChannels], some = from.WithFirst(add ? Math.Max(1, batch - 1) : batch);
            bool isFrom = inChannels > 1, isTo = outChannels > 1;
            Tensor x = isFrom ? run.Wide(from) : run.Normal(from), dy = isTo ? run.Wide(to) : run.Normal(to), w = run.Normal(weight), bias = run.Normal([outChannels]);
            run.Backend.Conv(x, w, bias, geometry, new ConvEpilogue(Activation.LeakyRelu, 0.1f), isTo ? run.WideOutput(to) : run.Output(to));
            if (isTo) run.Backend.Conv(x, w, null, geometry, new(Residual: run.Wide(to)), run.WideOutput(to));
            run.Backend.ConvDataGradient(dy, w, geometry, isFrom ? run.WideInto(some, add) : run.Into(some, add));
            run.Backend.ConvWeightGradient(x, dy, geometry, run.Into(weight, add));
            if (batch > 1) run.Backend.ConvWeightGradient(x.From(1), dy.From(1), geometry, run.Into(weight, add));
        })
    {
        IsWide = true,
    };
}

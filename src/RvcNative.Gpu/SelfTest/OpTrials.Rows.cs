using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

public static partial class OpTrials
{
    /// <summary>Ops on each element, and copies.</summary>
    private static IEnumerable<OpTrial> Rows() =>
    [
        .. OverShapes("Add", (run, shape, add, items) =>
        {
            Tensor a = run.Normal(shape), b = run.Normal(shape), mask = run.Mask(shape[0], shape[1]);
            run.Backend.Add(a, b, null, run.Output(shape));
            run.Backend.Add(a, b, mask, run.Output(shape));
            run.Backend.AddBackward(a, mask, run.Into(shape.WithFirst(items), add));
            run.Backend.AddPerItem(a, run.Normal(PerItem(shape)), run.Output(shape));
            run.Backend.Average([a, b, run.Normal(shape)], run.Output(shape));
            run.Backend.ScaleBackward(a, 0.37f, run.Into(shape.WithFirst(items), add));
        }),
        .. OverShapes("Activate", (run, shape, _, _) =>
        {
            Tensor x = run.Normal(shape, 3);
            foreach (Activation activation in Enum.GetValues<Activation>()) run.Backend.Activate(x, activation, 0.1f, run.Output(shape));
            run.Backend.GatedLinear(run.Normal(Twice(shape)), run.Output(shape));
        }),
        .. OverShapes("Affine", (run, shape, _, _) =>
            run.Backend.Affine(run.Normal(shape), run.Normal([shape[2]]), run.Normal([shape[2]]), 0.2f, run.Output(shape))),
        .. OverShapes("Channels", (run, shape, add, items) =>
        {
            Tensor other = run.Normal([shape[0], shape[1], 3]);
            Shape joined = [shape[0], shape[1], shape[2] + 3];
            run.Backend.JoinChannels(run.Normal(shape), other, run.Output(joined));
            run.Backend.JoinChannelsBackward(run.Normal(joined), 3, run.Into(shape.WithFirst(items), add));
            run.Backend.JoinChannelsBackward(run.Normal(joined), 0, run.Into(shape.WithFirst(items), add));
            int first = shape[2] / 3, count = Math.Max(1, shape[2] / 2);
            Tensor x = run.Normal(shape), dy = run.Normal([shape[0], shape[1], count]);
            run.Backend.Channels(x, first, run.Output(dy.Shape));
            run.Backend.ChannelsBackward(dy, first, run.Into(shape.WithFirst(items), add));
            run.Backend.FlipChannels(x, run.Output(shape));
            run.Backend.FlipChannelsBackward(x, run.Into(shape.WithFirst(items), add));
        }),
        .. OverShapes("Coupling", (run, shape, add, items) =>
        {
            Tensor x = run.Normal(Twice(shape)), m = run.Normal(shape), mask = run.Mask(shape[0], shape[1]);
            run.Backend.Coupling(x, m, mask, false, run.Output(x.Shape));
            run.Backend.Coupling(x, m, mask, true, run.Output(x.Shape));
            run.Backend.CouplingBackward(mask, x, run.Into(x.Shape.WithFirst(items), add), run.Into(shape.WithFirst(items), !add));
        }),
        .. OverShapes("Gate", (run, shape, add, items) =>
        {
            Tensor x = run.Normal(Twice(shape), 3), condition = run.Normal([shape[0], 1, (2 * shape[2]) + 5]), dy = run.Normal(shape);
            run.Backend.Gate(x, null, 0, run.Output(shape));
            run.Backend.Gate(x, condition, 4, run.Output(shape));
            run.Backend.GateBackward(x, null, 0, dy, run.Into(x.Shape.WithFirst(items), add), default);
            run.Backend.GateBackward(x, condition, 4, dy, run.Into(x.Shape.WithFirst(items), add), run.Into(condition.Shape.WithFirst(items), add));
            run.Backend.GateBackward(x, condition, 4, dy, default, run.Into(condition.Shape, add));
        }),
        .. OverShapes("LeakyRelu", (run, shape, add, items) =>
        {
            Tensor x = run.Normal(shape);
            run.Backend.LeakyRelu(x, 0.1f, run.Output(shape));
            run.Backend.LeakyReluBackward(x, 0.1f, run.Normal(shape), run.Into(shape.WithFirst(items), add));
        }),
        .. OverShapes("Mask", (run, shape, add, items) =>
        {
            Tensor x = run.Normal(shape), mask = run.Mask(shape[0], shape[1]);
            run.Backend.Mask(x, mask, run.Output(shape));
            run.Backend.MaskBackward(mask, x, run.Into(shape.WithFirst(items), add));
        }),
        .. OverShapes("Reparameterize", (run, shape, add, items) =>
        {
            Tensor x = run.Normal(Twice(shape)), noise = run.Normal(shape), mask = run.Mask(shape[0], shape[1]);
            run.Backend.Reparameterize(x, noise, 0.66666f, mask, run.Output(shape));
            run.Backend.ReparameterizeBackward(x, noise, 0.66666f, mask, run.Normal(shape), run.Into(x.Shape.WithFirst(items), add));
        }),
        .. OverShapes("ResidualSkip", (run, shape, add, items) =>
        {
            Tensor x = run.Normal(shape), r = run.Normal(Twice(shape)), mask = run.Mask(shape[0], shape[1]), dskip = run.Normal(shape);
            run.Backend.ResidualSkip(x, r, mask, true, run.Output(shape), run.Output(shape));
            run.Backend.ResidualSkip(x, r, mask, false, run.Output(shape), run.Changed(shape));
            run.Backend.ResidualSkipBackward(mask, x, dskip, run.Into(shape.WithFirst(items), add), run.Into(r.Shape.WithFirst(items), add));
            run.Backend.ResidualSkipBackward(mask, null, dskip, default, run.Into(r.Shape.WithFirst(items), add));
        }),
    ];

    private static void NoisyRelu(TrialRun run, Shape shape, bool add, int items)
    {
        Tensor x = run.Normal(shape), noise = run.Normal(shape);
        run.Backend.NoisyRelu(x, noise, run.Normal([shape[2]]), 0.2f, run.Output(shape));
        run.Backend.NoisyReluBackward(x, noise, 0.2f, run.Normal(shape), run.Into(shape.WithFirst(items), add), run.Into([shape[2]], add));
        run.Backend.NoisyReluBackward(x, noise, 0.2f, run.Normal(shape), run.Into(shape.WithFirst(items), add), default);
    }

    /// <summary>Ops that sum over frames.</summary>
    private static IEnumerable<OpTrial> Sums() =>
    [
        .. OverShapes("Add", (run, shape, add, items) =>
            run.Backend.AddPerItemBackward(run.Normal(shape), run.Into(shape.WithFirst(items), add), run.Into(PerItem(shape).WithFirst(items), add))),
        .. OverShapes("NoisyRelu", NoisyRelu),
        new OpTrial("NoisyRelu", "more rows than blocks of the shortest stretch", run => NoisyRelu(run, [2, 70001, 2], add: false, items: 2)),
        .. OverShapes("GroupNorm", (run, shape, _, _) =>
        {
            foreach (int groups in (int[])[1, shape[2]])
            {
                run.Backend.GroupNorm(run.Normal(shape), run.Normal([shape[2]]), run.Normal([shape[2]]), groups, 1e-5f, run.Output(shape), run.Output([shape[0], groups]),
                    run.Output([shape[0], groups]));
            }
        }),
        .. OverShapes("LayerNorm", (run, shape, add, items) =>
        {
            Tensor x = run.Normal(shape), gamma = run.Normal([shape[2]]), mean = run.Output([shape[0], shape[1]]), rstd = run.Output([shape[0], shape[1]]);
            run.Backend.LayerNorm(x, gamma, run.Normal([shape[2]]), 1e-5f, run.Output(shape), mean, rstd);
            Tensor means = run.Normal([shape[0], shape[1]]), rstds = run.Uniform([shape[0], shape[1]], 0.5f, 2);
            run.Backend.LayerNormBackward(x, gamma, means, rstds, run.Normal(shape), run.Into(shape.WithFirst(items), add), run.Into([shape[2]], add), run.Into([shape[2]], !add));
        }),
    ];
}

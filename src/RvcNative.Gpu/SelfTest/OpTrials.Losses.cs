using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

public static partial class OpTrials
{
    private static IEnumerable<OpTrial> Losses()
    {
        foreach (Shape shape in (Shape[])[[1, 1, 1], [2, 50, 7], [3, 900, 11], [2, 2000, 300]])
        {
            foreach (bool add in (bool[])[false, true])
            {
                yield return Differences(shape, add);
                if (shape.Count < 100_000) yield return Divergence(shape, add);
            }
        }
    }

    private static OpTrial Differences(Shape shape, bool add) => new("Losses", $"differences {shape}{(add ? ", added" : "")}", run =>
    {
        int items = add ? Math.Max(1, shape[0] - 1) : shape[0];
        Tensor x = run.Normal(shape), target = run.Normal(shape);
        run.Backend.SquaredError(x, 1, run.Output([1]));
        run.Backend.SquaredErrorBackward(x, 1, 0.7f, run.Into(shape.WithFirst(items), add));
        run.Backend.AbsoluteError(x, target, run.Output([1]));
        run.Backend.AbsoluteErrorBackward(x, target, 0.7f, run.Into(shape.WithFirst(items), add));
    });

    private static OpTrial Divergence(Shape shape, bool add) => new("Losses", $"divergence {shape}{(add ? ", added" : "")}", run =>
    {
        Tensor z = run.Normal(shape), q = run.Normal(Twice(shape)), p = run.Normal(Twice(shape));
        Tensor mask = shape.Count == 1 ? run.Values([1, 1], 1) : run.Mask(shape[0], shape[1]), frames = run.Values([1], 37.5f);
        run.Backend.KlDivergence(z, q, p, mask, null, run.Output([1]));
        run.Backend.KlDivergence(z, q, p, mask, frames, run.Output([1]));
        run.Backend.KlDivergenceBackward(z, q, p, mask, null, 0.7f, run.Into(shape, add), run.Into(q.Shape, add), run.Into(p.Shape, !add));
        run.Backend.KlDivergenceBackward(z, q, p, mask, frames, 0.7f, run.Into(shape, add), default, default);
        run.Backend.KlDivergenceBackward(z, q, p, mask, frames, 0.7f, default, default, run.Into(p.Shape, add));
    });

    private static IEnumerable<OpTrial> Weights()
    {
        foreach (int count in (int[])[1, 1000, 70_001]) yield return Optimiser(count);
        foreach (Shape shape in (Shape[])[[1, 1, 1], [7, 5, 33], [3, 40, 300], [1, 300, 2]])
        {
            foreach (bool add in (bool[])[false, true])
            {
                yield return WeightNorm(shape, perInput: false, add);
                yield return WeightNorm(shape, perInput: true, add);
            }
        }
    }

    private static OpTrial Optimiser(int count) => new("Optimiser", $"{count} parameters", run =>
    {
        Tensor gradients = run.Normal([count]), schedule = run.Values([4], 0.999f, 1e-3f, 1.7f, 0.5f), variances = run.Uniform([count], 0, 1);
        Tensor values = run.Changed([count]), means = run.Changed([count], 0.1f), changed = run.Changed([count], 0);
        run.Backend.AdamWTrial(values, gradients, means, variances, schedule, 0.8f, 0.99f, 1e-9f, run.Output([count]));
        run.Backend.AdamW(values, gradients, means, changed, schedule, 0.8f, 0.99f, 1e-9f);
        run.Backend.AdamW(values, gradients, means, changed, schedule, 0.8f, 0.99f, 1e-9f, run.Numbers(1));   // changes nothing
        run.Backend.AdamW(values, gradients, means, changed, schedule, 0.8f, 0.99f, 1e-9f, run.Numbers(0));
        Tensor none = run.Numbers(0), fault = run.Numbers(0), places = run.Normal([count]);
        run.Backend.CheckFinite(gradients, none);
        run.Note(none);
        run.Backend.Write([float.NegativeInfinity], Backend.Part(places, count / 2, [1]));
        run.Backend.CheckFinite(places, fault);
        run.Backend.CheckFinite(gradients, fault);   // it stays
        run.Note(fault);
        run.Backend.Norm(gradients, run.Output([1]));
        foreach (float most in (float[])[0.1f, 1e4f]) run.Backend.ClipToNorm(run.Uniform([1], 3, 4), most, run.Changed([4]));
        run.Backend.Clear(run.Changed([count]));
    });

    private static OpTrial WeightNorm(Shape shape, bool perInput, bool add) => new(
        "WeightNorm", $"{shape}{(perInput ? " per input" : "")}{(add ? ", added" : "")}", run =>
        {
            Shape scales = [perInput ? shape[1] : shape[2]];
            Tensor v = run.Normal(shape), g = run.Normal(scales), dw = run.Normal(shape), norm = run.Output(scales);
            run.Backend.WeightNorm(v, g, perInput, run.Output(shape), norm);
            run.Backend.WeightNormBackward(v, g, perInput, norm, dw, run.Into(shape, add), run.Into(scales, add));
            run.Backend.WeightNormBackward(v, g, perInput, norm, dw, default, run.Into(scales, add));
        });
}

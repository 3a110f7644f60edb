namespace RvcNative.Core;

public abstract partial class Backend
{
    // Losses are sums in double, stored as one f32 [1]. weight is d(total)/d(loss).

    // x, target of one shape.   loss = mean((x - target)^2) with a constant target
    public abstract void SquaredError(Tensor x, float target, Tensor loss);

    // dx = or += weight * 2 (x - target) / count; dx may be a part of a larger gradient (see dx.Tensor.Shape: x's)
    public abstract void SquaredErrorBackward(Tensor x, float target, float weight, Gradient dx);

    // loss = mean(|x - target|)
    public abstract void AbsoluteError(Tensor x, Tensor target, Tensor loss);

    // dx = or += weight * sign(x - target) / count, 0 where equal
    public abstract void AbsoluteErrorBackward(Tensor x, Tensor target, float weight, Gradient dx);

    // z [B,T,C]; q, p [B,T,2C] = mean | logs; mask [B,T].
    // loss = sum(mask * (logs_p - logs_q - 0.5 + 0.5 (z - m_p)^2 exp(-2 logs_p))) / n,   n = frames [1], or sum(mask) without it
    public abstract void KlDivergence(Tensor z, Tensor q, Tensor p, Tensor mask, Tensor? frames, Tensor loss);

    // With s = weight * mask / n, d = z - m_p, e = exp(-2 logs_p):
    // dz = s d e;   dm_p = -s d e;   dlogs_p = s (1 - d^2 e);   dlogs_q = -s;   dm_q = 0.   all = or +=
    public abstract void KlDivergenceBackward(
        Tensor z, Tensor q, Tensor p, Tensor mask, Tensor? frames, float weight, Gradient dz, Gradient dq, Gradient dp);
}

public static partial class Op
{
    /// <summary>Least-squares loss of a discriminator's scores against 1 or 0 (Mao et al. 2017, arXiv:1611.04076), for real and generated items in one batch.</summary>
    /// <param name="scores">[A+B,T,1]; the first <paramref name="real"/> items are real.</param>
    /// <returns>Mean of (1 - score)^2 over real items and of score^2 over generated ones, each [1].</returns>
    public static (Tensor Real, Tensor Generated) DiscriminatorLoss(Tape tape, Tensor scores, int real)
    {
        Expect.That(scores.GradientFrom == 0, "discriminator loss", $"scores {scores.Shape} are differentiated from item {scores.GradientFrom} on, not all");
        Backend backend = tape.Backend;
        int generated = scores.Shape[0] - real;
        Tensor ofReal = tape.NewLoss(), ofGenerated = tape.NewLoss(), first = scores.Items(0, real), second = scores.Items(real, generated);
        tape.Run(() => backend.SquaredError(first, 1, ofReal), scores, ofReal);
        tape.Run(() => backend.SquaredError(second, 0, ofGenerated), scores, ofGenerated);
        tape.Differentiate(() =>
        {
            Gradient dscores = tape.Into(scores);
            if (dscores.Tensor is not { } whole) return;
            Gradient dfirst = dscores with { Tensor = whole.Items(0, real) }, dsecond = dscores with { Tensor = whole.Items(real, generated) };
            tape.Run(() => backend.SquaredErrorBackward(first, 1, 1, dfirst), scores, whole);
            tape.Run(() => backend.SquaredErrorBackward(second, 0, 1, dsecond), scores, whole);
        });
        return (ofReal, ofGenerated);
    }

    /// <summary>The generator's least-squares loss: mean of (1 - score)^2 over the generated items.</summary>
    /// <param name="scores">[A+B,T,1], differentiated from item A on.</param>
    /// <returns>[1].</returns>
    public static Tensor AdversarialLoss(Tape tape, Tensor scores)
    {
        Backend backend = tape.Backend;
        Tensor loss = tape.NewLoss(), generated = scores.From(scores.GradientFrom);
        tape.Run(() => backend.SquaredError(generated, 1, loss), scores, loss);
        tape.Differentiate(() =>
        {
            Gradient dscores = tape.Into(scores);
            tape.Run(() => backend.SquaredErrorBackward(generated, 1, 1, dscores), scores, dscores.Tensor);
        });
        return loss;
    }

    /// <summary>Feature matching: mean |generated - real| of one layer's feature map, times a weight in the gradient.</summary>
    /// <param name="map">[2B,T,C], real items first, differentiated from item B on.</param>
    /// <returns>[1], without the weight.</returns>
    public static Tensor FeatureLoss(Tape tape, Tensor map, float weight)
    {
        Backend backend = tape.Backend;
        int half = map.Shape[0] / 2;
        Expect.That(map.GradientFrom == half, "feature loss", $"map {map.Shape} is differentiated from item {map.GradientFrom}, not from its second half");
        Tensor loss = tape.NewLoss(), real = map.Items(0, half), generated = map.From(half);
        tape.Run(() => backend.AbsoluteError(generated, real, loss), map, loss);
        tape.Differentiate(() =>
        {
            Gradient dmap = tape.Into(map);
            tape.Run(() => backend.AbsoluteErrorBackward(generated, real, weight, dmap), map, dmap.Tensor);
        });
        return loss;
    }

    /// <summary>Mean absolute error, times a weight in the gradient (the mel loss, c_mel).</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="target">x's shape; not differentiated.</param>
    /// <returns>[1], without the weight.</returns>
    public static Tensor AbsoluteError(Tape tape, Tensor x, Tensor target, float weight)
    {
        Expect.Shape(target, x.Shape, "absolute error", "target");
        Backend backend = tape.Backend;
        Tensor loss = tape.NewLoss();
        tape.Run(() => backend.AbsoluteError(x, target, loss), x, target, loss);
        tape.Differentiate(() =>
        {
            Gradient dx = tape.Into(x);
            if (dx.Wanted) tape.Run(() => backend.AbsoluteErrorBackward(x, target, weight, dx), x, target, dx.Tensor);
        });
        return loss;
    }

    /// <summary>Divergence of the posterior, carried through the flow, from the prior (Kim et al. 2021, arXiv:2106.06103, eq. 4; mainline's kl_loss).</summary>
    /// <param name="z">[B,T,C], the posterior's draw after the flow (z_p).</param>
    /// <param name="q">[B,T,2C], the posterior's mean and logs.</param>
    /// <param name="p">[B,T,2C], the prior's mean and logs.</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <param name="weight">Times this in the gradient (c_kl).</param>
    /// <param name="wholeFrames">[1], what the sum is divided by when this batch is part of a larger one; null for the mask's sum.</param>
    /// <returns>[1], without the weight.</returns>
    public static Tensor KlDivergence(Tape tape, Tensor z, Tensor q, Tensor p, Tensor mask, float weight, Tensor? wholeFrames = null)
    {
        (int batch, int frames, int channels) = Expect.Frames(z, "kl divergence", "z");
        Expect.Shape(q, [batch, frames, 2 * channels], "kl divergence", "q");
        Expect.Shape(p, q.Shape, "kl divergence", "p");
        Expect.Shape(mask, [batch, frames], "kl divergence", "mask");
        Expect.That(z.GradientFrom + q.GradientFrom + p.GradientFrom == 0, "kl divergence", $"all items of z, q and p are differentiated or none");
        Backend backend = tape.Backend;
        Tensor loss = tape.NewLoss();
        tape.Run(() => backend.KlDivergence(z, q, p, mask, wholeFrames, loss), z, q, p, mask, wholeFrames, loss);
        tape.Differentiate(() =>
        {
            Gradient dz = tape.Into(z), dq = tape.Into(q), dp = tape.Into(p);
            tape.Run(() => backend.KlDivergenceBackward(z, q, p, mask, wholeFrames, weight, dz, dq, dp),
                z, q, p, mask, wholeFrames, dz.Tensor, dq.Tensor, dp.Tensor);
        });
        return loss;
    }
}

using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

public sealed class LossesTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(16391)]
    [InlineData(200003)]
    public void Errors_are_means_in_double(int count)
    {
        float[] x = RandomValues.Normal(count, 1), target = RandomValues.Normal(count, 2);
        Guarded loss = Guarded.Output(_backend, [1], [float.NaN]);
        _backend.SquaredError(Guarded.Input(_backend, [count], x), 1, loss.Tensor);
        double squared = ReferenceLosses.SquaredError(Doubles(x), 1), absolute = ReferenceLosses.AbsoluteError(Doubles(x), Doubles(target));
        Assert.Equal(squared, loss.Values()[0], 1e-7 * squared);
        _backend.AbsoluteError(Guarded.Input(_backend, [count], x), Guarded.Input(_backend, [count], target), loss.Tensor);
        Assert.Equal(absolute, loss.Values()[0], 1e-7 * absolute);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(61, false)]
    [InlineData(61, true)]
    public void Gradients_of_errors_match_finite_differences(int count, bool add)
    {
        float[] x = RandomValues.AwayFromZero(count, 1), target = new float[count], before = Before(count, add, 3);
        if (count > 9) (x[5], x[9], target[9]) = (0, 0.25f, 0.25f);
        double[] wanted = [.. ReferenceLosses.Gradient(values => 45 * ReferenceLosses.AbsoluteError(values, Doubles(target)), Doubles(x))];
        Guarded dx = Guarded.Output(_backend, [count], before);
        _backend.AbsoluteErrorBackward(Guarded.Input(_backend, [count], x), Guarded.Input(_backend, [count], target), 45,
            new Gradient(dx.Tensor, add));
        AssertClose(wanted, dx.Values(), before, add);

        wanted = ReferenceLosses.Gradient(values => 3 * ReferenceLosses.SquaredError(values, 1), Doubles(x));
        dx = Guarded.Output(_backend, [count], before);
        _backend.SquaredErrorBackward(Guarded.Input(_backend, [count], x), 1, 3, new Gradient(dx.Tensor, add));
        AssertClose(wanted, dx.Values(), before, add);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 7, 5)]
    [InlineData(3, 11, 16)]
    [InlineData(2, 130, 192)]
    public void Divergence_agrees_with_the_reference(int batch, int frames, int channels)
    {
        Divergence of = new(batch, frames, channels);
        Guarded loss = Guarded.Output(_backend, [1], [float.NaN]);
        _backend.KlDivergence(of.Input(_backend, of.Z), of.Input(_backend, of.Q), of.Input(_backend, of.P), of.MaskOn(_backend), null, loss.Tensor);
        double wanted = ReferenceLosses.KlDivergence(Doubles(of.Z), Doubles(of.Q), Doubles(of.P), Doubles(of.Mask));
        Assert.Equal(wanted, loss.Values()[0], 1e-7 * Math.Abs(wanted));
    }

    [Theory]
    [InlineData(1, 2, 1, false)]
    [InlineData(2, 5, 5, false)]
    [InlineData(2, 4, 9, true)]
    public void Gradients_of_the_divergence_match_finite_differences(int batch, int frames, int channels, bool add)
    {
        Divergence of = new(batch, frames, channels);
        double[] z = Doubles(of.Z), q = Doubles(of.Q), p = Doubles(of.P), mask = Doubles(of.Mask);
        float[] beforeZ = Before(z.Length, add, 7), beforeQ = Before(q.Length, add, 8), beforeP = Before(p.Length, add, 9);
        foreach (int wanted in (int[])[1, 2, 4, 7])
        {
            Guarded dz = Guarded.Output(_backend, [batch, frames, channels], beforeZ);
            Guarded dq = Guarded.Output(_backend, [batch, frames, 2 * channels], beforeQ),
                dp = Guarded.Output(_backend, [batch, frames, 2 * channels], beforeP);
            _backend.KlDivergenceBackward(of.Input(_backend, of.Z), of.Input(_backend, of.Q), of.Input(_backend, of.P), of.MaskOn(_backend), null, 2,
                Into(dz, 1), Into(dq, 2), Into(dp, 4));
            if ((wanted & 1) != 0) AssertClose(ReferenceLosses.Gradient(values => 2 * ReferenceLosses.KlDivergence(values, q, p, mask), z),
                dz.Values(), beforeZ, add);
            if ((wanted & 2) != 0) AssertClose(ReferenceLosses.Gradient(values => 2 * ReferenceLosses.KlDivergence(z, values, p, mask), q),
                dq.Values(), beforeQ, add);
            if ((wanted & 4) != 0) AssertClose(ReferenceLosses.Gradient(values => 2 * ReferenceLosses.KlDivergence(z, q, values, mask), p),
                dp.Values(), beforeP, add);

            Gradient Into(Guarded gradient, int bit) => (wanted & bit) != 0 ? new Gradient(gradient.Tensor, add) : default;
        }
    }

    [Fact]
    public void Padding_of_the_divergence_may_hold_anything()
    {
        Divergence of = new(1, 6, 3);
        float[] logs = [.. of.P];
        Array.Fill(logs, -1e30f, 5 * 6, 6);
        Guarded loss = Guarded.Output(_backend, [1], [0]), dp = Guarded.Output(_backend, [1, 6, 6], Before(36, false, 0));
        Tensor mask = GradientCheck.Constant(_backend, [1, 6], RandomValues.Mask(6, 5));
        _backend.KlDivergence(of.Input(_backend, of.Z), of.Input(_backend, of.Q), of.Input(_backend, logs), mask, null, loss.Tensor);
        _backend.KlDivergenceBackward(of.Input(_backend, of.Z), of.Input(_backend, of.Q), of.Input(_backend, logs), mask, null, 1, default, default,
            new Gradient(dp.Tensor, false));
        Assert.True(float.IsFinite(loss.Values()[0]));
        Assert.All(dp.Values()[^6..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_discriminators_loss_reaches_each_half_of_its_scores()
    {
        float[] scores = RandomValues.Normal(5 * 7, 1);
        Tape tape = new(_backend);
        Tensor x = tape.Input([5, 7, 1], requiresGradient: true);
        (Tensor real, Tensor generated) = Op.DiscriminatorLoss(tape, x, 2);
        tape.Keep(real);
        tape.Keep(generated);
        tape.Backward();
        Tensor dx = tape.Keep(x.Gradient!);
        StepProgram program = tape.Compile();
        _backend.Write(scores, x);
        program.Run();
        double[] first = Doubles(scores[..14]), second = Doubles(scores[14..]);
        Assert.Equal(ReferenceLosses.SquaredError(first, 1), _backend.ToArray(real)[0], 1e-6);
        Assert.Equal(ReferenceLosses.SquaredError(second, 0), _backend.ToArray(generated)[0], 1e-6);
        double[] wanted = [.. first.Select(value => 2 * (value - 1) / 14), .. second.Select(value => 2 * value / 21)];
        Assert.InRange(Errors.Largest(_backend.ToArray(dx), wanted), 0, 1e-7);
    }

    [Fact]
    public void A_generators_losses_reach_the_generated_half_alone()
    {
        float[] values = RandomValues.Normal(6 * 5, 1);
        Tape tape = new(_backend);
        Tensor map = tape.New([6, 5, 1], requiresGradient: true, gradientFrom: 3);
        map.Buffer.Touch(0);
        Tensor features = tape.Keep(Op.FeatureLoss(tape, map, 2)), adversarial = tape.Keep(Op.AdversarialLoss(tape, map));
        tape.Backward();
        Tensor dmap = tape.Keep(map.Gradient!);
        StepProgram program = tape.Compile();
        _backend.Write(values, map);
        program.Run();
        double[] real = Doubles(values[..15]), generated = Doubles(values[15..]);
        Assert.Equal(ReferenceLosses.AbsoluteError(generated, real), _backend.ToArray(features)[0], 1e-6);
        Assert.Equal(ReferenceLosses.SquaredError(generated, 1), _backend.ToArray(adversarial)[0], 1e-6);
        double[] wanted = [.. generated.Zip(real, (g, r) => ((2.0 * Math.Sign(g - r)) + (2 * (g - 1))) / 15)];
        Assert.InRange(Errors.Largest(_backend.ToArray(dmap), wanted), 0, 1e-6);
    }

    [Fact]
    public void Losses_of_the_whole_batch_refuse_a_part_of_it()
    {
        Tape tape = new(_backend);
        Tensor scores = tape.New([4, 3, 1], requiresGradient: true, gradientFrom: 2), pair = tape.New([4, 3, 2]), mask = tape.New([4, 3]);
        Assert.Contains("item 2", Assert.Throws<ArgumentException>(() => Op.DiscriminatorLoss(tape, scores, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("all items", Assert.Throws<ArgumentException>(() => Op.KlDivergence(tape, scores, pair, pair, mask, 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Thread_count_changes_nothing() => ThreadCounts.AssertSameBytes(backend =>
    {
        Divergence of = new(3, 301, 40);
        Tensor loss = backend.NewTensor([4]), z = Of(of.Z, 1), q = Of(of.Q, 2), p = Of(of.P, 2),
            mask = GradientCheck.Constant(backend, [3, 301], of.Mask);
        Tensor dz = backend.NewTensor(z.Shape), dq = backend.NewTensor(q.Shape), dp = backend.NewTensor(p.Shape);
        backend.SquaredError(z, 1, Backend.Part(loss, 0, [1]));
        backend.AbsoluteError(q, p, Backend.Part(loss, 1, [1]));
        backend.KlDivergence(z, q, p, mask, null, Backend.Part(loss, 2, [1]));
        backend.KlDivergenceBackward(z, q, p, mask, null, 1, new Gradient(dz, false), new Gradient(dq, false), new Gradient(dp, false));
        backend.AbsoluteErrorBackward(q, p, 45, new Gradient(dq, true));
        backend.SquaredErrorBackward(z, 1, 1, new Gradient(dz, true));
        return [.. ((Tensor[])[loss, dz, dq, dp]).SelectMany(backend.ToArray)];

        Tensor Of(float[] values, int times) => GradientCheck.Constant(backend, [3, 301, 40 * times], values);
    });

    [Fact]
    public void A_call_allocates_nothing()
    {
        Tensor z = _backend.NewTensor([2, 300, 64]), q = _backend.NewTensor([2, 300, 128]), mask = _backend.NewTensor([2, 300]),
            loss = _backend.NewTensor([1]);
        ThreadCounts.AssertAllocatesNothing(() =>
        {
            _backend.SquaredError(z, 1, loss);
            _backend.SquaredErrorBackward(z, 1, 1, new Gradient(z, true));
            _backend.AbsoluteError(q, q, loss);
            _backend.AbsoluteErrorBackward(q, q, 1, new Gradient(q, true));
            _backend.KlDivergence(z, q, q, mask, null, loss);
            _backend.KlDivergenceBackward(z, q, q, mask, null, 1, new Gradient(z, true), new Gradient(q, true), new Gradient(q, true));
        });
    }

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static float[] Before(int count, bool add, int seed) => add ? RandomValues.Normal(count, seed) : [.. Enumerable.Repeat(float.NaN, count)];

    private static void AssertClose(double[] wanted, float[] actual, float[] before, bool add)
    {
        double scale = Math.Max(add ? 1 : 0, wanted.Max(Math.Abs));
        Assert.InRange(Errors.Largest(actual, [.. wanted.Select((d, i) => d + (add ? before[i] : 0))]), 0, 1e-6 * scale);
    }

    /// <summary>Inputs of a divergence whose items end one after the other.</summary>
    private sealed class Divergence(int batch, int frames, int channels)
    {
        internal float[] Z { get; } = RandomValues.Normal(batch * frames * channels, 1);

        internal float[] Q { get; } = RandomValues.Normal(batch * frames * 2 * channels, 2, 0.5f);

        internal float[] P { get; } = RandomValues.Normal(batch * frames * 2 * channels, 3, 0.5f);

        internal float[] Mask { get; } = RandomValues.Mask(frames, [.. Enumerable.Range(0, batch).Select(item => frames - item)]);

        internal Tensor Input(CpuBackend backend, float[] values) => Guarded.Input(backend, [batch, frames, values.Length / (batch * frames)],
            values);

        internal Tensor MaskOn(CpuBackend backend) => Guarded.Input(backend, [batch, frames], Mask);
    }
}

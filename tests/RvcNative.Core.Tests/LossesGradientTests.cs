using FsCheck.Xunit;
using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests;

/// <summary>The loss ops as a step records them, once or twice, against their formulas in double and the formulas' finite differences.</summary>
[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class LossesGradientTests
{
    private delegate double Formula(double[][] inputs);

    [Property]
    public void Gradient_of_a_discriminators_loss_matches_finite_differences(RandomShapes draw)
    {
        Shape drawn = draw.Activations("scores"), shape = drawn.WithFirst(drawn[0] + 1);
        int real = draw.Between(1, drawn[0], "real items"), count = shape.Count / shape[0] * real;
        Check(draw, (tape, x) =>
        {
            (Tensor ofReal, Tensor ofGenerated) = Op.DiscriminatorLoss(tape, x[0], real);
            return [ofReal, ofGenerated];
        }, [x => ReferenceLosses.SquaredError(x[0][..count], 1), x => ReferenceLosses.SquaredError(x[0][count..], 0)], [draw.Input(shape)], [0], 1);
    }

    [Property]
    public void Gradient_of_the_adversarial_loss_matches_finite_differences(RandomShapes draw)
    {
        Shape shape = draw.Activations("scores");
        int[] from = draw.GradientFrom(shape);
        int real = shape.Count / shape[0] * from[0];
        Check(
            draw, (tape, x) => [Op.AdversarialLoss(tape, x[0])], [x => ReferenceLosses.SquaredError(x[0][real..], 1)], [draw.Input(shape)], from, 1);
    }

    [Property]
    public void Gradient_of_the_feature_loss_matches_finite_differences(RandomShapes draw)
    {
        Shape half = draw.Activations("features"), shape = half.WithFirst(2 * half[0]);
        float weight = draw.Between(1, 90, "weight") / 2f;
        float[] real = draw.Normal(half);
        Check(
            draw, (tape, x) => [Op.FeatureLoss(tape, x[0], weight)], [x => ReferenceLosses.AbsoluteError(x[0][half.Count..], x[0][..half.Count])],
            [(shape, [.. real, .. Beside(draw, real)])], [half[0]], weight);
    }

    [Property]
    public void Gradient_of_the_absolute_error_matches_finite_differences(RandomShapes draw)
    {
        Shape shape = draw.Activations("x");
        float weight = draw.Between(1, 90, "weight") / 2f;
        float[] target = draw.Normal(shape);
        Check(
            draw, (tape, x) => [Op.AbsoluteError(tape, x[0], x[1], weight)], [x => ReferenceLosses.AbsoluteError(x[0], x[1])],
            [(shape, Beside(draw, target)), (shape, target)], [draw.GradientFrom(shape)[0], shape[0]], weight);
    }

    [Property]
    public void Gradients_of_the_divergence_match_finite_differences(RandomShapes draw)
    {
        Shape shape = draw.Activations("z"), doubled = [shape[0], shape[1], 2 * shape[2]], rows = [shape[0], shape[1]];
        float weight = draw.Between(1, 9, "weight") / 2f;
        float[] mask = draw.Mask(shape[0], shape[1]);
        mask[^1] = 1;
        int wanted = draw.Between(1, 7, "gradients of z, q, p as bits");
        bool isPart = draw.Coin("part of a larger batch");
        int[] from = [.. Enumerable.Range(0, 4).Select(input => (wanted & (1 << input)) != 0 ? 0 : shape[0]), 1];
        Check(
            draw, (tape, x) => [Op.KlDivergence(tape, x[0], x[1], x[2], x[3], weight, isPart ? x[4] : null)],
            [x => ReferenceLosses.KlDivergence(x[0], x[1], x[2], x[3]) * (isPart ? x[3].Sum() / x[4][0] : 1)],
            [draw.Input(shape), draw.Input(doubled, 0.5f), draw.Input(doubled, 0.5f), (rows, mask), ([1], [draw.Between(1, 400, "frames of the whole")])],
            from, weight);
    }

    /// <summary>Values 0.1 and more away from the given ones, where |x - target| has its kink, and some of them the same.</summary>
    private static float[] Beside(RandomShapes draw, float[] target)
    {
        float[] apart = draw.Values(seed => RandomValues.AwayFromZero(target.Length, seed));
        return [.. target.Select((value, i) => i % 11 == 7 ? value : value + apart[i])];
    }

    private static void Check(
        RandomShapes draw, Func<Tape, Tensor[], Tensor[]> losses, Formula[] formulas, (Shape Shape, float[] Values)[] inputs, int[] from, float weight)
    {
        int uses = draw.Between(1, 2, "uses");
        using CpuBackend backend = new(2);
        Tape tape = new(backend);
        Tensor[] x = [.. inputs.Select((input, index) => Input(tape, input.Shape, from[index]))];
        Tensor[] found = [];
        for (int use = 0; use < uses; use++) found = losses(tape, x);
        foreach (Tensor loss in found) tape.Keep(loss);
        tape.Backward();
        foreach (Tensor input in x.Where(input => input.RequiresGradient)) tape.Keep(input.Gradient!);
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        for (int index = 0; index < x.Length; index++) backend.Write(inputs[index].Values, x[index]);
        program.Run();
        program.Run();                              // what the first run has left in the gradients is not added to

        double[][] values = [.. inputs.Select(input => input.Values.Select(value => (double)value).ToArray())];
        for (int loss = 0; loss < found.Length; loss++)
        {
            double wanted = formulas[loss](values);
            Assert.Equal(wanted, backend.ToArray(found[loss])[0], 1e-6 * Math.Max(1, Math.Abs(wanted)));
        }

        for (int index = 0; index < x.Length; index++)
        {
            if (x[index].RequiresGradient) AssertSlopes(index, backend.ToArray(x[index].Gradient!));
        }

        void AssertSlopes(int input, float[] gradient)
        {
            int first = values[input].Length - gradient.Length;
            double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
            Random random = new(input);
            double[] direction = [.. gradient.Select(_ => random.Next(2) == 0 ? -1.0 : 1.0)];
            AssertSlope("a random direction", direction, norm);
            for (int single = 0; single < Math.Min(12, gradient.Length); single++)
            {
                int element = random.Next(gradient.Length);
                AssertSlope($"element {element}", [.. gradient.Select((_, i) => i == element ? 1.0 : 0)], norm / Math.Sqrt(gradient.Length));
            }

            void AssertSlope(string what, double[] along, double scale)
            {
                double wanted = uses * weight * formulas.Sum(formula => ReferenceLosses.Slope(
                    moved => formula([.. values.Select((all, index) => index == input ? moved : all)]), values[input], [.. new double[first], .. along]));
                double analytic = along.Zip(gradient, (d, g) => d * g).Sum();
                Assert.True(Math.Abs(analytic - wanted) <= 1e-5 * Math.Max(scale, Math.Abs(wanted)),
                    $"gradient of input {input} in {what}: analytic {analytic:g7}, finite differences {wanted:g7}");
            }
        }
    }

    private static Tensor Input(Tape tape, Shape shape, int from)
    {
        Tensor input = tape.New(shape, requiresGradient: from < shape[0], from < shape[0] ? from : 0);
        input.Buffer.Touch(0);
        return input;
    }
}

using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Gradients of a large norm are scaled down to it, each network's by itself; others stay to the last bit.</summary>
public sealed class ClippingTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    // Of AdamW's first update, a fifth of the gradient (beta1 is 0.8).
    private const double NewMean = 0.2;

    [Theory]
    [InlineData(0.75)]
    [InlineData(0.01)]
    public void A_larger_norm_becomes_the_limit(double limit)
    {
        (float[] g, float[] d, StepLosses losses) = Moments(limit);
        Assert.True(losses.GeneratorGradientNorm > limit && losses.DiscriminatorGradientNorm > limit, $"{losses.GeneratorGradientNorm} {losses.DiscriminatorGradientNorm}");
        Assert.Equal(NewMean * limit, Norm(g), 1e-4 * limit);
        Assert.Equal(NewMean * limit, Norm(d), 1e-4 * limit);

        // The direction is that of the whole gradient, and what is shown is its norm, not the limit.
        (float[] wholeG, float[] wholeD, StepLosses whole) = Moments(null);
        Assert.Equal(whole.DiscriminatorGradientNorm, losses.DiscriminatorGradientNorm);
        Assert.Equal(whole.GeneratorGradientNorm, losses.GeneratorGradientNorm, 0.1 * whole.GeneratorGradientNorm);
        Assert.Equal(1, Cosine(d, wholeD), 1e-5);
        Assert.InRange(Cosine(g, wholeG), 0.9, 1.0001);
    }

    [Fact]
    public void A_smaller_norm_is_left_alone()
    {
        (float[] g, float[] d, _) = Moments(1e6);
        (float[] wholeG, float[] wholeD, _) = Moments(null);
        Assert.Equal(wholeG, g);
        Assert.Equal(wholeD, d);
    }

    private (float[] G, float[] D, StepLosses Losses) Moments(double? limit)
    {
        using TinySteps steps = new(voice.NewRun(), threads: 1);
        using Batch batch = steps.Batch(steps.ByLength[..2]);
        TrainingStep step = steps.Step(batch);
        steps.Load(batch, step, 3);
        GanUpdate.Run(steps.Networks, [step], load: null, 1e-4, clipNorm: limit ?? double.PositiveInfinity);
        return (
            steps.Backend.ToArray(steps.Networks.Generator.Network.Parameters.Means), steps.Backend.ToArray(steps.Networks.Discriminator.Network.Parameters.Means), step.Losses);
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum() / (Norm(a) * Norm(b));
}

using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>What a step computes gradients of, and what padding does to them.</summary>
public sealed class TrainingStepTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void The_generators_half_leaves_the_discriminators_gradient_alone()
    {
        using TinySteps steps = new(voice.NewRun(), threads: 1);
        using Batch batch = steps.Batch(steps.ByLength[0], steps.ByLength[1]);
        TrainingStep step = steps.Step(batch);
        steps.Load(batch, step, 0);
        step.Run(1e-3);

        // The first moment of the first update is (1 - beta1) times the gradient that the discriminator's own half left.
        ParameterSet discriminator = steps.Networks.Discriminator.Network.Parameters;
        float[] gradient = steps.Backend.ToArray(discriminator.Gradients), moment = steps.Backend.ToArray(discriminator.Means);
        Assert.All(gradient.Zip(moment), pair => Assert.Equal(0.2 * pair.First, pair.Second, 1e-6 * Math.Abs(pair.First)));
        Tensor norm = steps.Backend.NewTensor([1]);
        steps.Backend.Norm(discriminator.Gradients, norm);
        Assert.Equal(step.Losses.DiscriminatorGradientNorm, steps.Backend.ToArray(norm)[0]);
        Assert.True(step.Losses.DiscriminatorGradientNorm > 0);
    }

    [Fact]
    public void A_step_that_fails_in_the_generators_half_is_as_if_it_had_not_run()
    {
        using TinySteps failing = new(voice.NewRun(), threads: 1), calm = new(voice.NewRun(), threads: 1);
        float[][] before = State(failing);
        NonFiniteException failure = Assert.Throws<NonFiniteException>(() => Run(failing, 1e30));   // the discriminator's trial weights overflow
        Assert.Equal("loss/g/total", failure.Quantity);
        Assert.Equal(before, State(failing));
        Run(failing, 1e-3);
        Run(calm, 1e-3);
        Assert.NotEqual(before, State(calm));
        Assert.Equal(State(calm), State(failing));

        static void Run(TinySteps steps, double learningRate)
        {
            using Batch batch = steps.Batch(steps.ByLength[0], steps.ByLength[1]);
            TrainingStep step = steps.Step(batch);
            steps.Load(batch, step, 0);
            step.Run(learningRate);
            step.Run(learningRate);   // the second sees what the first has left in the weights that are derived from others
        }

        static float[][] State(TinySteps steps) =>
        [
            .. ((ParameterSet[])[steps.Networks.Generator.Network.Parameters, steps.Networks.Discriminator.Network.Parameters])
                .SelectMany(set => (Tensor[])[set.Values, set.Means, set.Variances]).Select(steps.Backend.ToArray),
            [steps.Networks.GeneratorOptimiser.Step, steps.Networks.DiscriminatorOptimiser.Step],
        ];
    }

    [Fact]
    public void Padding_changes_neither_losses_nor_gradients()
    {
        using TinySteps steps = new(voice.NewRun(), threads: 1);
        using Batch batch = steps.Batch(steps.ByLength[0], steps.ByLength[2]);
        (float[] losses, float[] g, float[] d) = Run(steps, batch, padFrames: 0);
        (float[] losses, float[] g, float[] d) padded = Run(steps, batch, padFrames: 50);
        for (int i = 0; i < losses.Length; i++) Assert.Equal(losses[i], padded.losses[i], 1e-5f * Math.Abs(losses[i]));
        Assert.InRange(Distance(g, padded.g), 0, 1e-5);
        Assert.InRange(Distance(d, padded.d), 0, 1e-5);

        // One by one as well; the bias of the attention's keys has no gradient, what it gets is rounding.
        double least = 1e-5 * Size(g);
        foreach (Parameter parameter in steps.Networks.Generator.Network.Parameters.Parameters)
        {
            int first = (int)parameter.Gradient.Offset, end = first + parameter.Gradient.Count;
            if (parameter.Name.EndsWith(".conv_k.bias", StringComparison.Ordinal))
            {
                Assert.InRange(Math.Max(Size(g[first..end]), Size(padded.g[first..end])), 0, least);
                continue;
            }

            double distance = Distance(g[first..end], padded.g[first..end], least);
            Assert.True(distance < 1e-5, $"{parameter}: {distance}");
        }
    }

    // One step that changes no weight, its draws those of the batch without padding.
    private static (float[] losses, float[] g, float[] d) Run(TinySteps steps, Batch batch, int padFrames)
    {
        InjectedDraws draws = new();
        int frames = batch.Frames + padFrames;
        TrainingStep step = steps.Step(batch.Size, frames, draws);
        Backend backend = steps.Backend;
        Write(batch.Phone, step.Input.Phone);
        Write(batch.Spec, step.Spec);
        Write(batch.Wave, step.Wave);
        Write(batch.Mask, step.Input.Mask);
        Write(batch.F0!, step.Input.F0!);
        backend.Write(Padded(batch.Pitch!, batch.Size, padFrames * batch.Size), step.Input.Pitch!);
        backend.Write(batch.Speakers, step.Input.SpeakerIds);
        backend.Write([7, 3], step.Starts);
        foreach ((string name, Tensor tensor) in draws.Tensors)
        {
            RandomStream random = RandomStream.Named(11, name);
            bool ofFrames = tensor.Shape[1] == frames;
            float[] values = [.. Enumerable.Range(0, ofFrames ? tensor.Count / frames * batch.Frames : tensor.Count).Select(_ => (float)random.NextNormal())];
            backend.Write(ofFrames ? Padded(values, batch.Size, tensor.Count - values.Length) : values, tensor);
        }

        step.Run(learningRate: 0);
        StepLosses losses = step.Losses;
        return (
            [
                (float)losses.Mel, (float)losses.Kl, (float)losses.FeatureMatching, (float)losses.GeneratorGradientNorm, (float)losses.DiscriminatorGradientNorm,
                .. losses.Adversarial, .. losses.DiscriminatorReal, .. losses.DiscriminatorGenerated,
            ],
            backend.ToArray(steps.Networks.Generator.Network.Parameters.Gradients),
            backend.ToArray(steps.Networks.Discriminator.Network.Parameters.Gradients));

        void Write(float[] values, Tensor tensor) => backend.Write(Padded(values, batch.Size, tensor.Count - values.Length), tensor);
    }

    // Each item followed by its share of zeros.
    private static T[] Padded<T>(T[] values, int items, int zeros) =>
        [.. values.Chunk(values.Length / items).SelectMany(item => item.Concat(new T[zeros / items]))];

    private static double Distance(float[] wanted, float[] found, double least = 0) =>
        Size([.. wanted.Zip(found, (a, b) => a - b)]) / Math.Max(Size(wanted), least);

    private static double Size(float[] values) => Math.Sqrt(values.Sum(value => Math.Pow(value, 2)));
}

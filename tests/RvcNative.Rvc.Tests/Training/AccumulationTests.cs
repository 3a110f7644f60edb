using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>One batch in several parts.</summary>
public sealed class AccumulationTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    private const int Clips = 8;

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Parts_give_the_gradients_and_losses_of_the_whole(int parts)
    {
        (float[] g, float[] d, StepLosses losses) whole = Update(1), inParts = Update(parts);
        Assert.InRange(Distance(whole.g, inParts.g), 0, 2e-5);
        Assert.InRange(Distance(whole.d, inParts.d), 0, 2e-5);
        foreach ((double wanted, double found) in Values(whole.losses).Zip(Values(inParts.losses))) Assert.Equal(wanted, found, 1e-5 * wanted);
    }

    [Fact]
    public void An_epoch_whose_batches_do_not_come_out_even_ends_with_a_smaller_update()
    {
        TinyRun run = voice.NewRun();
        List<long> steps = [];
        int batches = 0;
        run.Train(run.Options(2) with { BatchSize = 1, Accumulate = 3 }, onStep: (trainer, progress) =>
        {
            steps.Add(progress.GlobalStep);
            batches = trainer.BatchesPerEpoch;
            Assert.True(progress.Losses.Mel > 0 && double.IsFinite(progress.Losses.Total));
        });
        Assert.NotEqual(0, batches % 3);
        Assert.Equal(2 * ((batches + 2) / 3), steps.Count);
    }

    // First moments of one update, a fifth of the mean gradient; every clip has draws and a segment of its own.
    private (float[] G, float[] D, StepLosses Losses) Update(int parts)
    {
        using TinySteps steps = new(voice.NewRun(), threads: 2);
        int each = Clips / parts;
        int[] clips = [.. Enumerable.Range(0, Clips).Select(i => steps.ByLength[i % steps.ByLength.Length])];
        Batch[] batches = [.. clips.Chunk(each).Select(part => steps.Batch(part))];
        InjectedDraws[] draws = [.. batches.Select(_ => new InjectedDraws())];
        TrainingStep[] programs =
            [.. batches.Zip(draws, (batch, own) => steps.Step(batch.Size, batch.Frames, own, new StepForm { IsPart = parts > 1 }))];
        StepLosses mean = new(programs[0].Losses.Adversarial.Length);
        if (parts == 1) Load(0);
        GanUpdate.Run(steps.Networks, programs, parts == 1 ? null : Load, 0, mean);
        return (
            steps.Backend.ToArray(steps.Networks.Generator.Network.Parameters.Means),
            steps.Backend.ToArray(steps.Networks.Discriminator.Network.Parameters.Means), mean);

        void Load(int part)
        {
            TrainingStep step = programs[part];
            steps.Load(batches[part], step, 0, batches.Sum(batch => batch.Mask.Sum()) / parts);
            long[] starts = [.. Enumerable.Range(part * each, each).Select(item => (long)(item % 5))];
            steps.Backend.Write(starts, step.Starts);
            foreach ((string name, Tensor tensor) in draws[part].Tensors)
            {
                int count = tensor.Count / each;
                IEnumerable<float> noise = Enumerable.Range(part * each, each).SelectMany(item =>
                {
                    RandomStream random = RandomStream.Named((ulong)item, name);
                    return Enumerable.Range(0, count).Select(_ => (float)random.NextNormal()).ToArray();
                });
                steps.Backend.Write([.. noise], tensor);
            }
        }
    }

    private static IEnumerable<double> Values(StepLosses losses) =>
    [
        losses.Mel, losses.Kl, losses.FeatureMatching, losses.Generator, losses.Discriminator, losses.GeneratorGradientNorm, losses.DiscriminatorGradientNorm,
        .. losses.Adversarial.Select(loss => (double)loss), .. losses.DiscriminatorReal.Select(loss => (double)loss),
    ];

    private static double Distance(float[] wanted, float[] found) =>
        Math.Sqrt(wanted.Zip(found, (a, b) => Math.Pow(a - b, 2)).Sum() / wanted.Sum(a => Math.Pow(a, 2)));
}

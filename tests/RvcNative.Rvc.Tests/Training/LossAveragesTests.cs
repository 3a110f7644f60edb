using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Means of the last steps and of epochs, over an interruption too.</summary>
public sealed class LossAveragesTests
{
    [Theory]
    [InlineData(7, 3)]
    [InlineData(50, 50)]
    [InlineData(173, 61)]
    public void Means_are_those_of_the_steps_and_go_on_after_a_save(int steps, int epochSteps)
    {
        Random random = new(steps);
        LossAverages whole = new(), broken = new();
        List<double> mels = [], epochMels = [];
        for (int step = 0; step < steps; step++)
        {
            LossFigures figures = new(random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble(), 1e3 * random.NextDouble(), 0.1, 3, step);
            mels.Add(figures.Mel);
            whole.Add(figures);
            broken.Add(figures);
            LossAverages again = new();
            Assert.True(again.Restore(broken.Save()));
            broken = again;
            Assert.Equal(mels.TakeLast(50).Average(), whole.WindowMean().Mel, 1e-9);
            Assert.Equal(whole.WindowMean(), broken.WindowMean());
            if (step % epochSteps != epochSteps - 1) continue;
            LossFigures mean = whole.EndEpoch()!.Value;
            Assert.Equal(mels.TakeLast(epochSteps).Average(), mean.Mel, 1e-9);
            Assert.Equal(step - ((epochSteps - 1) / 2.0), mean.NormD, 1e-9);
            Assert.Equal(mean, broken.EndEpoch());
            epochMels.Add(mean.Mel);
        }

        Assert.Equal(epochMels.TakeLast(LossAverages.EpochsKept), whole.EpochMels);
        Assert.Equal(whole.Save(), broken.Save());
        Assert.Equal(steps % epochSteps, broken.EpochSteps);
    }

    [Fact]
    public void An_epoch_without_a_step_has_no_mean() => Assert.Null(new LossAverages().EndEpoch());

    [Theory]
    [InlineData("")]
    [InlineData("no base64!")]
    [InlineData("AAAAAAAA8D8=")]
    public void Text_that_is_no_save_is_not_taken(string text) => Assert.False(new LossAverages().Restore(text));
}

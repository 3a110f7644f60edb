using RvcNative.Formats.TensorBoard;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>A training learns, and its curves are where mainline's readers look for them.</summary>
public sealed class LearningTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    private const int Epochs = 20, Steps = Epochs * TinyVoice.BatchesPerEpoch, Discriminators = 9;

    [Fact]
    public void Sixty_steps_lower_the_mel_loss_and_are_logged_with_mainlines_tags()
    {
        TinyRun run = voice.NewRun();
        List<double> mel = [];
        run.Train(run.Options(Epochs / 2) with { SaveEvery = 100 }, onStep: Add);
        run.Train(run.Options(Epochs) with { SaveEvery = 100 }, onStep: Add);
        Assert.Equal(Steps, mel.Count);
        Assert.InRange(mel.TakeLast(6).Average() / mel.Take(6).Average(), 0, 0.75);

        string[] files = Directory.GetFiles(run.Folder, "events.out.tfevents.*");
        Assert.Equal(2, files.Length);
        TensorBoardEvent[] events = [.. files.SelectMany(file => EventFile.Read(file).Events).Where(each => each.Values.Count > 0).OrderBy(each => each.Step)];
        long[] logged = [.. Enumerable.Range(0, Steps).Where(step => step % TinyVoice.Config.Train.LogInterval == 0)];
        string[] scalars =
        [
            "grad_norm_d", "grad_norm_g", "learning_rate", "loss/d/total", "loss/g/fm", "loss/g/kl", "loss/g/mel", "loss/g/total",
            .. Enumerable.Range(0, Discriminators).SelectMany(i => new[] { $"loss/g/{i}", $"loss/d_r/{i}", $"loss/d_g/{i}" }),
        ];
        string[] tags = [.. scalars, "slice/mel_org", "slice/mel_gen", "all/mel"];
        Array.Sort(tags, StringComparer.Ordinal);
        Assert.Equal(logged, events.Select(each => each.Step).Distinct());
        foreach (long step in logged)
        {
            SummaryValue[] values = [.. events.Where(each => each.Step == step).SelectMany(each => each.Values)];
            Assert.Equal(tags, values.Select(value => value.Tag).Order(StringComparer.Ordinal));
            Assert.All(values.OfType<ImageValue>(), image => Assert.Equal((1000, 200, 3), (image.Width, image.Height, image.Channels)));
            Dictionary<string, float> of = values.OfType<ScalarValue>().ToDictionary(value => value.Tag, value => value.Value);
            Assert.Equal(mel[(int)step], of["loss/g/mel"], 1e-3);
            Assert.Equal(1e-3 * Math.Pow(0.9, step / TinyVoice.BatchesPerEpoch), of["learning_rate"], 1e-9);
            Assert.Equal(Sum("loss/g/{0}") + of["loss/g/fm"] + of["loss/g/mel"] + of["loss/g/kl"], of["loss/g/total"], 1e-3);
            Assert.Equal(Sum("loss/d_r/{0}") + Sum("loss/d_g/{0}"), of["loss/d/total"], 1e-3);
            Assert.True(of["grad_norm_d"] > 0 && of["grad_norm_g"] > 0);

            double Sum(string tag) => Enumerable.Range(0, Discriminators).Sum(i => (double)of[string.Format(null, tag, i)]);
        }

        void Add(Trainer trainer, TrainProgress at) => mel.Add(at.Losses.Mel);
    }
}

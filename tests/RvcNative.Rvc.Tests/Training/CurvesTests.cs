using RvcNative.Formats.TensorBoard;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Both programs' curves hold what the steps gave, unclamped.</summary>
public sealed class CurvesTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    private const int Epochs = 18, Discriminators = 9;

    [Fact]
    public void Applios_curves_are_means_of_fifty_steps_and_of_epochs_with_a_sound_for_each_save()
    {
        (TinyRun run, List<LossFigures> steps) = Trained(interruptAt: null);
        Dictionary<string, List<(long Step, double Value)>> curves = Scalars(Path.Combine(run.Folder, "eval"));
        string[] losses = ["g/total", "g/adv", "g/fm", "g/kl", "g/mel", "d/adv"], norms = ["norm_g", "norm_d"];
        Assert.Equal(
            new SortedSet<string>([.. losses.SelectMany(tag => (string[])[$"loss_avg_50/{tag}", $"loss/{tag}"]), .. norms.SelectMany(tag => (string[])[$"grad_avg_50/{tag}", $"grad/{tag}"]), "learning_rate"]),
            new SortedSet<string>(curves.Keys));
        Assert.Equal([(50, (float)steps.Take(50).Average(step => step.Kl))], curves["loss_avg_50/g/kl"]);
        Assert.Equal([(50, (float)steps.Take(50).Average(step => step.NormG))], curves["grad_avg_50/norm_g"]);
        Assert.Equal(Epochs, curves["loss/d/adv"].Count);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            LossFigures[] own = [.. steps.Skip(3 * epoch).Take(3)];
            Assert.Equal((3L * (epoch + 1), (double)(float)own.Average(step => step.Mel)), curves["loss/g/mel"][epoch]);
            Assert.Equal((float)own.Average(step => step.NormD), curves["grad/norm_d"][epoch].Value, 1e-5);
            Assert.Equal(1e-3 * Math.Pow(0.9, epoch), curves["learning_rate"][epoch].Value, 1e-9);
        }

        List<(long Step, AudioValue Sound)> sounds =
            [.. from each in Events(Path.Combine(run.Folder, "eval")) from value in each.Values.OfType<AudioValue>() select (each.Step, value)];
        Assert.Equal([27L, 54], sounds.Select(sound => sound.Step));
        Assert.All(sounds, sound => Assert.True(sound.Sound is { Tag: "gen/audio", SampleRateHz: 40000, Channels: 1, Frames: > 20000 }));
    }

    [Fact]
    public void Means_of_a_training_that_was_stopped_are_those_of_one_that_was_not()
    {
        (TinyRun whole, _) = Trained(interruptAt: null);
        (TinyRun broken, _) = Trained(interruptAt: 26);
        Dictionary<string, List<(long Step, double Value)>> wanted = Scalars(Path.Combine(whole.Folder, "eval")), found = Scalars(Path.Combine(broken.Folder, "eval"));
        Assert.Equal(wanted.Keys.Order(), found.Keys.Order());
        foreach (string tag in wanted.Keys) Assert.Equal(wanted[tag], found[tag]);
    }

    [Fact]
    public void Mainlines_curves_come_at_every_log_interval()
    {
        (TinyRun run, List<LossFigures> steps) = Trained(interruptAt: null);
        Dictionary<string, List<(long Step, double Value)>> curves = Scalars(run.Folder);
        string[] tags = ["loss/g/total", "loss/d/total", "learning_rate", "grad_norm_d", "grad_norm_g", "loss/g/fm", "loss/g/mel", "loss/g/kl"];
        IEnumerable<string> each = Enumerable.Range(0, Discriminators).SelectMany(i => (string[])[$"loss/g/{i}", $"loss/d_r/{i}", $"loss/d_g/{i}"]);
        Assert.Equal(new SortedSet<string>([.. tags, .. each]), new SortedSet<string>(curves.Keys));
        Assert.Equal(Enumerable.Range(0, 14).Select(i => 4L * i), curves["loss/g/total"].Select(point => point.Step));
        Assert.All(curves["loss/g/total"], point => Assert.Equal((float)steps[(int)point.Step].Total, point.Value));
        Assert.All(curves["grad_norm_d"], point => Assert.Equal((float)steps[(int)point.Step].NormD, point.Value));
        Assert.Equal(
            ["all/mel", "slice/mel_gen", "slice/mel_org"],
            Events(run.Folder).SelectMany(item => item.Values.OfType<ImageValue>()).Select(image => image.Tag).Distinct().Order());
    }

    private (TinyRun Run, List<LossFigures> Steps) Trained(long? interruptAt)
    {
        List<LossFigures> steps = [];
        TinyRun run = voice.NewRun();
        TrainOptions options = run.Options(Epochs) with { SaveEvery = 9 };
        if (interruptAt is { } step) run.Interrupt(options, step);
        run.Train(options, onStep: (_, at) => steps.Add(LossFigures.Of(at.Losses)));
        return (run, steps);
    }

    private static Dictionary<string, List<(long Step, double Value)>> Scalars(string folder)
    {
        Dictionary<string, List<(long, double)>> curves = [];
        foreach (TensorBoardEvent item in Events(folder))
        {
            foreach (ScalarValue value in item.Values.OfType<ScalarValue>())
            {
                if (!curves.TryGetValue(value.Tag, out List<(long, double)>? curve)) curves.Add(value.Tag, curve = []);
                curve.Add((item.Step, value.Value));
            }
        }

        return curves;
    }

    // Of all runs, in the order of their making.
    private static IEnumerable<TensorBoardEvent> Events(string folder) =>
        Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal).SelectMany(file => EventFile.Read(file).Events).OrderBy(item => item.Step);
}

using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Values that are not finite never reach a weight or a file: what brought them is named and left out or skipped.</summary>
public sealed class NonFiniteTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void A_clip_that_overflows_is_named_with_the_first_bad_tensor_and_its_steps_are_skipped()
    {
        TinyRun run = voice.NewRun(), broken = voice.NewRun();
        string clip = PutIntoFeatures(run, 3e38f);
        PutIntoFeatures(broken, 3e38f);
        List<string> said = run.Train(run.Options(4));
        string[] skipped = [.. said.Where(line => line.Contains("is skipped", StringComparison.Ordinal))];
        Assert.True(skipped.Length >= 4, string.Join('\n', said));
        Assert.All(skipped, line => Assert.Matches($@"step \d+, epoch \d: loss/g/(kl|mel) is (NaN|.?Infinity|∞) with the clips .*\b{clip}\b", line));
        Assert.Contains(skipped, line => line.Contains("the first bad tensor is a result [", StringComparison.Ordinal)
            && line.Contains($" for {clip} (", StringComparison.Ordinal) && line.Contains(" at enc_p.", StringComparison.Ordinal));
        Assert.Single(said, line => line.StartsWith("warning: loss/g/", StringComparison.Ordinal));
        Assert.StartsWith("done: 4 epochs, 12 steps", said[^1], StringComparison.Ordinal);
        Assert.All(run.Loaded(run.Options(4)), values => Assert.All(values, value => Assert.True(float.IsFinite(value))));

        // Skipped or not, a training that was stopped goes on to the same bytes.
        foreach (long stop in (long[])[2, 5, 7]) broken.Interrupt(broken.Options(4), stop);
        broken.Train(broken.Options(4), threads: 2);
        Assert.Equal(run.Saves(), broken.Saves());
    }

    [Fact]
    public void A_clip_that_holds_NaN_is_named_and_left_out()
    {
        TinyRun run = voice.NewRun();
        string clip = PutIntoFeatures(run, float.NaN);
        List<string> said = run.Train(run.Options(2));
        Assert.Single(said, line => line.StartsWith($"left out: {clip} holds values that are not finite in '", StringComparison.Ordinal));
        Assert.DoesNotContain(said, line => line.Contains("is skipped", StringComparison.Ordinal));
        Assert.Equal("damaged-clips", Assert.Single(TrainingWarnings.Read(run.Folder), warning => warning.Text.Contains(clip, StringComparison.Ordinal)).Kind);
        Assert.All(run.Loaded(run.Options(2)), values => Assert.All(values, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void A_NaN_that_comes_after_the_files_were_looked_at_is_found_in_the_batch()
    {
        TinyRun run = voice.NewRun();
        string clip = PutIntoFeatures(run, 1);
        using CpuBackend backend = new(1);
        using Trainer trainer = new(backend, new ExperimentFolder(run.Folder), run.Options(2));
        Write(run["damaged.npy"], float.NaN);
        List<string> said = [];
        trainer.Run(null, said.Add, CancellationToken.None);
        Assert.Contains(said, line => line.Contains($"with the clips {clip}; the first bad tensor is the features of {clip}; the step is skipped", StringComparison.Ordinal));
        Assert.StartsWith("done: 2 epochs", said[^1], StringComparison.Ordinal);
        Assert.All(backend.ToArray(trainer.Networks.Generator.Network.Parameters.Values), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_failed_step_changes_no_weight()
    {
        TinyRun run = voice.NewRun();
        (float[] G, float[] D)? before = null, after = null;
        run.Train(run.Options(1), onStep: (each, at) =>
        {
            if (at.GlobalStep == 1)
            {
                Overflow(each);
                before = Weights(each);
            }
            else
            {
                after = Weights(each);
            }
        });
        Assert.Equal(before!.Value.G, after!.Value.G);
        Assert.Equal(before.Value.D, after.Value.D);
    }

    [Fact]
    public void Five_in_a_row_take_training_back_to_the_last_good_save_with_half_the_rate()
    {
        TinyRun run = voice.NewRun();
        bool isBroken = false;
        List<(long Step, int Epoch)> steps = [];
        List<string> said = run.Train(run.Options(5) with { SaveEvery = 3 }, onStep: (each, at) =>
        {
            steps.Add((at.GlobalStep, at.Epoch));
            if (at.GlobalStep != 10 || isBroken) return;
            isBroken = true;
            Overflow(each);
        });
        Assert.Contains($"5 steps in a row were skipped: training goes on from the save of step 9, with half the learning rate (0.0003645)", said);
        Assert.Equal([.. Enumerable.Range(1, 14), .. Enumerable.Range(10, 6)], steps.Select(step => (int)step.Step));
        Assert.Equal(0.5 * 1e-3 * Math.Pow(0.9, 5), RunState.Read(run.Folder)!.LearningRate, 1e-9);
        Assert.StartsWith("done: 5 epochs, 15 steps", said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_save_between_failed_steps_is_bad_and_leaves_the_last_good_one()
    {
        TinyRun run = voice.NewRun();
        bool isBroken = false;
        List<string> said = run.Train(run.Options(4), onStep: (each, at) =>
        {
            if (at.GlobalStep != 4 || isBroken) return;
            isBroken = true;
            Overflow(each);
        });
        Assert.Contains("warning: the save of step 6 is bad: the last 2 steps before it were not finite", said);
        Assert.Contains(said, line => line.StartsWith("5 steps in a row were skipped: training goes on from the save of step 3,", StringComparison.Ordinal));
        Assert.StartsWith("done: 4 epochs, 12 steps", said[^1], StringComparison.Ordinal);
        Assert.All(SaveList.Read(run.Folder), save => Assert.Equal("good", save.State));   // gone through again
        Assert.DoesNotContain(Directory.GetFiles(run.Folder), file => file.Contains("2333332", StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_that_broke_just_before_a_save_stop_a_training_though_it_saves_every_epoch()
    {
        TinyRun run = voice.NewRun();
        List<string> said = [];
        Assert.Throws<TrainingStoppedException>(() => run.Train(run.Options(9), onStep: (each, at) =>
        {
            said.Add($"{at.GlobalStep}");
            if (at.GlobalStep == 3) Overflow(each);
        }));
        Assert.InRange(said.Count, 20, 60);
    }

    [Fact]
    public void A_training_that_gets_no_further_stops_and_leaves_the_last_good_save()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(1));
        SortedDictionary<string, string> saves = run.Saves();
        TrainingStoppedException stop = Assert.Throws<TrainingStoppedException>(
            () => run.Train(run.Options(9) with { SaveEvery = 9 }, onStep: (each, _) => Overflow(each)));
        Assert.Contains("training has gone back 5 times", stop.Message, StringComparison.Ordinal);
        Assert.Equal(saves, run.Saves());
    }

    private static void Overflow(Trainer trainer)
    {
        Parameter gain = trainer.Networks.Discriminator.Network.Parameters["discriminators.0.conv_post.weight_g"];
        trainer.Networks.Backend.Write([1e30f], gain.Value);
        trainer.Networks.Discriminator.Network.Refresh();
    }

    // Copies the first clip's features into the run's folder with one value replaced.
    private static string PutIntoFeatures(TinyRun run, float value)
    {
        string list = File.ReadAllText(run["filelist.txt"]);
        string[] fields = list.Split('\n')[0].Split('|');
        File.Copy(fields[1], run["damaged.npy"]);
        Write(run["damaged.npy"], value);
        File.WriteAllText(run["filelist.txt"], list.Replace(fields[1], run["damaged.npy"].Replace('\\', '/'), StringComparison.Ordinal));
        return Path.GetFileNameWithoutExtension(fields[0]);
    }

    private static void Write(string path, float value)
    {
        FileTensor features = NpyFile.Read(path);
        float[] values = features.ToFloat32();
        values[values.Length / 2] = value;
        NpyFile.Write(path, FileTensor.FromFloat32(features.Shape, values));
    }

    private static (float[] G, float[] D) Weights(Trainer trainer) => (
        trainer.Networks.Backend.ToArray(trainer.Networks.Generator.Network.Parameters.Values),
        trainer.Networks.Backend.ToArray(trainer.Networks.Discriminator.Network.Parameters.Values));
}

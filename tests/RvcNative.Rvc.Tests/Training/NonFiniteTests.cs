using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Values that are not finite stop a training before they reach a weight or a file.</summary>
public sealed class NonFiniteTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void A_clip_that_overflows_stops_training_by_name_and_changes_nothing()
    {
        TinyRun run = voice.NewRun();
        run.Train(run.Options(1));
        SortedDictionary<string, string> saves = run.Saves();
        string clip = PutIntoFeatures(run, 3e38f);
        (float[] G, float[] D)? before = null;
        Trainer? trainer = null;
        TrainingStoppedException stop = Assert.Throws<TrainingStoppedException>(() => run.Train(run.Options(3), onStep: (each, _) =>
        {
            trainer = each;
            before = Weights(each);
        }));
        Assert.Matches($@"^step \d+, epoch 2: loss/g/(kl|mel) is (NaN|.?Infinity|∞) with the clips .*\b{clip}\b", stop.Message);
        Assert.Contains("the last save is untouched", stop.Message, StringComparison.Ordinal);
        Assert.Equal(saves, run.Saves());
        Assert.NotNull(before);
        (float[] g, float[] d) = Weights(trainer!);
        Assert.Equal(before.Value.G, g);
        Assert.Equal(before.Value.D, d);
    }

    [Fact]
    public void A_discriminator_that_overflows_changes_no_weight()
    {
        TinyRun run = voice.NewRun();
        (float[] G, float[] D)? before = null;
        Trainer? trainer = null;
        TrainingStoppedException stop = Assert.Throws<TrainingStoppedException>(() => run.Train(run.Options(1), onStep: (each, _) =>
        {
            trainer = each;
            Parameter gain = each.Networks.Discriminator.Network.Parameters["discriminators.0.conv_post.weight_g"];
            each.Networks.Backend.Write([1e30f], gain.Value);
            each.Networks.Discriminator.Network.Refresh();
            before = Weights(each);
        }));
        Assert.Contains("step 1, epoch 1: loss/d/total is", stop.Message, StringComparison.Ordinal);
        Assert.Empty(run.Saves());
        (float[] g, float[] d) = Weights(trainer!);
        Assert.Equal(before!.Value.G, g);
        Assert.Equal(before.Value.D, d);
    }

    [Fact]
    public void A_file_that_holds_NaN_is_refused_at_once()
    {
        TinyRun run = voice.NewRun();
        PutIntoFeatures(run, float.NaN);
        string refusal = run.Refusal<TrainingDataException>(run.Options(1));
        Assert.Contains(run["damaged.npy"], refusal, StringComparison.Ordinal);
        Assert.Contains("not finite", refusal, StringComparison.Ordinal);
    }

    // Copies the first clip's features into the run's folder with one value replaced.
    private static string PutIntoFeatures(TinyRun run, float value)
    {
        string list = File.ReadAllText(run["filelist.txt"]);
        string[] fields = list.Split('\n')[0].Split('|');
        FileTensor features = NpyFile.Read(fields[1]);
        float[] values = features.ToFloat32();
        values[values.Length / 2] = value;
        NpyFile.Write(run["damaged.npy"], FileTensor.FromFloat32(features.Shape, values));
        File.WriteAllText(run["filelist.txt"], list.Replace(fields[1], run["damaged.npy"].Replace('\\', '/'), StringComparison.Ordinal));
        return Path.GetFileNameWithoutExtension(fields[0]);
    }

    private static (float[] G, float[] D) Weights(Trainer trainer) => (
        trainer.Networks.Backend.ToArray(trainer.Networks.Generator.Network.Parameters.Values),
        trainer.Networks.Backend.ToArray(trainer.Networks.Discriminator.Network.Parameters.Values));
}

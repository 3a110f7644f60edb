using RvcNative.Formats.Pth;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Checkpoints with the names that other programs give.</summary>
public sealed class CheckpointNamesTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Theory]
    [InlineData("G")]
    [InlineData("D")]
    public void Both_names_of_weight_normalisation_load(string letter)
    {
        (TinyRun run, float[][] loaded) = Trained();
        int renamed = 0;
        Rewrite(run[$"{letter}_2333333.pth"], root => renamed = RewrittenCheckpoint.Parametrize(root));
        Assert.True(renamed > 50);
        Assert.Equal(loaded, run.Loaded(run.Options(2)));
    }

    [Fact]
    public void More_keys_at_the_top_and_in_the_model_do_not_hinder()
    {
        (TinyRun run, float[][] loaded) = Trained();
        Rewrite(run["G_2333333.pth"], root =>
        {
            PickleDict scaler = new();
            scaler["scale"] = 65536.0;
            root["gradscaler"] = scaler;
            root["version"] = "v2";
            root["vocoder"] = "HiFi-GAN";
            ((PickleDict)root["model"])["dec.unknown"] = new PickleList(1, 2);
        });
        Assert.Equal(loaded, run.Loaded(run.Options(2)));
    }

    [Fact]
    public void Parameters_in_another_order_take_their_moments_along_and_keep_the_order_and_unknown_keys()
    {
        (TinyRun run, float[][] loaded) = Trained();
        string[] order = [];
        Rewrite(run["G_2333333.pth"], root =>
        {
            // As Applio registers them: the text encoder first.
            PickleDict model = (PickleDict)root["model"], state = (PickleDict)((PickleDict)root["optimizer"])["state"], other = new(ordered: true), moments = new();
            List<(string Name, int Index)> names = [.. model.Entries.Select((entry, index) => (((PickleString)entry.Key).Value, index))];
            foreach ((string name, int index) in names.OrderBy(each => each.Name.StartsWith("enc_p", StringComparison.Ordinal) ? 0 : 1))
            {
                moments[other.Entries.Count] = state[index];
                other[name] = model[name];
            }

            root["model"] = other;
            ((PickleDict)root["optimizer"])["state"] = moments;
            root["scaler"] = new PickleDict { ["scale"] = 65536.0, ["seen"] = Formats.FileTensor.FromFloat32([2], [3, 4]) };
            order = [.. other.Entries.Select(entry => ((PickleString)entry.Key).Value)];
        });
        Assert.StartsWith("enc_p.", order[0], StringComparison.Ordinal);
        Assert.Equal(loaded, run.Loaded(run.Options(2)));

        run.Train(run.Options(2));
        PickleNode written = PthFile.Read(run["G_2333333.pth"]);
        Assert.Equal(order, written["model"].Keys);
        Assert.Equal(65536.0, written["scaler"]["scale"].Double());
        Assert.Equal([3f, 4f], written["scaler"]["seen"].Tensor().Load().ToFloat32());
        for (int i = 0; i < order.Length; i++)
        {
            Assert.Equal(written["model"][order[i]].Tensor().Shape, written["optimizer"]["state"][i]["exp_avg"].Tensor().Shape);
        }

        // Once more through our own state.
        run.Train(run.Options(3));
        Assert.Equal(order, PthFile.Read(run["G_2333333.pth"])["model"].Keys);
    }

    [Fact]
    public void An_optimiser_before_its_first_step_has_no_state()
    {
        (TinyRun run, float[][] loaded) = Trained();
        Rewrite(run["G_2333333.pth"], root => ((PickleDict)root["optimizer"])["state"] = new PickleDict());
        float[][] without = run.Loaded(run.Options(2));
        Assert.Equal(loaded[0], without[0]);
        Assert.All(without[1], value => Assert.Equal(0, value));
        Assert.All(without[2], value => Assert.Equal(0, value));
        Assert.Equal(loaded[3..], without[3..]);
        Assert.StartsWith("done:", run.Train(run.Options(2))[^1], StringComparison.Ordinal);
    }

    // A pair without our state, and what loading it gives.
    private (TinyRun Run, float[][] Loaded) Trained()
    {
        TinyRun run = voice.NewRun(), trained = voice.Once("one epoch", first => first.Train(first.Options(1)));
        foreach (string file in (ReadOnlySpan<string>)["G_2333333.pth", "D_2333333.pth"]) File.Copy(trained[file], run[file]);
        float[][] loaded = run.Loaded(run.Options(2));
        Assert.All(loaded, values => Assert.Contains(values, value => value != 0));
        Assert.Equal(trained.Loaded(trained.Options(2)), loaded);
        return (run, loaded);
    }

    private static void Rewrite(string path, Action<PickleDict> change) => RewrittenCheckpoint.Change(path, root =>
    {
        change(root);
        return root;
    });
}

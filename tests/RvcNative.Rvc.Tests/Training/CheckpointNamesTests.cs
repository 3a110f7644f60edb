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
        Rewrite(run[$"{letter}_2333333.pth"], root =>
        {
            PickleDict model = new(ordered: true);
            foreach ((PickleValue key, PickleValue value) in ((PickleDict)root["model"]).Entries)
            {
                string name = ((PickleString)key).Value;
                string other = name.Replace(".weight_g", ".parametrizations.weight.original0", StringComparison.Ordinal)
                    .Replace(".weight_v", ".parametrizations.weight.original1", StringComparison.Ordinal);
                if (other != name) renamed++;
                model[other] = value;
            }

            root["model"] = model;
        });
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

    private static void Rewrite(string path, Action<PickleDict> change)
    {
        PickleDict root = PthFile.Read(path).Dict();
        change(root);
        PthFile.Write(path, root);
    }
}

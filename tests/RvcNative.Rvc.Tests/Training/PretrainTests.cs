using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Pretrained weights fit, or everything that differs is told and training does not begin.</summary>
public sealed class PretrainTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void Every_tensor_that_differs_is_listed_of_both_files()
    {
        RvcConfig small = TinyVoice.Config;
        TinyRun run = voice.NewRun(), wide = voice.NewRun(small with
        {
            Model = small.Model with { FilterChannels = 24 },
            Train = small.Train with { DiscriminatorDivisor = 32 },
        });
        wide.Train(wide.Options(1));
        string refusal = run.Refusal<FileFormatException>(run.Options(1) with { PretrainedGenerator = wide["G_2333333.pth"], PretrainedDiscriminator = wide["D_2333333.pth"] });
        Assert.StartsWith($"{wide["G_2333333.pth"]}: is not of the networks of this training; what differs:\n", refusal, StringComparison.Ordinal);
        Assert.Contains("\n  enc_p.encoder.ffn_layers.0.conv_1.weight is [24,8,3] in the file, [16,8,3] here\n", refusal, StringComparison.Ordinal);
        Assert.Contains($"\n  and in {wide["D_2333333.pth"]}:\n  discriminators.0.convs.", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("emb_phone", refusal, StringComparison.Ordinal);

        // Weight and bias of a convolution in and one out, but for the bias of the one out; every layer of the discriminators.
        Assert.Equal(3, refusal.Split("\n  and in ")[0].Split('\n').Length - 1);
        Assert.True(refusal.Split("\n  and in ")[1].Split('\n').Length > 100);
    }

    [Fact]
    public void Version_pitch_vocoder_and_speakers_are_told_by_their_names()
    {
        RvcConfig small = TinyVoice.Config;
        TinyRun run = voice.NewRun();
        using CpuBackend backend = new(1);
        RvcConfig many = small with { Model = small.Model with { Speakers = 6 } };
        GanNetworks other = new(backend, many, many.Plan(ModelVersion.V1, hasPitch: false), DiscriminatorPlan.Of(ModelVersion.V1).DividedBy(64), seed: 1);
        string generator = run["other_G.pth"], discriminator = run["other_D.pth"];
        Checkpoints.TrainingCheckpoint.Save(generator, other.Generator.Network, other.GeneratorOptimiser, 1, 1e-4, 1e-4);
        Checkpoints.TrainingCheckpoint.Save(discriminator, other.Discriminator.Network, other.DiscriminatorOptimiser, 1, 1e-4, 1e-4);
        TrainOptions options = run.Options(1) with { PretrainedGenerator = generator, PretrainedDiscriminator = discriminator };
        string refusal = run.Refusal<FileFormatException>(options);
        foreach (string line in (string[])["version: v1 in the file, v2 here", "f0: without pitch in the file, with pitch here", "speakers: 6 in the file, 4 here (spk_embed_dim of config.json)", "discriminators: 7 in the file (v1), 9 here"])
        {
            Assert.Contains($"\n  {line}\n", refusal, StringComparison.Ordinal);
        }

        refusal = run.Refusal<FileFormatException>(options with { PretrainedGenerator = discriminator, PretrainedDiscriminator = generator });
        Assert.Contains("the file is a discriminator's (D_), wanted is a generator's (G_)", refusal, StringComparison.Ordinal);
        Assert.Contains("the file is a generator's (G_), wanted is a discriminator's (D_)", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelVersion.V2, 32000, "32k")]
    [InlineData(ModelVersion.V2, 48000, "48k")]
    public void Another_sample_rate_is_told(ModelVersion version, int sampleRateHz, string name)
    {
        using CpuBackend backend = new(2);
        RvcConfig of = Small(Presets.Of(version, sampleRateHz)), here = Small(Presets.Of(version, 40000));
        string path = Path.Combine(Path.GetTempPath(), $"rvcnative pretrain {Guid.NewGuid():N}.pth");
        GanNetworks other = Networks(backend, of);
        Checkpoints.TrainingCheckpoint.Save(path, other.Generator.Network, other.GeneratorOptimiser, 1, 1e-4, 1e-4);
        FileFormatException refusal = Assert.Throws<FileFormatException>(() => CheckpointFit.Require(Networks(backend, here), path, null));
        Assert.Contains($"\n  sample rate: {name} in the file, 40k here\n", refusal.Message, StringComparison.Ordinal);
        CheckpointFit.Require(other, path, null);
        File.Delete(path);

        static RvcConfig Small(RvcConfig full) => full with
        {
            Model = full.Model with { InterChannels = 8, HiddenChannels = 8, FilterChannels = 16, Layers = 1, ResBlockKernels = [3], ResBlockDilations = [[1]], UpsampleInitialChannel = 32, GinChannels = 8, Speakers = 4 },
            Train = full.Train with { DiscriminatorDivisor = 64 },
        };

        static GanNetworks Networks(CpuBackend backend, RvcConfig config) =>
            new(backend, config, config.Plan(ModelVersion.V2, hasPitch: true), config.Discriminators(ModelVersion.V2), seed: 1);
    }

    [Fact]
    public void More_speakers_than_the_pretrain_has_are_added_fresh()
    {
        RvcConfig small = TinyVoice.Config;
        TinyRun few = voice.NewRun(), run = voice.NewRun(small with { Model = small.Model with { Speakers = 7 } });
        few.Train(few.Options(1));
        TrainOptions options = run.Options(1) with { PretrainedGenerator = few["G_2333333.pth"] };
        using (CpuBackend backend = new(1))
        using (Trainer pretrained = new(backend, new Rvc.Data.ExperimentFolder(few.Folder), few.Options(1)))
        using (Trainer trainer = new(backend, new Rvc.Data.ExperimentFolder(run.Folder), options))
        {
            Assert.EndsWith("its table has 4 speakers, so those from 4 to 6 are added fresh, with random values", trainer.Beginning, StringComparison.Ordinal);
            float[] known = backend.ToArray(pretrained.Networks.Generator.Network.Parameters["emb_g.weight"].Value);
            float[] table = backend.ToArray(trainer.Networks.Generator.Network.Parameters["emb_g.weight"].Value);
            Assert.Equal(known, table[..known.Length]);
            Assert.Equal(7 * 8, table.Length);
            Assert.All(table[known.Length..], value => Assert.NotEqual(0, value));
        }

        Assert.Contains("speakers: 7 in the file, 4 here", voice.NewRun().Refusal<FileFormatException>(few.Options(1) with { PretrainedGenerator = Trained(run, options) }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("none")]
    [InlineData("weights alone")]
    public void A_pretrain_whose_optimiser_was_taken_out_is_loaded(string form)
    {
        TinyRun trained = voice.Once("one epoch", first => first.Train(first.Options(1))), run = voice.NewRun();
        string generator = run["pretrain_G.pth"];
        File.Copy(trained["G_2333333.pth"], generator);
        RewrittenCheckpoint.Change(generator, root =>
        {
            if (form == "weights alone") return new PickleDict { ["model"] = root["model"] };
            root["optimizer"] = form == "empty" ? new PickleDict() : PickleNone.Instance;
            root["iteration"] = root["learning_rate"] = PickleNone.Instance;
            return root;
        });
        TrainOptions options = run.Options(1) with { PretrainedGenerator = generator };
        Assert.Equal(trained.Loaded(trained.Options(2))[0], run.Loaded(options)[0]);
    }

    private static string Trained(TinyRun run, TrainOptions options)
    {
        run.Train(options);
        return run["G_2333333.pth"];
    }
}

using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>Trainings with Applio's vocoders.</summary>
public sealed class VocoderTrainingTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    /// <summary>Sizes that all vocoders can have.</summary>
    internal static RvcConfig Config { get; } = TinyVoice.Config with
    {
        Model = TinyVoice.Config.Model with { UpsampleRates = [20, 20], UpsampleKernels = [40, 40], UpsampleInitialChannel = 128 },
    };

    [Theory]
    [InlineData(Vocoder.RefineGan, 9, "RefineGAN")]
    [InlineData(Vocoder.MrfHifiGan, 9, "MRF HiFi-GAN")]
    public void A_training_goes_on_with_the_vocoder_it_began_with(Vocoder vocoder, int discriminators, string name)
    {
        TinyRun whole = voice.NewRun(Config), halves = voice.NewRun(Config);
        List<string> said = whole.Train(whole.Options(2) with { Vocoder = vocoder });
        Assert.Contains(said, line => line.Contains($"vocoder {name}: mainline RVC and W-Okada's client cannot load", StringComparison.Ordinal));
        halves.Train(halves.Options(1) with { Vocoder = vocoder }, threads: 2);
        Assert.Equal(vocoder, ConfigFile.Read(halves["config.json"]).Model.Vocoder);
        halves.Train(halves.Options(2));
        Assert.Equal(whole.Loaded(whole.Options(2)), halves.Loaded(halves.Options(2)));

        VoiceFile made = VoiceFile.Read(Path.Combine(halves.Weights, "voice.pth"));
        Assert.Equal((vocoder, 6L), (made.Plan.Vocoder, PthFile.Read(made.FilePath)["step"].Int64()));
        string[] names = [.. PthFile.Read(halves["D_2333333.pth"])["model"].Keys.Select(key => key.Split('.')[1]).Distinct()];
        Assert.Equal(discriminators, names.Length);
        Assert.Equal(vocoder == Vocoder.RefineGan, PthFile.Read(halves["D_2333333.pth"])["model"]["discriminators.8.convs.0.weight_v"].Tensor().Shape[^1] == 9);
    }

    [Fact]
    public void RefineGAN_s_noise_is_the_same_when_a_stage_is_computed_again()
    {
        TinyRun kept = voice.NewRun(Config), again = voice.NewRun(Config);
        kept.Train(kept.Options(1) with { Vocoder = Vocoder.RefineGan });
        again.Train(again.Options(1) with { Vocoder = Vocoder.RefineGan, Recompute = true });
        Assert.Equal(kept.Loaded(kept.Options(1)), again.Loaded(again.Options(1)));
    }

    [Fact]
    public void What_cannot_be_made_is_refused_with_the_way_out()
    {
        TinyRun run = voice.NewRun();
        Assert.Contains(
            "extract --vocoder refinegan", run.Refusal<TrainingDataException>(run.Options(1) with { Vocoder = Vocoder.RefineGan }), StringComparison.Ordinal);
        Assert.Contains(
            "--vocoder hifigan", run.Refusal<TrainingDataException>(run.Options(1) with { Vocoder = Vocoder.MrfHifiGan, HasPitch = false }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Vocoder.HifiGan, false, ModelVersion.V1, 7, MelLossForm.FromSpec)]
    [InlineData(Vocoder.HifiGan, false, ModelVersion.V2, 9, MelLossForm.FromSpec)]
    [InlineData(Vocoder.HifiGan, true, ModelVersion.V2, 9, MelLossForm.FromWave)]
    [InlineData(Vocoder.MrfHifiGan, false, ModelVersion.V2, 9, MelLossForm.FromWave)]
    [InlineData(Vocoder.RefineGan, false, ModelVersion.V2, 9, MelLossForm.MultiScale)]
    public void Discriminators_and_mel_loss_go_with_the_vocoder_unless_they_are_named(
        Vocoder vocoder, bool isApplio, ModelVersion version, int discriminators, MelLossForm form)
    {
        RvcConfig config = Presets.Of(version, 40000, vocoder);
        config = config with { Data = config.Data with { IsApplio = isApplio } };
        Assert.Equal((discriminators, form), (config.Discriminators(version).Count, config.MelLoss().Form));
        Assert.Equal(vocoder == Vocoder.RefineGan ? 3 : 0, config.Discriminators(version).Resolutions.Count);

        RvcConfig named = config with { Train = config.Train with { Discriminator = "v3", MelLoss = "wave" } };
        Assert.Equal((3, MelLossForm.FromWave), (named.Discriminators(version).Resolutions.Count, named.MelLoss().Form));
    }

    [Fact]
    public void A_configuration_keeps_vocoder_discriminator_and_mel_loss()
    {
        RvcConfig config = Presets.Of(ModelVersion.V1, 24000, Vocoder.RefineGan);
        config = config with { Train = config.Train with { Discriminator = "v2", MelLoss = "spec" } };
        RvcConfig read = ConfigFile.Parse(ConfigFile.Text(config), "config.json");
        Assert.Equal((Vocoder.RefineGan, "v2", "spec", 24000), (read.Model.Vocoder, read.Train.Discriminator, read.Train.MelLoss, read.Data.SampleRateHz));
        Assert.False(read.Data.IsApplio);
        Assert.Equal([10, 6, 2, 2], read.Model.UpsampleRates);
        Assert.Contains("is 'v4'; known are v1, v2, v3", Refusal(ConfigFile.Text(config).Replace("\"v2\"", "\"v4\"", StringComparison.Ordinal)));
        Assert.Contains("'MRF HiFi-GAN', 'RefineGAN'", Refusal(ConfigFile.Text(config).Replace("\"RefineGAN\"", "\"refine\"", StringComparison.Ordinal)));
        Assert.Contains("wants upsample_initial_channel 512", Refusal(ConfigFile.Text(config).Replace("l\": 512", "l\": 256", StringComparison.Ordinal)));

        static string Refusal(string text) => Assert.Throws<ConfigException>(() => ConfigFile.Parse(text, "config.json")).Message;
    }
}

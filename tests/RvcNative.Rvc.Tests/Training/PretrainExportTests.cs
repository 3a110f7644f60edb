using RvcNative.Core.Cpu;
using RvcNative.Formats.Pth;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>A save written as a pretrained pair begins a training here and in the peers' programs.</summary>
public sealed class PretrainExportTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [Fact]
    public void A_pair_has_weights_alone_and_begins_a_training_with_them()
    {
        TinyRun run = voice.NewRun(), tuned = voice.NewRun();
        run.Train(run.Options(2, KeepSaves.All));
        (string g, string d, _) = PretrainExport.Write(new ExperimentFolder(run.Folder), null, run["pretrained"]);
        Assert.Equal((run["pretrained/f0G40k.pth"], run["pretrained/f0D40k.pth"]), (g, d));
        Assert.Equal(["model", "iteration", "learning_rate"], PthFile.Read(g).Keys);
        TrainOptions options = tuned.Options(1) with { PretrainedGenerator = g, PretrainedDiscriminator = d };
        float[][] loaded = tuned.Loaded(options), saved = run.Loaded(run.Options(2));
        Assert.Equal(saved[0], loaded[0]);
        Assert.Equal(saved[3], loaded[3]);
        Assert.All(loaded[1], value => Assert.Equal(0, value));
        PretrainExport.Write(new ExperimentFolder(run.Folder), 3, run["pretrained"]);
        Assert.Equal(1, PthFile.Read(g)["iteration"].Int32());
        Assert.Equal("beginning from pretrained weights", tuned.Train(options)[0]);
        Assert.True(RunState.Read(tuned.Folder)!.IsFineTuning);
    }

    [SkippableTheory]
    [InlineData("RVC_REPO", "from infer.module.models import SynthesizerTrnMs768NSFsid, MultiPeriodDiscriminatorV2")]
    [InlineData("APPLIO_REPO", "from rvc.lib.algorithm.synthesizers import Synthesizer\nfrom rvc.lib.algorithm.discriminators import MultiPeriodDiscriminator")]
    public void The_peers_classes_load_both_strictly(string variable, string import)
    {
        string? repository = Environment.GetEnvironmentVariable(variable);
        Skip.If(string.IsNullOrEmpty(repository), $"{variable} names no checkout");
        TinyRun run = voice.NewRun();
        RvcConfig config = TinyVoice.Config with { Train = TinyVoice.Config.Train with { DiscriminatorDivisor = 1 } };
        ConfigFile.Write(config, run["config.json"]);
        using (CpuBackend backend = new(2))
        {
            ModelPlan plan = config.Plan(ModelVersion.V2, hasPitch: true);
            GanNetworks networks = new(backend, config, plan, config.Discriminators(ModelVersion.V2), seed: 3);
            Save(run["G_7.pth"], networks.Generator.Network, networks.GeneratorOptimiser);
            Save(run["D_7.pth"], networks.Discriminator.Network, networks.DiscriminatorOptimiser);
            VoiceFile.Write(run["voice.pth"], networks.Generator, 1);
        }

        (string g, string d, _) = PretrainExport.Write(new ExperimentFolder(run.Folder), null, run["pretrained"]);
        DebianPython.Run("torch, scipy", $$"""
            import sys, types, torch
            repo, g, d, voice = sys.argv[1:]
            sys.path.insert(0, repo)
            if not hasattr(torch.nn.utils.parametrizations, "weight_norm"):
                torch.nn.utils.parametrizations.weight_norm = torch.nn.utils.weight_norm
                import torch.nn.utils.parametrize
                torch.nn.utils.parametrize.remove_parametrizations = lambda module, *rest, **more: torch.nn.utils.remove_weight_norm(module)
            sys.modules.setdefault("torchaudio", types.ModuleType("torchaudio"))
            {{import}}
            config = torch.load(voice, map_location="cpu")["config"]
            if "Synthesizer" in globals():
                names = ["spec_channels", "segment_size", "inter_channels", "hidden_channels", "filter_channels", "n_heads", "n_layers", "kernel_size", "p_dropout", "resblock",
                    "resblock_kernel_sizes", "resblock_dilation_sizes", "upsample_rates", "upsample_initial_channel", "upsample_kernel_sizes", "spk_embed_dim", "gin_channels", "sr"]
                generator = Synthesizer(**dict(zip(names, config)), use_f0=True, text_enc_hidden_dim=768, vocoder="HiFi-GAN")
                discriminator = MultiPeriodDiscriminator()
            else:
                generator = SynthesizerTrnMs768NSFsid(*config, is_half=False)
                discriminator = MultiPeriodDiscriminatorV2()
            generator.load_state_dict(torch.load(g, map_location="cpu")["model"])
            discriminator.load_state_dict(torch.load(d, map_location="cpu")["model"])
            """, repository!, g, d, run["voice.pth"]);

        static void Save(string path, Network network, AdamW optimiser) => TrainingCheckpoint.Save(path, network, optimiser, 1, 1e-4, 1e-4);
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Formats.TensorBoard;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>What a training writes is what PyTorch reads and mainline's own classes load.</summary>
public sealed class TorchReadsTrainingTests(TinyVoice voice) : IClassFixture<TinyVoice>
{
    [SkippableFact]
    public void Checkpoints_hold_our_values_and_an_optimiser_that_goes_on()
    {
        TinyRun run = Trained();
        string[] arguments = [run.Folder, "G", "D"];
        using (CpuBackend backend = new(1))
        using (Trainer trainer = new(backend, new ExperimentFolder(run.Folder), run.Options(2)))
        {
            Dump(run["G.raw"], trainer.Networks.Generator.Network);
            Dump(run["D.raw"], trainer.Networks.Discriminator.Network);
        }

        DebianPython.Run("torch, scipy", """
            import sys, numpy, torch
            folder = sys.argv[1]
            for letter in sys.argv[2:]:
                c = torch.load(f"{folder}/{letter}_2333333.pth", map_location="cpu")
                assert list(c) == ["model", "iteration", "optimizer", "learning_rate", "rvcnative_save"] and c["iteration"] == 2 and c["learning_rate"] == 1e-3
                module = torch.nn.Module()
                module.all = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros_like(v)) for v in c["model"].values()])
                optimizer = torch.optim.AdamW(module.parameters(), 1e-3, betas=[0.8, 0.99], eps=1e-9)
                optimizer.load_state_dict(c["optimizer"])
                group = optimizer.param_groups[0]
                assert abs(group["lr"] - 0.9e-3) < 1e-12 and tuple(group["betas"]) == (0.8, 0.99) and group["eps"] == 1e-9 and group["weight_decay"] == 0.01
                states = [optimizer.state[p] for p in module.parameters()]
                assert all(float(s["step"]) == 6 for s in states)
                found = [v.numpy() for v in c["model"].values()] + [s["exp_avg"].numpy() for s in states] + [s["exp_avg_sq"].numpy() for s in states]
                found = numpy.concatenate([v.ravel() for v in found])
                wanted = numpy.fromfile(f"{folder}/{letter}.raw", dtype="<f4")
                assert found.dtype == numpy.float32 and found.tobytes() == wanted.tobytes()
                for p in module.parameters(): p.grad = torch.ones_like(p)
                optimizer.step()
                assert all(float(s["step"]) == 7 for s in states)
            """, arguments);
    }

    [SkippableFact]
    public void Going_on_as_mainline_has_the_rate_of_its_scheduler()
    {
        TinyRun trained = Trained(), run = voice.NewRun(TinyVoice.Config with { Train = TinyVoice.Config.Train with { LogInterval = 1 } });
        foreach (string file in (ReadOnlySpan<string>)["G_2333333.pth", "D_2333333.pth"]) File.Copy(trained[file], run[file]);
        string printed = DebianPython.Run("torch, scipy", """
            import sys, torch
            c = torch.load(sys.argv[1], map_location="cpu")
            parameters = [torch.nn.Parameter(v.clone()) for v in c["model"].values()]
            optimizer = torch.optim.AdamW(parameters, 1e-3, betas=[0.8, 0.99], eps=1e-9)
            optimizer.load_state_dict(c["optimizer"])
            scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9, last_epoch=c["iteration"] - 2)
            for epoch in range(c["iteration"], 5):
                for _ in range(3): print(optimizer.param_groups[0]["lr"])
                scheduler.step()
            """, run["G_2333333.pth"]);
        run.Train(run.Options(4));
        EventFile events = EventFile.Read(Directory.GetFiles(run.Folder, "events.out.tfevents.*").Single());
        IEnumerable<float> rates =
            from each in events.Events from value in each.Values.OfType<ScalarValue>() where value.Tag == "learning_rate" select value.Value;
        string[] wanted = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(wanted.Select(line => (float)double.Parse(line, CultureInfo.InvariantCulture)), rates);
    }

    [SkippableFact]
    public void The_voice_loads_with_weights_only()
    {
        TinyRun run = Trained();
        DebianPython.Run("torch, scipy", """
            import sys, torch
            for name in ["voice", "voice_e1_s3", "voice_e2_s6"]:
                v = torch.load(f"{sys.argv[1]}/{name}.pth", map_location="cpu", weights_only=True)
                assert v["info"] == ("1epoch" if "e1" in name else "2epoch") and v["sr"] == "40k" and v["f0"] == 1 and v["version"] == "v2"
                assert len(v["config"]) == 18 and v["config"][0] == 513 and v["config"][-1] == 40000
                g = torch.load(f"{sys.argv[2]}/G_2333333.pth", map_location="cpu")["model"]
                assert list(v["weight"]) == [k for k in g if "enc_q" not in k]
                if "e1" not in name: assert all(torch.equal(w, g[k].half()) for k, w in v["weight"].items())
            """, run.Weights, run.Folder);
    }

    [SkippableFact]
    public void Mainlines_classes_load_generator_voice_and_discriminator_strictly()
    {
        string? mainline = Environment.GetEnvironmentVariable("RVC_REPO");
        Skip.If(string.IsNullOrEmpty(mainline), "RVC_REPO names no checkout of mainline");
        TinyRun run = Trained();
        using (CpuBackend backend = new(2))
        {
            MultiPeriodDiscriminator full = new(backend, DiscriminatorPlan.Of(ModelVersion.V2));
            AdamW unused = new(backend, full.Network.Parameters, new AdamWSettings(0.8, 0.99, 1e-9));
            TrainingCheckpoint.Save(run["D_full.pth"], full.Network, unused, 1, 1e-4, 1e-4);
        }

        DebianPython.Run("torch, scipy", """
            import sys, torch
            sys.path.insert(0, sys.argv[1])
            from infer.module.models import SynthesizerTrnMs768NSFsid, MultiPeriodDiscriminatorV2
            voice = torch.load(f"{sys.argv[3]}/voice.pth", map_location="cpu")
            g = torch.load(f"{sys.argv[2]}/G_2333333.pth", map_location="cpu")
            network = SynthesizerTrnMs768NSFsid(*voice["config"], is_half=False)
            network.load_state_dict(g["model"], strict=True)
            assert list(network.state_dict()) == list(g["model"])
            optimizer = torch.optim.AdamW(network.parameters(), 1e-3)
            optimizer.load_state_dict(g["optimizer"])
            for (name, p) in network.named_parameters(): assert optimizer.state[p]["exp_avg"].shape == p.shape, name
            del network.enc_q
            network.load_state_dict(voice["weight"], strict=True)
            d = torch.load(f"{sys.argv[2]}/D_full.pth", map_location="cpu")
            network = MultiPeriodDiscriminatorV2()
            network.load_state_dict(d["model"], strict=True)
            assert list(network.state_dict()) == list(d["model"])
            torch.optim.AdamW(network.parameters(), 1e-4).load_state_dict(d["optimizer"])
            """, mainline!, run.Folder, run.Weights);
        File.Delete(run["D_full.pth"]);
    }

    private TinyRun Trained() => voice.Once("two epochs", run => run.Train(run.Options(2)));

    // All values, then all first moments, then all second ones, in state-dict order and a checkpoint's layout.
    private static void Dump(string path, Network network)
    {
        using FileStream stream = File.Create(path);
        foreach (Func<Parameter, Tensor> part in (ReadOnlySpan<Func<Parameter, Tensor>>)[each => each.Value, each => each.Mean, each => each.Variance])
        {
            foreach (Parameter parameter in network.Parameters.Parameters) stream.Write(MemoryMarshal.AsBytes<float>(network.Save(parameter, part(parameter))));
        }
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Nn;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Tests.Data;
using RvcNative.Rvc.Training;
using RvcNative.Tests;

namespace RvcNative.Rvc.Tests.Training;

/// <summary>What PyTorch computes in float64 from the same numbers, and its own error in float32 beside ours.</summary>
public sealed class TorchAgreesTests : IDisposable
{
    private const int Batch = 2;
    private readonly CpuBackend _backend = new(2);
    private readonly TempFolder _folder = new();
    private readonly Arena _arena;

    public TorchAgreesTests() => _arena = new Arena(_backend);

    // Prints "ours torch's" per line: relative errors of what lies in <name>.raw and of the float32 run, against the float64 run.
    private const string Compare = """
        import sys, math, torch, numpy as np
        import torch.nn.functional as F
        folder = sys.argv[1]
        def raw(name, *shape): return torch.from_numpy(np.fromfile(f"{folder}/{name}.raw", np.float32)).reshape(*shape)
        def compare(run):
            truth, single = run(torch.float64), run(torch.float32)
            for name, value in truth.items():
                ours = raw(name, *value.shape).double()
                norm = value.norm().item()
                print((ours - value).norm().item() / norm, (single[name].double() - value).norm().item() / norm)

        """;

    public void Dispose()
    {
        _arena.Dispose();
        _backend.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public void Spectrogram_discriminators_and_their_gradients()
    {
        const int samples = 1777, channels = 8;
        DiscriminatorPlan plan = DiscriminatorPlan.Of("v3");
        plan = plan.DividedBy(32) with { Periods = [], ResolutionChannels = channels };
        MultiPeriodDiscriminator discriminator = new(_backend, plan, seed: 7);
        AdamW unused = new(_backend, discriminator.Network.Parameters, new AdamWSettings(0.8, 0.99, 1e-9));
        Tape tape = new(_backend);
        Tensor real = tape.Input([Batch, samples, 1]), generated = tape.Input([Batch, samples, 1], requiresGradient: true);
        List<Tensor> scores = [];
        int mark = tape.Mark;
        foreach (DiscriminatorOutput each in discriminator.Forward(tape, Op.Concatenate(tape, real, generated.Detach())).Skip(1))
        {
            Op.DiscriminatorLoss(tape, each.Score, Batch);
            scores.Add(tape.Keep(each.Score));
        }

        tape.Backward(mark);
        discriminator.Network.Parameters.Freeze();
        foreach (DiscriminatorOutput each in discriminator.Forward(tape, Op.Concatenate(tape, real, generated)).Skip(1))
        {
            foreach (Tensor map in each.Maps) Op.FeatureLoss(tape, map, 2);
            Op.AdversarialLoss(tape, each.Score);
        }

        Run(tape, [(real, "real"), (generated, "generated")], generated);
        TrainingCheckpoint.Save(_folder["D.pth"], discriminator.Network, unused, 1, 1e-4, 1e-4);
        for (int i = 0; i < scores.Count; i++) Dump($"score{i}", _backend.ToArray(scores[i]));
        for (int i = 1; i <= plan.Resolutions.Count; i++) Dump($"weight{i - 1}", Gradient(discriminator, $"discriminators.{i}.convs.2.weight_v"));
        AssertAgrees(Compare + """
            w = torch.load(f"{folder}/D.pth", map_location="cpu")["model"]
            def run(dtype):
                real, fake = raw("real", 2, 1, -1).to(dtype), raw("generated", 2, 1, -1).to(dtype).requires_grad_()
                out, loss, ofd, vs = {}, 0, 0, []
                for i, (fft, hop, win) in enumerate([(1024, 120, 600), (2048, 240, 1200), (512, 50, 240)]):
                    pad = (fft - hop) // 2
                    vs.append({k: x.to(dtype).requires_grad_() for k, x in w.items() if k.startswith(f"discriminators.{i + 1}.")})
                    def conv(x, name, stride):
                        v, g, b = (vs[-1][f"discriminators.{i + 1}.{name}.{k}"] for k in ("weight_v", "weight_g", "bias"))
                        weight = g * v / v.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
                        return F.conv2d(x, weight, b, (1, stride), ((v.shape[2] - 1) // 2, (v.shape[3] - 1) // 2))
                    maps = []
                    for wave in (real, fake):
                        x = F.pad(wave, (pad, pad), mode="reflect").squeeze(1)
                        x = torch.stft(x, fft, hop, win, torch.ones(win, dtype=dtype), center=False, return_complex=True)
                        x = torch.view_as_real(x).norm(dim=-1).unsqueeze(1)
                        maps.append([])
                        for layer in range(5):
                            x = F.leaky_relu(conv(x, f"convs.{layer}", 2 if 1 <= layer <= 3 else 1), 0.1)
                            maps[-1].append(x)
                        maps[-1].append(conv(x, "conv_post", 1))
                    loss = loss + 2 * sum((a.detach() - b).abs().mean() for a, b in zip(*maps)) + ((1 - maps[1][-1]) ** 2).mean()
                    ofd = ofd + ((1 - maps[0][-1]) ** 2).mean() + (maps[1][-1] ** 2).mean()
                    out[f"score{i}"] = torch.cat([m[-1] for m in maps]).permute(0, 3, 2, 1).reshape(4, -1).detach()
                out["gradient"], = torch.autograd.grad(loss, fake, retain_graph=True)
                ofd.backward()
                for i in range(3): out[f"weight{i}"] = vs[i][f"discriminators.{i + 1}.convs.2.weight_v"].grad
                return out
            compare(run)
            """, limit: 1e-4);
    }

    [SkippableFact]
    public void Mel_loss_at_seven_scales()
    {
        const int sampleRateHz = 24000, samples = 2501;
        DataSettings data = TinyVoice.Config.Data with { SampleRateHz = sampleRateHz };
        MelLoss loss = new(_backend, data, weight: 45, MelLossSettings.RefineGan);
        Tape tape = new(_backend);
        Tensor real = tape.Input([Batch, samples, 1]), generated = tape.Input([Batch, samples, 1], requiresGradient: true);
        RecordedMelLoss recorded = loss.Record(tape, tape.Input([Batch, 10, data.SpecBins]), real, generated);
        Run(tape, [(real, "real"), (generated, "generated")], generated);
        Dump("loss", [(float)recorded.Losses.Sum(each => _backend.ToArray(each)[0] * recorded.Weight)]);
        int[] bands = [5, 10, 20, 40, 80, 160, 320];
        foreach (int count in bands) Dump($"bank{count}", new Audio.MelBank(sampleRateHz, count * 32 / 5, count, 0, sampleRateHz / 2.0).Weights.ToArray());
        AssertAgrees(Compare + """
            def run(dtype):
                real, fake = raw("real", 2, -1).to(dtype), raw("generated", 2, -1).to(dtype).requires_grad_()
                total = 0
                for bands, window in zip([5, 10, 20, 40, 80, 160, 320], [32, 64, 128, 256, 512, 1024, 2048]):
                    bank = raw(f"bank{bands}", bands, -1).to(dtype)
                    def mel(wave):
                        x = torch.stft(wave, window, window // 4, window=torch.hann_window(window).to(dtype), return_complex=True)
                        x = bank @ torch.sqrt(x.real ** 2 + x.imag ** 2 + 1e-6)
                        return torch.log(x.clamp(min=1e-5)) / math.log(10)
                    total = total + F.l1_loss(mel(real), mel(fake))
                total = total * 45 / 3
                total.backward()
                return {"loss": total.detach().reshape(1), "gradient": fake.grad}
            compare(run)
            """, limit: 1e-4);
    }

    [SkippableFact]
    public void Convolutions_of_pictures_and_their_gradients()
    {
        Dump(ConvGeometry.Picture(ConvAxis.Same(3), new ConvAxis(5, 2, 1, 2, 2), columns: 7), "plain_");
        Dump(ConvGeometry.Picture(new(3, 2, 1, 1, 0), new(3, 2, 1, 1, 0), columns: 7) with { Transposed = true }, "transposed_");
        AssertAgrees(Compare + """
            def run(dtype):
                out = {}
                for kind, shape in [("plain_", (10, 6, 3, 5)), ("transposed_", (6, 10, 3, 3))]:
                    x, v = raw(kind + "x", 2, 9, 7, 6).to(dtype).requires_grad_(), raw(kind + "weight_v", *shape).to(dtype).requires_grad_()
                    g, b = (raw(kind + name, -1).to(dtype).requires_grad_() for name in ("weight_g", "bias"))
                    w = g.view(-1, 1, 1, 1) * v / v.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
                    p = x.permute(0, 3, 1, 2)
                    y = F.conv2d(p, w, b, (1, 2), (1, 2)) if kind == "plain_" else F.conv_transpose2d(p, w, b, 2, 1, 1)
                    y = y.permute(0, 2, 3, 1)
                    F.l1_loss(y, raw(kind + "target", *y.shape).to(dtype)).backward()
                    for name, value in {"y": y.detach(), "dx": x.grad, "dweight_v": v.grad, "dweight_g": g.grad, "dbias": b.grad}.items(): out[kind + name] = value
                return out
            compare(run)
            """, limit: 1e-5);
    }

    // A layer's parameters, result and gradients under names with a prefix.
    private void Dump(ConvGeometry geometry, string prefix)
    {
        ParameterBuilder parameters = new(_backend);
        Conv1d conv = new(parameters, 6, 10, geometry, new ConvOptions { Normed = true });
        Network network = new(_backend, parameters, trained: true, seed: 3);
        Tape tape = new(_backend);
        Tensor x = tape.Input([Batch, 9 * 7, 6], requiresGradient: true), y = tape.Keep(conv.Forward(tape, x)), target = tape.Input(y.Shape);
        Op.AbsoluteError(tape, y, target, 1);
        Run(tape, [(x, $"{prefix}x"), (target, $"{prefix}target")], x, $"{prefix}dx");
        Dump($"{prefix}y", _backend.ToArray(y));
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            Dump(prefix + parameter.Name, network.Save(parameter, parameter.Value));
            Dump($"{prefix}d{parameter.Name}", network.Save(parameter, parameter.Gradient));
        }
    }

    // Differentiates what the tape has recorded, on noise, and dumps the gradient of one input.
    private void Run(Tape tape, (Tensor Input, string Name)[] inputs, Tensor differentiated, string name = "gradient")
    {
        tape.Backward();
        Tensor gradient = tape.Keep(Tape.GradientOf(differentiated)!);
        StepProgram program = tape.Compile(_arena);
        for (int i = 0; i < inputs.Length; i++)
        {
            Random random = new(31 + i);
            float[] noise = [.. Enumerable.Range(0, inputs[i].Input.Count).Select(_ => (random.NextSingle() - 0.5f) * 0.6f)];
            _backend.Write(noise, inputs[i].Input);
            Dump(inputs[i].Name, noise);
        }

        program.Run();
        Dump(name, _backend.ToArray(gradient));
    }

    private static float[] Gradient(MultiPeriodDiscriminator discriminator, string name)
    {
        Parameter parameter = discriminator.Network.Parameters[name];
        return discriminator.Network.Save(parameter, parameter.Gradient);
    }

    private void Dump(string name, float[] values) => File.WriteAllBytes(_folder[$"{name}.raw"], MemoryMarshal.AsBytes<float>(values).ToArray());

    private void AssertAgrees(string script, double limit)
    {
        string[] lines = DebianPython.Run("torch, scipy", script, _folder.Root).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        foreach (string line in lines)
        {
            double[] errors = [.. line.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
            Assert.True(errors[0] <= Math.Max(8 * errors[1], limit), $"ours and PyTorch's errors:\n{string.Join('\n', lines)}");
        }
    }
}

using System.Text.Json;
using RvcNative.Core;
using RvcNative.Core.Cpu;
using RvcNative.Nn;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;
using RvcNative.Rvc.Verification;

namespace RvcNative.Rvc.Tests.Verification;

/// <summary>Applio's discriminators and mel losses on the audio that a golden step generated, whatever generator made it.</summary>
public sealed class AdversaryTests
{
    [SkippableTheory]
    [InlineData("train-refinegan-tiny")]
    [InlineData("train-mrf-tiny")]
    [InlineData("train-applio-hifigan-tiny")]
    public void Discriminators_and_mel_losses_are_Applios(string name)
    {
        GoldenCase golden = new(GoldenCases.Find(name));
        ModelCase model = new(golden);
        using CpuBackend backend = new(2);
        MultiPeriodDiscriminator discriminator = new(backend, Plan(golden));
        model.LoadWeights(discriminator.Network, "D");
        AdamW optimiser = new(backend, discriminator.Network.Parameters, new AdamWSettings(model.Config.Train.Beta1, model.Config.Train.Beta2, model.Config.Train.Epsilon));
        float[] generated = golden.Expected!["step0.y_hat"].ToFloat32();
        float[] real = Slices(model, out int batch), spec = SpecSlices(model, batch);

        Tape tape = new(backend);
        int samples = model.Config.Train.SegmentSamples, frames = samples / model.Config.Data.HopSamples;
        Tensor wave = tape.Input([batch, samples, 1]), yHat = tape.Input([batch, samples, 1], requiresGradient: true);
        Tensor linear = tape.Input([batch, frames, model.Config.Data.SpecBins]);
        RecordedMelLoss mel = new MelLoss(backend, model.Config.Data, model.Config.Train.MelWeight, Settings(golden)).Record(tape, linear, wave, yHat);
        List<Tensor> ofReal = [], ofGenerated = [], adversarial = [], features = [];
        Tensor pair = Op.Concatenate(tape, wave, yHat.Detach());
        int mark = tape.Mark;
        foreach (DiscriminatorOutput each in discriminator.Forward(tape, pair))
        {
            (Tensor first, Tensor second) = Op.DiscriminatorLoss(tape, each.Score, batch);
            ofReal.Add(tape.Keep(first));
            ofGenerated.Add(tape.Keep(second));
            tape.Backward(mark);
        }

        discriminator.Network.Parameters.Freeze();
        discriminator.Network.RecordTrial(tape, optimiser);
        foreach (DiscriminatorOutput each in discriminator.Forward(tape, Op.Concatenate(tape, wave, yHat)))
        {
            foreach (Tensor map in each.Maps) features.Add(tape.Keep(Op.FeatureLoss(tape, map, 2)));
            adversarial.Add(tape.Keep(Op.AdversarialLoss(tape, each.Score)));
        }

        tape.Backward();
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write(real, wave);
        backend.Write(generated, yHat);
        backend.Write(spec, linear);
        optimiser.Prepare(model.Config.Train.LearningRate, 1);
        program.Run();

        StepChecks checks = new(golden, new CaseLimits(0));
        checks.Gradients("d", discriminator.Network, scale: 1);
        if (golden.Expected.TryGet("step0.y_mel", out _))
        {
            foreach ((string tensor, Tensor values) in (ReadOnlySpan<(string, Tensor)>)[("y_mel", mel.Real), ("y_hat_mel", mel.Generated)])
            {
                checks.Value($"step0.{tensor}", Layouts.SwapLast(backend.ToArray(values), batch, values.Shape[1], values.Shape[2]));
            }
        }

        Scalar("mel", [.. mel.Losses.Select(loss => mel.Weight * Value(loss))]);
        Scalar("disc", [.. ofReal.Concat(ofGenerated).Select(Value)]);
        Scalar("gen", [.. adversarial.Select(Value)]);
        Scalar("fm", [.. features.Select(loss => 2 * Value(loss))]);
        for (int i = 0; i < ofReal.Count; i++)
        {
            Scalar($"d_r.{i}", Value(ofReal[i]));
            Scalar($"d_g.{i}", Value(ofGenerated[i]));
            Scalar($"g.{i}", Value(adversarial[i]));
        }

        CaseReport report = checks.Report();
        Assert.Equal(Plan(golden).Count, ofReal.Count);
        Assert.All(report.Failures, failure => Assert.EndsWith("no part of a step has this name", failure, StringComparison.Ordinal));   // the generator's
        Assert.InRange(report.MeanRatio!.Value, 0, 1.5);
        Assert.Contains(report.Checks, check => check.Name.StartsWith($"step0.grad.d.discriminators.{ofReal.Count - 1}.convs.0.weight_v", StringComparison.Ordinal));

        void Scalar(string loss, params double[] terms) => checks.Value($"step0.loss.{loss}", [(float)terms.Sum()]);

        double Value(Tensor scalar) => backend.ToArray(scalar)[0];
    }

    private static DiscriminatorPlan Plan(GoldenCase golden)
    {
        JsonElement plan = golden.Description.GetProperty("discriminator");
        return DiscriminatorPlan.Of(plan.GetProperty("version").GetString()!) with
        {
            ScaleChannels = List("scale_channels"),
            ScaleGroups = List("scale_groups"),
            PeriodChannels = List("period_channels"),
            ResolutionChannels = plan.GetProperty("resolution_channels").GetInt32(),
        };

        int[] List(string key) => [.. plan.GetProperty(key).EnumerateArray().Select(value => value.GetInt32())];
    }

    private static MelLossSettings Settings(GoldenCase golden) =>
        golden.Description.GetProperty("mel_loss").GetString() == "multi-scale" ? MelLossSettings.RefineGan : MelLossSettings.Applio;

    // Each item's segment of the wave, of the first step.
    private static float[] Slices(ModelCase model, out int batch)
    {
        float[] wave = model.Floats("wave", out int[] shape);
        (batch, int samples, int segment) = (shape[0], shape[^1], model.Config.Train.SegmentSamples);
        long[] starts = model.Integers("ids_slice");
        return [.. Enumerable.Range(0, batch).SelectMany(item => wave.Skip((item * samples) + ((int)starts[item] * model.Config.Data.HopSamples)).Take(segment))];
    }

    private static float[] SpecSlices(ModelCase model, int batch)
    {
        float[] spec = model.Floats("spec", out int[] shape);
        float[] frames = Layouts.SwapLast(spec, batch, shape[1], shape[2]);
        int segment = model.Config.Train.SegmentSamples / model.Config.Data.HopSamples;
        long[] starts = model.Integers("ids_slice");
        return [.. Enumerable.Range(0, batch).SelectMany(item => frames.Skip(((item * shape[2]) + (int)starts[item]) * shape[1]).Take(segment * shape[1]))];
    }
}

using RvcNative.Formats;
using RvcNative.Formats.Pth;
using RvcNative.Rvc.Checkpoints;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>
/// A save's G and D in the form of a pretrained pair, which mainline and Applio begin a training with: weights alone, under mainline's names, and no optimiser.
/// </summary>
public static class PretrainExport
{
    /// <param name="step">Of the save; null for the newest good one, or the newest pair where no state of ours is.</param>
    /// <param name="folder">Gets f0G40k.pth and f0D40k.pth: f0 for a voice with pitch, then the kind and the sample rate, as mainline names them.</param>
    /// <returns>The two files, and the generator's vocoder.</returns>
    /// <exception cref="FileFormatException">There is no such save, or its files are damaged.</exception>
    public static (string Generator, string Discriminator, Vocoder Vocoder) Write(ExperimentFolder experiment, long? step, string folder)
    {
        MainlinePair pair = Find(experiment, step);
        int sampleRateHz = ConfigFile.Read(experiment.Config).Data.SampleRateHz;
        string rate = Presets.SampleRatesHz.FirstOrDefault(each => each.Value == sampleRateHz).Key ?? $"{sampleRateHz}";
        using PthFile g = PthFile.Open(pair.Generator), d = PthFile.Open(pair.Discriminator);
        NetworkShapes shapes = new(TrainingCheckpoint.Model(g));
        string prefix = shapes.HasPitch ? "f0" : "";
        string generator = Path.Combine(folder, $"{prefix}G{rate}.pth"), discriminator = Path.Combine(folder, $"{prefix}D{rate}.pth");
        Write(g.Root, generator);
        Write(d.Root, discriminator);
        return (generator, discriminator, shapes.Vocoder);
    }

    private static MainlinePair Find(ExperimentFolder experiment, long? step)
    {
        CheckpointStore store = new(experiment.Root);
        if ((step is null ? store.NewestGood() : store.Open(step)) is { } state)
        {
            return new MainlinePair(Path.Combine(experiment.Root, state.Generator.Name), Path.Combine(experiment.Root, state.Discriminator.Name));
        }

        return (step is { } number ? MainlinePair.At(experiment.Root, number) : MainlinePair.Newest(experiment.Root))
            ?? throw new FileFormatException(experiment.Root, "has no G_ and D_ checkpoints; train first");
    }

    private static void Write(PickleNode checkpoint, string path)
    {
        PickleDict model = new(ordered: true), root = new();
        foreach (string name in checkpoint["model"].Keys) model[WeightNames.Plain(name)] = checkpoint["model"][name].Tensor();
        root["model"] = model;
        foreach (string key in (ReadOnlySpan<string>)["iteration", "learning_rate"])
        {
            if (checkpoint.TryGet(key, out PickleNode value)) root[key] = value.Value;
        }

        PthFile.Write(path, root);
    }
}

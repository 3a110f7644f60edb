using System.Globalization;
using RvcNative.Formats;
using RvcNative.Rvc.Checkpoints;

namespace RvcNative.Rvc.Training;

/// <summary>A generator's and a discriminator's checkpoint that no state of ours vouches for, as mainline leaves them.</summary>
public sealed record MainlinePair(string Generator, string Discriminator)
{
    /// <summary>The newest pair as mainline finds it: the largest number in G_*.pth and D_*.pth.</summary>
    /// <returns>Null where there is neither.</returns>
    /// <exception cref="FileFormatException">One is missing, or they are of different steps.</exception>
    public static MainlinePair? Newest(string folder)
    {
        (string Path, long Step)? generator = Newest(folder, "G_*.pth"), discriminator = Newest(folder, "D_*.pth");
        if (generator is null && discriminator is null) return null;
        if (generator is not { } g || discriminator is not { } d)
        {
            (string found, string missing) = generator is { } alone ? (alone.Path, "D_*.pth") : (discriminator!.Value.Path, "G_*.pth");
            throw new FileFormatException(folder, $"has {Path.GetFileName(found)} but no {missing}; put its partner there, or move it away to begin anew");
        }

        if (g.Step == d.Step) return new MainlinePair(g.Path, d.Path);
        string newer = Path.GetFileName(g.Step > d.Step ? g.Path : d.Path), older = Path.GetFileName(g.Step > d.Step ? d.Path : g.Path);
        throw new FileFormatException(folder, $"has {newer}, whose partner of the same step is missing; the newest of the other kind is {older}: "
            + $"put the partner there, or move {newer} away to go on from an older pair");
    }

    /// <summary>G_STEP.pth and D_STEP.pth.</summary>
    /// <exception cref="FileFormatException">One is missing.</exception>
    public static MainlinePair At(string folder, long step)
    {
        MainlinePair pair = new(Path.Combine(folder, $"G_{step}.pth"), Path.Combine(folder, $"D_{step}.pth"));
        foreach (string path in (ReadOnlySpan<string>)[pair.Generator, pair.Discriminator])
        {
            if (!File.Exists(path)) throw new FileFormatException(path, $"is missing, so the training cannot go on from step {step}; put it there, or choose another step");
        }

        return pair;
    }

    /// <summary>Loads both.</summary>
    /// <returns>What the generator's file says.</returns>
    /// <exception cref="FileFormatException">Damaged, of other networks, or not of one save.</exception>
    public CheckpointHeader Load(GanNetworks networks)
    {
        const string WayOut = "put the right file there, or move both away to go on from an older pair";
        CheckpointHeader g, d;
        try
        {
            CheckpointFit.Require(networks, Generator, Discriminator);
            g = TrainingCheckpoint.Load(Generator, networks.Generator.Network, networks.GeneratorOptimiser);
            d = TrainingCheckpoint.Load(Discriminator, networks.Discriminator.Network, networks.DiscriminatorOptimiser);
        }
        catch (FileFormatException failure)
        {
            throw new FileFormatException(failure.FilePath, $"{failure.Message[(failure.FilePath.Length + ": ".Length)..]}; {WayOut}", failure);
        }

        (networks.GeneratorForm, networks.DiscriminatorForm) = (g.Form, d.Form);
        string other = Path.GetFileName(Discriminator);
        if (g.Epoch != d.Epoch) throw new FileFormatException(Generator, $"is of epoch {g.Epoch}, but {other} of epoch {d.Epoch}, so they are not of one save; {WayOut}");
        return g.SaveId is null || d.SaveId is null || g.SaveId == d.SaveId
            ? g
            : throw new FileFormatException(Generator, $"is of the save {g.SaveId}, but {other} of the save {d.SaveId}, so they do not belong together; {WayOut}");
    }

    private static (string Path, long Step)? Newest(string folder, string pattern)
    {
        if (!Directory.Exists(folder)) return null;
        (string Path, long Step)[] found = [.. Directory.EnumerateFiles(folder, pattern).Select(path => (path, StepOf(path))).OrderBy(each => each.Item2)];
        return found.Length > 0 ? found[^1] : null;

        // All digits of the name, as mainline's latest_checkpoint_path reads it.
        static long StepOf(string path) =>
            long.TryParse(string.Concat(Path.GetFileName(path).Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture, out long step) ? step : -1;
    }
}

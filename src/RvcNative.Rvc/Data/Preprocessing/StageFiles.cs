namespace RvcNative.Rvc.Data;

/// <summary>The files that slices have in all stages.</summary>
internal static class StageFiles
{
    /// <summary>Whether a slice has both of its recordings.</summary>
    internal static bool IsWhole(ExperimentFolder experiment, LedgerSlice slice) =>
        File.Exists(Path.Combine(experiment.Waves, slice.Name + ".wav")) && File.Exists(Path.Combine(experiment.Waves16k, slice.Name + ".wav"));

    /// <summary>Files in the stages that are of none of the slices, nor of anything else that is known.</summary>
    internal static int CountOthers(ExperimentFolder experiment, IEnumerable<LedgerSlice> slices)
    {
        int others = 0;
        foreach ((string stage, HashSet<string> kept) in Kept(experiment, slices))
        {
            if (Directory.Exists(stage)) others += Directory.EnumerateFiles(stage).Count(file => !kept.Contains(Path.GetFileName(file)));
        }

        return others;
    }

    /// <summary>Deletes them: what was extracted first, so that no feature outlives the slice that it is of.</summary>
    internal static int DeleteOthers(ExperimentFolder experiment, IEnumerable<LedgerSlice> slices) =>
        Kept(experiment, slices).Sum(stage => ExperimentFolder.ClearBut(stage.Stage, stage.Names));

    private static IEnumerable<(string Stage, HashSet<string> Names)> Kept(ExperimentFolder experiment, IEnumerable<LedgerSlice> slices)
    {
        string[] names = [.. slices.Select(slice => slice.Name)];
        HashSet<string> waves = Named(".wav"), pitch = Named(".wav.npy"), features = Named(".npy");
        return
        [
            (experiment.Features(256), features), (experiment.Features(768), features), (experiment.PitchClasses, pitch), (experiment.PitchHz, pitch),
            (experiment.Waves16k, waves), (experiment.Waves, waves),
        ];

        HashSet<string> Named(string extension) => [.. names.Select(name => name + extension)];
    }
}

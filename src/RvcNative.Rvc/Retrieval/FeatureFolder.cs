using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Retrieval;

/// <summary>The features of a voice's chunks, logs/NAME/3_feature256 or 3_feature768, or Applio's logs/NAME/extracted.</summary>
/// <param name="Root">The folder that holds them.</param>
/// <param name="Dimension">Their width.</param>
internal sealed record FeatureFolder(string Root, int Dimension)
{
    private static readonly int[] s_dimensions = [256, 768];

    /// <summary>The features of the width that is wanted, else those that are there.</summary>
    /// <exception cref="TrainingDataException">There are none, or of both widths.</exception>
    internal static FeatureFolder Of(ExperimentFolder experiment, int? wanted)
    {
        int[] asked = wanted is { } one ? [one] : s_dimensions;
        FeatureFolder[] present =
        [
            .. asked.Select(dimension => new FeatureFolder(experiment.Features(dimension), dimension)).Where(folder => ExperimentFolder.FilesOf(folder.Root, ".npy").Length > 0),
        ];
        if (present is []) present = [.. OfApplio(experiment).Where(folder => asked.Contains(folder.Dimension))];
        return present switch
        {
            [FeatureFolder only] => only,
            [] => throw new TrainingDataException(
                $"'{(wanted is { } dimension ? experiment.Features(dimension) : Path.Combine(experiment.Root, "3_feature256 or 3_feature768"))}' holds no features; "
                + $"run `rvcnative extract --name {experiment.Name}` first."),
            _ => throw new TrainingDataException($"'{experiment.Root}' has features of v1 (3_feature256) and of v2 (3_feature768); say which with --version."),
        };
    }

    /// <summary>Reads every *.npy in ordinal order, as mainline does.</summary>
    /// <exception cref="IOException">A file is damaged, of another width, or holds values that are not finite; its name is told.</exception>
    internal FeatureRows Read(IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        string[] names = ExperimentFolder.FilesOf(Root, ".npy");
        List<float[]> pieces = [];
        long rows = 0;
        foreach (string name in names)
        {
            cancellation.ThrowIfCancellationRequested();
            string path = Path.Combine(Root, name);
            FileTensor tensor = NpyFile.Read(path);
            if (!tensor.DType.IsFloat() || tensor.Shape.Length != 2 || tensor.Shape[1] != Dimension)
            {
                throw new TrainingDataException($"'{path}' holds {tensor}, expected floats [frames, {Dimension}]; delete it and run `rvcnative extract` again.");
            }

            float[] values = tensor.ToFloat32();
            int damaged = Array.FindIndex(values, value => !float.IsFinite(value));
            if (damaged >= 0)
            {
                throw new TrainingDataException(
                    $"'{path}' holds {values[damaged]} in frame {damaged / Dimension}; delete it and run `rvcnative extract` again.");
            }

            pieces.Add(values);
            rows += tensor.Shape[0];
            progress?.Report(new StageProgress("read", pieces.Count, names.Length, name));
        }

        return rows <= Array.MaxLength
            ? new FeatureRows(pieces, Dimension)
            : throw new TrainingDataException($"'{Root}' holds {rows:N0} frames, more than can be counted; build the index of fewer recordings.");
    }

    private static IEnumerable<FeatureFolder> OfApplio(ExperimentFolder experiment)
    {
        string root = experiment.ApplioFeatures;
        string[] names = ExperimentFolder.FilesOf(root, ".npy");
        if (names.Length > 0 && NpyFile.Read(Path.Combine(root, names[0])).Shape is [_, int width]) yield return new FeatureFolder(root, width);
    }
}

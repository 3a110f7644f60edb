using RvcNative.Formats;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Retrieval;

/// <summary>The features of a voice's chunks, logs/NAME/3_feature256 or 3_feature768, checked.</summary>
internal static class FeatureFolder
{
    private static readonly int[] s_dimensions = [256, 768];

    /// <summary>The width of the features: the one that is wanted, else the one that is there.</summary>
    /// <exception cref="TrainingDataException">There are none, or both.</exception>
    internal static int DimensionOf(ExperimentFolder experiment, int? wanted)
    {
        int[] present = [.. (wanted is { } one ? [one] : s_dimensions).Where(dimension => ExperimentFolder.FilesOf(experiment.Features(dimension), ".npy").Length > 0)];
        return present switch
        {
            [int dimension] => dimension,
            [] => throw new TrainingDataException(
                $"'{(wanted is { } dimension ? experiment.Features(dimension) : Path.Combine(experiment.Root, "3_feature256 or 3_feature768"))}' holds no features; "
                + $"run `rvcnative extract --name {experiment.Name}` first."),
            _ => throw new TrainingDataException($"'{experiment.Root}' has features of v1 (3_feature256) and of v2 (3_feature768); say which with --version."),
        };
    }

    /// <summary>Reads every *.npy in ordinal order, as mainline does.</summary>
    /// <exception cref="IOException">A file is damaged, of another width, or holds values that are not finite; its name is told.</exception>
    internal static FeatureRows Read(ExperimentFolder experiment, int dimension, IProgress<StageProgress>? progress, CancellationToken cancellation)
    {
        string folder = experiment.Features(dimension);
        string[] names = ExperimentFolder.FilesOf(folder, ".npy");
        List<float[]> pieces = [];
        long rows = 0;
        foreach (string name in names)
        {
            cancellation.ThrowIfCancellationRequested();
            string path = Path.Combine(folder, name);
            FileTensor tensor = NpyFile.Read(path);
            if (!tensor.DType.IsFloat() || tensor.Shape.Length != 2 || tensor.Shape[1] != dimension)
            {
                throw new TrainingDataException($"'{path}' holds {tensor}, expected floats [frames, {dimension}]; delete it and run `rvcnative extract` again.");
            }

            float[] values = tensor.ToFloat32();
            int damaged = Array.FindIndex(values, value => !float.IsFinite(value));
            if (damaged >= 0)
            {
                throw new TrainingDataException(
                    $"'{path}' holds {values[damaged]} in frame {damaged / dimension}; delete it and run `rvcnative extract` again.");
            }

            pieces.Add(values);
            rows += tensor.Shape[0];
            progress?.Report(new StageProgress("read", pieces.Count, names.Length, name));
        }

        return rows <= Array.MaxLength
            ? new FeatureRows(pieces, dimension)
            : throw new TrainingDataException($"'{folder}' holds {rows:N0} frames, more than can be counted; build the index of fewer recordings.");
    }
}

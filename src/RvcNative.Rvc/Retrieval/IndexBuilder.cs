using RvcNative.Core;
using RvcNative.Formats.Faiss;
using RvcNative.Formats.Npy;
using RvcNative.Nn;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Retrieval;

/// <summary>How an index is built.</summary>
public sealed record IndexOptions
{
    /// <summary>256 for v1, 768 for v2; null takes the features that are there.</summary>
    public int? Dimension { get; init; }

    /// <summary>The same seed gives the same file, whatever the number of threads.</summary>
    public ulong Seed { get; init; }

    /// <summary>0 takes one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>More frames than this are first reduced to <see cref="ReducedFrames"/> centres; mainline's numbers.</summary>
    internal int MostFrames { get; init; } = 200_000;

    internal int ReducedFrames { get; init; } = 10_000;
}

/// <summary>What was built.</summary>
/// <param name="Frames">Feature frames that were read.</param>
/// <param name="Vectors">Vectors of the index: the frames, or the centres that they were reduced to.</param>
/// <param name="MeanSquaredDistance">Of a vector to its list's centroid.</param>
/// <param name="Older">Indexes of the same voice that were there before under other names; they are left.</param>
public sealed record IndexReport(
    string Path, string TotalPath, int Dimension, int Frames, int Vectors, int Lists, int SmallestList, int LargestList, double MeanSquaredDistance,
    IReadOnlyList<string> Older);

/// <summary>
/// The stage "index": logs/NAME/total_fea.npy and added_IVF(n)_Flat_nprobe_1_NAME_VERSION.index, as mainline's train/train_index.py. Vector i of the
/// index is row i of total_fea.npy.
/// </summary>
public static class IndexBuilder
{
    private const int FewestFrames = RetrievalIndex.DefaultNeighbours, FramesPerList = 39;

    /// <summary>Mainline's number of lists for N vectors.</summary>
    public static int ListsFor(int vectors) => Math.Max(1, Math.Min((int)(16 * Math.Sqrt(vectors)), vectors / FramesPerList));

    /// <summary>Reads the features, clusters them and writes both files.</summary>
    /// <exception cref="IOException">No features, files that cannot be used, too few frames, or a full disk.</exception>
    public static IndexReport Run(
        ExperimentFolder experiment, IndexOptions options, Backend backend, IProgress<StageProgress>? progress = null, CancellationToken cancellation = default)
    {
        FeatureFolder folder = FeatureFolder.Of(experiment, options.Dimension);
        FeatureRows rows = folder.Read(progress, cancellation);
        (int frames, int dimension) = (rows.Count, folder.Dimension);
        if (frames < FewestFrames)
        {
            throw new TrainingDataException(
                $"'{folder.Root}' holds {frames} frames, an index wants {FewestFrames} or more; extract more recordings.");
        }

        rows.Reorder(RandomStream.Named(options.Seed, "index").Permutation(frames));
        if (frames > options.MostFrames)
        {
            float[] centres = MiniBatchKMeans.Run(
                backend, rows, Math.Min(options.ReducedFrames, frames), options.Seed, options.Threads, Tell("reduce", "batches of a pass"), cancellation);
            rows = new FeatureRows([centres], dimension);
        }

        Clusters clusters = KMeans.Run(
            backend, rows, ListsFor(rows.Count), options.Seed, options.Threads, progress: Tell("cluster", "iterations"), cancellation: cancellation);
        FaissIndex index = Lists(rows, clusters);
        string version = dimension == 256 ? "v1" : "v2", prefix = Path.Combine(experiment.Root, "added_IVF"), suffix = $"_{experiment.Name}_{version}.index";
        string path = $"{prefix}{index.Lists}_Flat_nprobe_{index.Nprobe}{suffix}", total = Path.Combine(experiment.Root, "total_fea.npy");
        DiskSpace.Guard(experiment.Root, () =>
        {
            NpyFile.Write(total, rows.Count, dimension, row => rows[row]);
            index.Write(path);
        });
        int[] sizes = [.. Enumerable.Range(0, index.Lists).Select(index.ListSize)];
        return new IndexReport(path, total, dimension, frames, index.Count, index.Lists, sizes.Min(), sizes.Max(), clusters.Inertia[^1] / index.Count,
            [.. Directory.GetFiles(experiment.Root, "added_IVF*.index").Where(file => file != path && file.EndsWith(suffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)]);

        Action<int, int> Tell(string stage, string unit) => (done, of) => progress?.Report(new StageProgress(stage, done, of, unit));
    }

    // Every list has its vectors in ascending order of their ids, as faiss adds them.
    private static FaissIndex Lists(FeatureRows rows, Clusters clusters)
    {
        int dimension = rows.Dimension, lists = clusters.Centres.Length / dimension;
        int[] sizes = new int[lists], next = new int[lists];
        foreach (int list in clusters.Nearest) sizes[list]++;
        for (int list = 1; list < lists; list++) next[list] = next[list - 1] + sizes[list - 1];
        float[] vectors = new float[rows.Count * dimension];
        long[] ids = new long[rows.Count];
        for (int row = 0; row < rows.Count; row++)
        {
            int place = next[clusters.Nearest[row]]++;
            ids[place] = row;
            rows[row].CopyTo(vectors.AsSpan(place * dimension));
        }

        return new FaissIndex(dimension, 1, clusters.Centres, sizes, vectors, ids);
    }
}

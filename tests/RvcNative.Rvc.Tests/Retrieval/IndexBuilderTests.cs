using RvcNative.Core.Cpu;
using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Formats.Npy;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Retrieval;
using RvcNative.Rvc.Tests.Data;

namespace RvcNative.Rvc.Tests.Retrieval;

public sealed class IndexBuilderTests : IDisposable
{
    private const int Dimension = 256;
    private readonly TempFolder _folder = new();
    private readonly CpuBackend _backend = new(2);

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(77, 1)]
    [InlineData(2000, 51)]
    [InlineData(10_000, 256)]
    [InlineData(200_000, 5128)]
    [InlineData(1_000_000, 16_000)]
    public void There_are_as_many_lists_as_in_mainline(int vectors, int lists) => Assert.Equal(lists, IndexBuilder.ListsFor(vectors));

    [Fact]
    public void All_frames_are_in_the_index_and_its_ids_are_rows_of_the_total()
    {
        float[] rows = Made.Rows(430, Dimension);
        ExperimentFolder voice = Made.Voice(_folder["logs/mira"], rows, Dimension);
        IndexReport report = Build(voice);
        Assert.Equal(Path.Combine(voice.Root, "added_IVF11_Flat_nprobe_1_mira_v1.index"), report.Path);
        Assert.Equal((Dimension, 430, 430, 11), (report.Dimension, report.Frames, report.Vectors, report.Lists));
        FaissIndex index = FaissIndex.Read(report.Path);
        Assert.Equal((1, 11, report.SmallestList, report.LargestList), (index.Nprobe, index.Lists,
            Enumerable.Range(0, 11).Min(index.ListSize), Enumerable.Range(0, 11).Max(index.ListSize)));
        FileTensor total = NpyFile.Read(report.TotalPath);
        Assert.Equal([430, Dimension], total.Shape);
        float[] values = total.ToFloat32();
        for (int place = 0; place < 430; place++)
        {
            Assert.Equal(values.AsSpan((int)index.Ids[place] * Dimension, Dimension).ToArray(), index.Vector(place).ToArray());
        }

        Assert.Equal(rows.Chunk(Dimension).Select(row => row[0]).Order(), values.Chunk(Dimension).Select(row => row[0]).Order());
        Assert.NotEqual(rows, values);
        for (int list = 0; list < 11; list++) Assert.Equal(index.Ids[index.ListStarts[list]..index.ListStarts[list + 1]].Order(), index.Ids[index.ListStarts[list]..index.ListStarts[list + 1]]);

        // Every vector is found in the one list that is looked at.
        Neighbours found = new RetrievalIndex("built", index).Search(values, k: 1);
        Assert.All(found.SquaredDistances, distance => Assert.Equal(0, distance));
    }

    [Fact]
    public void The_seed_decides_the_bytes_and_the_threads_do_not()
    {
        ExperimentFolder voice = Made.Voice(_folder["logs/mira"], Made.Rows(400, Dimension, spread: 2), Dimension);
        byte[] one = Bytes(1, 0), three = Bytes(3, 0), other = Bytes(1, 7);
        Assert.Equal(one, three);
        Assert.NotEqual(one, other);

        byte[] Bytes(int threads, ulong seed)
        {
            using CpuBackend backend = new(threads);
            return File.ReadAllBytes(IndexBuilder.Run(voice, new IndexOptions { Threads = threads, Seed = seed }, backend).Path);
        }
    }

    [Fact]
    public void Too_many_frames_are_reduced_to_centres_first()
    {
        ExperimentFolder voice = Made.Voice(_folder["logs/mira"], Made.Rows(700, Dimension, 20, spread: 0.05), Dimension);
        IndexReport report = IndexBuilder.Run(voice, new IndexOptions { MostFrames = 600, ReducedFrames = 80 }, _backend);
        Assert.Equal((700, 80, 2), (report.Frames, report.Vectors, report.Lists));
        Assert.Equal([80, Dimension], NpyFile.Read(report.TotalPath).Shape);
        Assert.Equal(80, FaissIndex.Read(report.Path).Count);
    }

    [Theory]
    [InlineData(768, "v2")]
    [InlineData(256, "v1")]
    public void Features_of_a_folder_of_Applio_s_are_found(int dimension, string version)
    {
        ExperimentFolder voice = Made.Voice(_folder["logs/mira"], Made.Rows(90, dimension), dimension);
        Directory.Move(voice.Features(dimension), Path.Combine(voice.Root, "extracted"));
        IndexReport report = Build(voice);
        Assert.Equal((dimension, 90), (report.Dimension, report.Frames));
        Assert.EndsWith($"_mira_{version}.index", report.Path);
        Assert.Contains("holds no features", Assert.Throws<TrainingDataException>(
            () => IndexBuilder.Run(voice, new IndexOptions { Dimension = 1024 - dimension }, _backend)).Message);
    }

    [Fact]
    public void An_earlier_index_of_the_voice_is_left_and_told_of()
    {
        ExperimentFolder voice = Made.Voice(_folder["logs/mira"], Made.Rows(100, Dimension), Dimension);
        string older = _folder["logs/mira/added_IVF9_Flat_nprobe_1_mira_v1.index"];
        File.WriteAllText(older, "older");
        File.WriteAllText(_folder["logs/mira/added_IVF9_Flat_nprobe_1_mira_v2.index"], "of v2");
        Assert.Equal([older], Build(voice).Older);
        Assert.Equal("older", File.ReadAllText(older));
    }

    [Fact]
    public void Progress_names_the_stages()
    {
        ExperimentFolder voice = Made.Voice(_folder["logs/mira"], Made.Rows(700, Dimension), Dimension);
        List<StageProgress> told = [];
        IndexBuilder.Run(voice, new IndexOptions { MostFrames = 600, ReducedFrames = 80 }, _backend, new Tell(told.Add));
        Assert.Equal(["read", "reduce", "cluster"], told.Select(value => value.Stage).Distinct());
        Assert.All(told, value => Assert.InRange(value.Done, 1, value.Total));
    }

    [Fact]
    public void Wrong_features_are_told_with_the_file_and_the_way_out()
    {
        ExperimentFolder voice = new(_folder["logs/mira"]);
        AssertRefused("holds no features; run `rvcnative extract --name mira` first");
        Made.Voice(voice.Root, Made.Rows(7, Dimension), Dimension);
        AssertRefused("holds 7 frames, an index wants 8 or more");
        string file = Path.Combine(voice.Features(Dimension), "1_0.npy");
        Save(FileTensor.FromFloat32([2, 768], new float[2 * 768]));
        AssertRefused($"'{file}' holds float32 [2, 768], expected floats [frames, 256]");
        Save(FileTensor.FromInt64([1, Dimension], new long[Dimension]));
        AssertRefused("holds int64 [1, 256], expected floats [frames, 256]");
        Save(FileTensor.FromFloat32([Dimension], new float[Dimension]));
        AssertRefused("holds float32 [256], expected floats [frames, 256]");
        float[] burnt = new float[3 * Dimension];
        burnt[(2 * Dimension) + 5] = float.NaN;
        Save(FileTensor.FromFloat32([3, Dimension], burnt));
        AssertRefused($"'{file}' holds NaN in frame 2");
        File.WriteAllText(file, "no array");
        Assert.Contains("not an npy file", Assert.Throws<FileFormatException>(() => Build(voice)).Message);
        Save(FileTensor.FromFloat16([3, Dimension], new float[3 * Dimension]));
        Made.Voice(voice.Root, Made.Rows(9, 768), 768);
        AssertRefused("has features of v1 (3_feature256) and of v2 (3_feature768); say which with --version");
        Assert.Equal(10, IndexBuilder.Run(voice, new IndexOptions { Dimension = 256 }, _backend).Frames);
        Assert.EndsWith("_v2.index", IndexBuilder.Run(voice, new IndexOptions { Dimension = 768 }, _backend).Path);

        void Save(FileTensor tensor) => NpyFile.Write(file, tensor);

        void AssertRefused(string words)
        {
            Assert.Contains(words, Assert.Throws<TrainingDataException>(() => Build(voice)).Message);
            Assert.Empty(Directory.Exists(voice.Root) ? Directory.GetFiles(voice.Root) : []);
        }
    }

    [Fact]
    public void Cancelling_leaves_nothing()
    {
        ExperimentFolder voice = Made.Voice(_folder["logs/mira"], Made.Rows(100, Dimension), Dimension);
        Assert.Throws<OperationCanceledException>(() => IndexBuilder.Run(voice, new IndexOptions(), _backend, null, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFiles(voice.Root));
    }

    private IndexReport Build(ExperimentFolder voice) => IndexBuilder.Run(voice, new IndexOptions(), _backend);
}

using RvcNative.Formats;
using RvcNative.Formats.Faiss;
using RvcNative.Rvc.Retrieval;

namespace RvcNative.Rvc.Verification;

/// <summary>A faiss file read, searched, and features blended by what was found (kind index-faiss).</summary>
internal sealed class IndexCaseVerifier
{
    private const string DefaultFile = "added.index";
    private readonly ToleranceChecks _checks;
    private readonly FaissIndex _file;
    private readonly RetrievalIndex _index;
    private readonly float[] _queries;
    private readonly int _k, _nprobe;
    private readonly double _rate;
    private readonly Lazy<Neighbours> _found;

    private IndexCaseVerifier(GoldenCase golden)
    {
        string path = golden.Place(golden.Files.Select(file => file.Name).FirstOrDefault(name => name.EndsWith(".index", StringComparison.Ordinal)) ?? DefaultFile);
        (_checks, _file, _queries) = (new ToleranceChecks(golden), FaissIndex.Read(path), golden.Input("queries").ToFloat32());
        _index = new RetrievalIndex(path, _file);
        _k = (int)golden.Number("k", RetrievalIndex.DefaultNeighbours);
        _nprobe = (int)golden.Number("nprobe", _index.Nprobe);
        _rate = golden.Number("index_rate", 0.75);
        _found = new Lazy<Neighbours>(() => _index.Search(_queries, _k, _nprobe));
        Fact("vectors", _file.Count);
        Fact("dim", _file.Dimension);
        Fact("nlist", _file.Lists);

        void Fact(string name, int found) =>
            _checks.Fact("file", name, golden.Number(name, found) == found, $"the file's is {found}, case.json says {golden.Number(name, found)}");
    }

    internal static CaseReport Run(GoldenCase golden)
    {
        IndexCaseVerifier verifier = new(golden);
        verifier._checks.Each(verifier.Compute, name => name switch
        {
            "ids" or "distances" => "search",
            "blended" => "blending",
            _ => "file",
        });
        float[] all = verifier._index.Blend(verifier._queries, verifier._rate, verifier._nprobe, verifier._k);
        verifier._checks.Fact("blending", "finite", Array.TrueForAll(all, float.IsFinite), "a query that equals a vector gives something that is not finite");
        return verifier._checks.Report();
    }

    private FileTensor? Compute(string name)
    {
        int queries = _queries.Length / _index.Dimension;
        switch (name)
        {
            case "ids": return FileTensor.FromInt64([queries, _k], _found.Value.Ids);
            case "distances": return FileTensor.FromFloat32([queries, _k], _found.Value.SquaredDistances);
            case "list_sizes": return FileTensor.FromInt64([_file.Lists], [.. Enumerable.Range(0, _file.Lists).Select(list => (long)_file.ListSize(list))]);
            case "centroids_head": return Head(name, _file.Centroids);

            // The case may leave out the last queries, where mainline's own blend is NaN.
            case "blended": return Head(name, _index.Blend(_queries, _rate, _nprobe, _k));
            default: return null;
        }
    }

    private FileTensor Head(string name, float[] values)
    {
        int rows = Math.Min(_checks.Truth(name).Shape[0], values.Length / _index.Dimension);
        return FileTensor.FromFloat32([rows, _index.Dimension], values.AsSpan(0, rows * _index.Dimension));
    }
}

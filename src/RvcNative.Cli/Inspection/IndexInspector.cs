using RvcNative.Formats.Faiss;

namespace RvcNative.Cli.Inspection;

/// <summary>Retrieval indexes, files of faiss.</summary>
internal static class IndexInspector
{
    internal static Inspected Inspect(string path)
    {
        FaissIndex index = FaissIndex.Read(path);
        Facts facts = FileInspector.Start(path, index.IsFlat ? "retrieval index (faiss IndexFlatL2)" : "retrieval index (faiss IndexIVFFlat)")
            .Add("dimension", index.Dimension).Add("vectors", index.Count).Add("metric", "L2")
            .Add("version", index.Dimension switch { 256 => "v1", 768 => "v2", _ => "unknown" });
        if (!index.IsFlat)
        {
            int[] sizes = [.. Enumerable.Range(0, index.Lists).Select(index.ListSize)];
            facts.Add("lists", index.Lists).Add("nprobe", index.Nprobe).Add("smallest_list", sizes.Min()).Add("largest_list", sizes.Max())
                .Add("empty_lists", sizes.Count(size => size == 0));
        }

        if (index.Count == 0) facts.Add("remark", "no vectors yet: mainline's trained_*.index; conversion takes added_*.index");
        return new Inspected(facts, []);
    }
}

namespace RvcNative.Rvc.Data;

/// <summary>Which recordings have their slices already and which are to be cut, each with the number that its slices are named by.</summary>
/// <param name="Kept">Entries of an earlier run, by the recording's place in the set.</param>
/// <param name="ToCut">Recordings by their place, with number and content but no slices.</param>
/// <param name="Duplicates">Recordings by their place, with the place of the first of the same content.</param>
internal sealed record SlicePlan(
    IReadOnlyDictionary<int, LedgerFile> Kept, IReadOnlyDictionary<int, LedgerFile> ToCut, IReadOnlyDictionary<int, (LedgerFile Blank, int First)> Duplicates)
{
    /// <summary>An entry stays where content and settings are the same and its slices are there; numbers stay with the content.</summary>
    /// <param name="contents">SHA-256 and length of each recording, or why it cannot be read.</param>
    /// <param name="before">Entries of the same settings.</param>
    internal static SlicePlan Of(ExperimentFolder experiment, IReadOnlyList<Recording> recordings, IReadOnlyList<FileContent> contents, IEnumerable<LedgerFile> before)
    {
        Dictionary<string, LedgerFile> whole = [];
        foreach (LedgerFile file in before)
        {
            bool stays = file.Sha256 is not null && file.Reason is not (DropReason.Unreadable or DropReason.Duplicate);
            if (stays && file.Slices.All(slice => StageFiles.IsWhole(experiment, slice))) whole[file.Sha256!] = file;
        }

        Dictionary<int, LedgerFile> kept = [], toCut = [];
        Dictionary<int, (LedgerFile, int)> duplicates = [];
        Dictionary<string, int> firsts = [];
        for (int i = 0; i < recordings.Count; i++)
        {
            if (contents[i].Sha256 is { } sha && firsts.TryAdd(sha, i) && whole.TryGetValue(sha, out LedgerFile? known))
                kept.Add(i, known with { File = recordings[i].RelativePath, Speaker = recordings[i].Speaker });
        }

        HashSet<int> taken = [.. kept.Values.Select(file => file.Number)];
        int next = Math.Max(recordings.Count, taken.Count == 0 ? 0 : taken.Max() + 1);
        for (int i = 0; i < recordings.Count; i++)
        {
            if (kept.ContainsKey(i)) continue;
            int number = taken.Add(i) ? i : next++;
            LedgerFile blank = new(number, recordings[i].RelativePath, recordings[i].Speaker, contents[i].Bytes, contents[i].Sha256);
            if (contents[i].Sha256 is { } sha && firsts[sha] != i) duplicates.Add(i, (blank, firsts[sha]));
            else toCut.Add(i, contents[i].Problem is { } problem ? blank.DroppedFor(DropReason.Unreadable, problem) : blank);
        }

        return new SlicePlan(kept, toCut, duplicates);
    }
}

/// <param name="Problem">Why it cannot be read; null where it can.</param>
internal readonly record struct FileContent(string? Sha256, long Bytes, string? Problem)
{
    internal static FileContent Of(string path)
    {
        try
        {
            return new FileContent(ContentHash.Of(path), new FileInfo(path).Length, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new FileContent(null, 0, failure.Message);
        }
    }
}

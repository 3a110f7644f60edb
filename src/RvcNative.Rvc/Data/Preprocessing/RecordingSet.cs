using System.Globalization;

namespace RvcNative.Rvc.Data;

/// <summary>
/// The recordings below a data folder, in ordinal order of their paths (mainline's order for a flat folder). When all entries of the folder that hold
/// audio are folders named by numbers, these are the speakers; otherwise all recordings are of one.
/// </summary>
internal sealed class RecordingSet
{
    private static readonly HashSet<string> Extensions = new(
        (".wav .wave .w64 .rf64 .bwf .flac .mp3 .mp2 .m4a .m4b .aac .ogg .oga .opus .spx .wma .aif .aiff .aifc .au .snd .caf .amr .ape .wv .tta .tak "
        + ".mpc .ac3 .eac3 .dts .mka .mp4 .m4v .mkv .webm .mov .avi .3gp .ts .flv .wmv").Split(' '), StringComparer.OrdinalIgnoreCase);

    private RecordingSet(string folder, IReadOnlyList<Recording> recordings, IReadOnlyList<string> ignored, string? note) =>
        (Folder, Recordings, Ignored, Note) = (folder, recordings, ignored, note);

    internal string Folder { get; }

    internal IReadOnlyList<Recording> Recordings { get; }

    /// <summary>Files whose names are not those of audio; hidden ones are not counted.</summary>
    internal IReadOnlyList<string> Ignored { get; }

    /// <summary>Said when folders look like speakers but are not taken as such.</summary>
    internal string? Note { get; }

    internal string PathOf(Recording recording) => Path.Combine(Folder, recording.RelativePath);

    /// <param name="speaker">The speaker where the folders do not tell.</param>
    /// <exception cref="TrainingDataException">No such folder, or no file in it is named as audio.</exception>
    internal static RecordingSet Find(string dataFolder, int speaker)
    {
        if (File.Exists(dataFolder))
            throw new TrainingDataException($"'{dataFolder}' is a file; expected a folder of recordings. Put it into one and name that.");
        if (!Directory.Exists(dataFolder)) throw new TrainingDataException($"'{dataFolder}' does not exist; expected a folder of recordings.");
        List<string> audio = [], ignored = [];
        Walk(dataFolder, "", [RealPath(new DirectoryInfo(dataFolder))], audio, ignored);
        if (audio.Count == 0)
        {
            throw new TrainingDataException(ignored.Count == 0
                ? $"'{dataFolder}' is empty; expected recordings (wav, flac, mp3, m4a, ogg, …)."
                : $"'{dataFolder}': none of its {ignored.Count} files ('{ignored[0]}', …) is named as audio (wav, flac, mp3, …).");
        }

        audio.Sort(StringComparer.Ordinal);
        ignored.Sort(StringComparer.Ordinal);
        string[] tops = [.. audio.Select(path => path.Contains('/') ? path[..(path.IndexOf('/') + 1)] : path).Distinct()];
        string? odd = tops.FirstOrDefault(top => SpeakerOf(top) is null), numbered = tops.FirstOrDefault(top => SpeakerOf(top) is not null);
        string? note = odd is not null && numbered is not null
            ? $"folder '{numbered}' is not taken as a speaker, for '{odd}' lies beside it: all recordings are of speaker {speaker}" : null;
        IEnumerable<Recording> recordings = audio.Select(
            (path, index) => Describe(dataFolder, path, index, odd is null ? SpeakerOf(path)!.Value : speaker));
        return new RecordingSet(dataFolder, [.. recordings], ignored, note);
    }

    // "7/…" is speaker 7.
    private static int? SpeakerOf(string path)
    {
        int end = path.IndexOf('/');
        return end > 0 && int.TryParse(path.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int speaker) ? speaker : null;
    }

    private static Recording Describe(string folder, string path, int index, int speaker)
    {
        FileInfo file = new(Path.Combine(folder, path));
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        return new Recording(index, path, file.Exists ? file.Length : 0, file.Exists ? file.LastWriteTimeUtc : DateTime.UnixEpoch, speaker);
    }

    // Folders of trainings (logs/NAME) are not walked into, nor is a link that leads back to a folder above.
    private static void Walk(string folder, string relative, IReadOnlyList<string> above, List<string> audio, List<string> ignored)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(file);
            if (name[0] != '.') (Extensions.Contains(Path.GetExtension(name)) ? audio : ignored).Add(relative + name);
        }
        foreach (string inner in Directory.EnumerateDirectories(folder))
        {
            DirectoryInfo info = new(inner);
            string real = RealPath(info);
            if (info.Name[0] == '.' || above.Contains(real) || ExperimentFolder.IsExperiment(inner)) continue;
            Walk(inner, relative + info.Name + "/", [.. above, real], audio, ignored);
        }
    }

    private static string RealPath(DirectoryInfo folder) =>
        Path.TrimEndingDirectorySeparator((folder.ResolveLinkTarget(returnFinalTarget: true) ?? folder).FullName);
}

using System.Globalization;

namespace RvcNative.Rvc.Data;

/// <summary>
/// The recordings below a data folder, however deep, in ordinal order of their paths (mainline's order for a flat folder). When all of them lie in folders
/// of the data folder, these are the speakers: by their number where all are numbers, else by name, numbered in ordinal order. Otherwise all are of one.
/// </summary>
internal sealed class RecordingSet
{
    private RecordingSet(string folder, IReadOnlyList<Recording> recordings, IReadOnlyList<LedgerSpeaker> speakers, IReadOnlyList<string> ignored, string? note) =>
        (Folder, Recordings, Speakers, Ignored, Note) = (folder, recordings, speakers, ignored, note);

    internal string Folder { get; }

    internal IReadOnlyList<Recording> Recordings { get; }

    /// <summary>Ascending.</summary>
    internal IReadOnlyList<LedgerSpeaker> Speakers { get; }

    /// <summary>Files whose names are not those of audio; hidden ones are not counted.</summary>
    internal IReadOnlyList<string> Ignored { get; }

    /// <summary>Said when names of folders are taken for speakers, and when folders look like speakers but are not taken as such.</summary>
    internal string? Note { get; }

    internal string PathOf(Recording recording) => Path.Combine(Folder, recording.RelativePath);

    /// <summary>A single file as a set of its own.</summary>
    /// <exception cref="TrainingDataException">No such file.</exception>
    internal static RecordingSet Of(string file)
    {
        if (!File.Exists(file)) throw new TrainingDataException($"'{file}' does not exist; expected a recording.");
        return new RecordingSet(Path.GetDirectoryName(Path.GetFullPath(file))!, [new Recording(Path.GetFileName(file), 0)], [new LedgerSpeaker(0, null)], [], null);
    }

    /// <param name="speaker">The speaker where the folders do not tell.</param>
    /// <param name="oneSpeaker">Whether folders never tell.</param>
    /// <exception cref="TrainingDataException">No such folder, or no file in it is named as audio.</exception>
    internal static RecordingSet Find(string dataFolder, int speaker, bool oneSpeaker = false)
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
        (Func<string, int> speakerOf, IReadOnlyList<LedgerSpeaker> speakers, string? note) = oneSpeaker ? (_ => speaker, [new(speaker, null)], null) : SpeakersOf(audio, speaker);
        return new RecordingSet(dataFolder, [.. audio.Select(path => new Recording(path, speakerOf(path)))], speakers, ignored, note);
    }

    /// <summary>With the numbers that others gave to the same names.</summary>
    internal RecordingSet WithSpeakers(IReadOnlyList<LedgerSpeaker> others)
    {
        Dictionary<int, int> ids = Speakers.ToDictionary(own => own.Id, own => others.FirstOrDefault(other => other.Name is not null && other.Name == own.Name)?.Id ?? own.Id);
        return new RecordingSet(
            Folder, [.. Recordings.Select(recording => recording with { Speaker = ids[recording.Speaker] })],
            [.. Speakers.Select(speaker => speaker with { Id = ids[speaker.Id] }).OrderBy(speaker => speaker.Id)], Ignored, Note);
    }

    private static (Func<string, int> SpeakerOf, IReadOnlyList<LedgerSpeaker> Speakers, string? Note) SpeakersOf(IReadOnlyList<string> audio, int speaker)
    {
        string[] tops = [.. audio.Select(Top).Distinct()];
        string? numbered = tops.FirstOrDefault(top => NumberOf(top) is not null), loose = tops.FirstOrDefault(top => !top.EndsWith('/'));
        if (tops.All(top => NumberOf(top) is not null))
            return (path => NumberOf(path)!.Value, [.. tops.Select(top => NumberOf(top)!.Value).Distinct().Order().Select(id => new LedgerSpeaker(id, null))], null);
        if (numbered is not null || loose is not null || tops.Length == 1)
        {
            string? odd = loose ?? tops.FirstOrDefault(top => NumberOf(top) is null);
            string? note = numbered is null ? null
                : $"folder '{numbered}' is not taken as a speaker, for '{odd}' lies beside it: all recordings are of speaker {speaker}";
            return (_ => speaker, [new LedgerSpeaker(speaker, null)], note);
        }

        return (path => Array.IndexOf(tops, Top(path)), [.. tops.Select((top, id) => new LedgerSpeaker(id, top[..^1]))],
            $"folders are taken as speakers: {string.Join(", ", tops.Select((top, id) => $"{id} is {top[..^1]}"))} (--one-speaker takes all as one voice)");
    }

    // "anna/" of "anna/monday/1.wav"; the path itself of what lies in no folder.
    private static string Top(string path) => path.Contains('/') ? path[..(path.IndexOf('/') + 1)] : path;

    // "7/…" is speaker 7.
    private static int? NumberOf(string path)
    {
        int end = path.IndexOf('/');
        return end > 0 && int.TryParse(path.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int speaker) ? speaker : null;
    }

    // Folders of trainings (logs/NAME) are not walked into, nor is a link that leads back to a folder above.
    private static void Walk(string folder, string relative, IReadOnlyList<string> above, List<string> audio, List<string> ignored)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(file);
            if (name[0] != '.') (RecordingNames.IsAudio(name) ? audio : ignored).Add(relative + name);
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

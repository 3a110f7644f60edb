using System.Globalization;
using System.Text;
using RvcNative.Formats;

namespace RvcNative.Rvc.Data;

/// <summary>One clip of a filelist.txt; paths as written there. The two of pitch are null for a voice without pitch.</summary>
internal sealed record FileListLine(string Wave, string Features, string? PitchClasses, string? PitchHz, int Speaker)
{
    public override string ToString() => string.Join('|', PitchClasses is null
        ? [Wave, Features, Speaker.ToString(CultureInfo.InvariantCulture)]
        : (string[])[Wave, Features, PitchClasses, PitchHz!, Speaker.ToString(CultureInfo.InvariantCulture)]);
}

/// <summary>
/// Mainline's filelist.txt: wav|features|classes|hz|speaker or wav|features|speaker. Written with absolute paths and '/', as mainline wants them;
/// read also when paths are relative to the list's folder or to a folder above it (Applio's), or name a place that the folder has been moved away from.
/// </summary>
internal static class FileList
{
    internal static void Write(string path, IEnumerable<FileListLine> lines)
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Join('\n', lines).Replace(Path.DirectorySeparatorChar, '/'));
        AtomicFile.Write(path, stream => stream.Write(text));
    }

    /// <summary>All lines, their paths resolved to files that exist.</summary>
    /// <exception cref="TrainingDataException">No such list, an empty or malformed one, or a file that is nowhere.</exception>
    internal static IReadOnlyList<FileListLine> Read(string path, bool hasPitch)
    {
        if (!File.Exists(path)) throw new TrainingDataException($"'{path}' does not exist; run `rvcnative extract` first.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        List<FileListLine> lines = [];
        int number = 0;
        foreach (string text in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(text)) lines.Add(Parse(text, hasPitch, folder, $"'{path}', line {number}"));
        }
        return lines.Count > 0 ? lines : throw new TrainingDataException($"'{path}' is empty; run `rvcnative extract` again.");
    }

    /// <summary>Whether a path names a file of logs/mute (Applio: also mute_EMBEDDER).</summary>
    internal static bool IsSilence(string path) => path.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries) is [.., string folder, _, _]
        && (folder == "mute" || folder.StartsWith("mute_", StringComparison.Ordinal));

    private static FileListLine Parse(string text, bool hasPitch, string folder, string place)
    {
        string[] fields = text.Trim().Split('|');
        if (fields.Length is not (3 or 5))
            throw new TrainingDataException(
                $"{place} has {fields.Length} fields; wanted are wav|features|classes|hz|speaker or wav|features|speaker.");
        if (hasPitch && fields.Length == 3)
            throw new TrainingDataException($"{place} names no pitch, and the voice wants it; extract again with pitch, or train without.");
        if (!int.TryParse(fields[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int speaker))
            throw new TrainingDataException($"{place} ends in '{fields[^1]}'; expected a speaker, a whole number from 0.");
        return new FileListLine(Find(fields[0]), Find(fields[1]), hasPitch ? Find(fields[2]) : null, hasPitch ? Find(fields[3]) : null, speaker);

        string Find(string written) => Locate(written, folder)
            ?? throw new TrainingDataException($"{place}: '{written}' does not exist, nor does it in '{folder}'; run `rvcnative extract` again.");
    }

    // As written; else by the names of stage and file in the list's own folder, or in logs/mute (Applio: also mute_EMBEDDER) beside it.
    private static string? Locate(string written, string folder)
    {
        string direct = Path.Combine(folder, written);
        if (File.Exists(direct)) return direct;
        string[] parts = written.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2) return null;
        string moved = Path.Combine(IsSilence(written) ? Path.Combine(folder, "..", parts[^3]) : folder, parts[^2], parts[^1]);
        return File.Exists(moved) ? Path.GetFullPath(moved) : null;
    }
}

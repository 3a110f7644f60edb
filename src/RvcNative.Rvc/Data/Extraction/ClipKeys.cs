using System.Security.Cryptography;
using System.Text;

namespace RvcNative.Rvc.Data;

/// <summary>
/// logs/NAME/extract.keys: of which content the pitch and the features of each clip were made, a line for each. What was made of another content is
/// made again; of what has no line (another program's, an earlier version's) nothing is known, and it is used as it is. Serves many threads.
/// </summary>
internal sealed class ClipKeys
{
    private readonly string _path;
    private readonly Dictionary<(string Clip, string Stage), string> _known = [];
    private readonly Lock _turn = new();

    internal ClipKeys(ExperimentFolder experiment)
    {
        _path = Path.Combine(experiment.Root, "extract.keys");
        if (!File.Exists(_path)) return;
        foreach (string line in File.ReadLines(_path))
        {
            // The last line of a clip holds; one that a kill cut off is none.
            if (line.Split('\t') is [string clip, string stage, { Length: 2 * SHA256.HashSizeInBytes } key]) _known[(clip, stage)] = key;
        }
    }

    /// <summary>Of a clip's files' bytes, one after the other.</summary>
    internal static string Of(params ReadOnlySpan<string> paths)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in paths) hash.AppendData(File.ReadAllBytes(path));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether a clip's files in a stage were made of something else.</summary>
    internal bool IsStale(string clip, string stage, string key)
    {
        lock (_turn) return _known.TryGetValue((clip, stage), out string? known) && known != key;
    }

    /// <summary>Notes of what a clip's files in a stage are made.</summary>
    internal void Note(string clip, string stage, string key)
    {
        lock (_turn)
        {
            if (_known.TryGetValue((clip, stage), out string? known) && known == key) return;
            _known[(clip, stage)] = key;
            using FileStream file = new(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
            file.Write(Encoding.UTF8.GetBytes($"{clip}\t{stage}\t{key}\n"));
        }
    }
}

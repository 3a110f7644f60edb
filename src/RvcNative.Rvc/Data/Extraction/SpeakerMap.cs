using System.Globalization;

namespace RvcNative.Rvc.Data;

/// <summary>The speaker of a chunk "recording_chunk", from preprocess.json, where recordings are listed with their speakers.</summary>
internal sealed class SpeakerMap(PreprocessRecord? record, int speaker)
{
    private readonly Dictionary<int, int> _speakers = record?.Recordings.ToDictionary(each => each.Index, each => each.Speaker) ?? [];

    internal int Of(string clip)
    {
        bool isNumbered = int.TryParse(clip.Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int recording);
        return isNumbered && _speakers.TryGetValue(recording, out int known) ? known : speaker;
    }
}

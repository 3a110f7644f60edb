namespace RvcNative.Rvc.Data;

/// <summary>The speaker of a slice, from the ledger; one for all where there is none.</summary>
internal sealed class SpeakerMap(DatasetLedger? ledger, int speaker)
{
    private readonly Dictionary<string, int> _speakers = ledger?.Slices.ToDictionary(each => each.Slice.Name, each => each.File.Speaker) ?? [];

    internal int Of(string clip) => _speakers.GetValueOrDefault(clip, speaker);
}

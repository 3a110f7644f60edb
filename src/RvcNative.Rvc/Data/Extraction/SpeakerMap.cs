using System.Globalization;
using System.Text.RegularExpressions;

namespace RvcNative.Rvc.Data;

/// <summary>The speaker of a slice, from the ledger, or from the name that Applio gave it; one for all others.</summary>
internal sealed partial class SpeakerMap(DatasetLedger? ledger, int speaker, bool ofApplio)
{
    private readonly Dictionary<string, int> _speakers = ledger?.Slices.ToDictionary(each => each.Slice.Name, each => each.File.Speaker) ?? [];

    internal int Of(string clip) =>
        _speakers.TryGetValue(clip, out int known) ? known
        : ofApplio && ApplioName.Match(clip) is { Success: true } name ? int.Parse(name.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
        : speaker;

    [GeneratedRegex(@"^(\d{1,6})_\d+_\d+$")]
    private static partial Regex ApplioName { get; }
}

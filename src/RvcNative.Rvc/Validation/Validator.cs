using System.Runtime.Intrinsics;
using RvcNative.Core;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Conversion;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Validation;

/// <summary>
/// Says clips that are not trained on with the generator as it is, from the same noise each time, and measures how far that is from the recordings. It reads
/// the network and changes nothing of it; its memory is given back after every save.
/// </summary>
/// <param name="references">Folder that keeps what was found of the recordings.</param>
internal sealed class Validator(Backend backend, Synthesizer generator, RvcConfig config, MelTransform mel, string references)
{
    private const int FoundBy = 1;                           // goes up with every change of what a comparison finds
    private const ulong Seed = 0;
    private readonly ClipComparison _comparison = new(config.Data, mel, config.MelLoss().SpecFloor);

    private readonly ReferenceStore _references = new(references, $"{FoundBy} {config.Data} {config.MelLoss()} {Vector512.IsHardwareAccelerated} {Vector256.IsHardwareAccelerated}");

    /// <summary>The figures of a set over all speakers, then those of each speaker where there are several; null where something that is said is not finite.</summary>
    internal (SetFigures All, IReadOnlyList<SetFigures> Speakers)? Measure(ValidationSet set)
    {
        int count = set.Clips.Count, together = Environment.ProcessorCount;
        ClipDistance[] distances = new ClipDistance[count];
        int[] speakers = new int[count];
        using PieceSynthesizer pieces = new(backend, generator);
        for (int first = 0; first < count; first += together)
        {
            // Said one after the other by all threads, compared side by side.
            (TrainingItem Clip, float[] Said)[] said = [.. Enumerable.Range(first, Math.Min(together, count - first)).Select(i => Say(pieces, set.Clips.Get(i), set.Speaker))];
            if (Array.Exists(said, each => Array.Exists(each.Said, sample => !float.IsFinite(sample)))) return null;
            Workers.ForEach(Enumerable.Range(0, said.Length), together, i =>
            {
                (TrainingItem clip, float[] audio) = said[i];
                distances[first + i] = _comparison.Between(_references.Of(clip.Wave, () => _comparison.Of(clip.Wave), () => ClipComparison.SpectraOf(clip.Wave)), audio);
                speakers[first + i] = clip.Speaker;
            }, CancellationToken.None);
        }

        IGrouping<int, ClipDistance>[] bySpeaker = [.. Enumerable.Range(0, count).GroupBy(i => speakers[i], i => distances[i]).OrderBy(each => each.Key)];
        return (SetFigures.Of(set.Name, distances), bySpeaker.Length < 2 ? [] : [.. bySpeaker.Select(each => SetFigures.Of(set.Name, [.. each], each.Key))]);
    }

    /// <summary>Forgets references of clips that were not measured.</summary>
    internal void Trim() => _references.Trim();

    private static (TrainingItem Clip, float[] Said) Say(PieceSynthesizer pieces, TrainingItem clip, int? speaker) => (
        clip, pieces.Run(new PieceInput(clip.Frames, clip.Phone, clip.Pitch, clip.F0, speaker ?? clip.Speaker, firstFrame: 0), ConversionSettings.DefaultNoiseScale, Seed));
}

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
internal sealed class Validator(Backend backend, Synthesizer generator, RvcConfig config, MelTransform mel)
{
    private const ulong Seed = 0;
    private readonly ClipComparison _comparison = new(config.Data, mel, config.MelLoss().SpecFloor);

    /// <summary>The figures of a set over all speakers, then those of each speaker where there are several.</summary>
    internal (SetFigures All, IReadOnlyList<SetFigures> Speakers) Measure(ValidationSet set)
    {
        int count = set.Clips.Count, together = Environment.ProcessorCount;
        ClipDistance[] distances = new ClipDistance[count];
        int[] speakers = new int[count];
        using PieceSynthesizer pieces = new(backend, generator);
        for (int first = 0; first < count; first += together)
        {
            // Said one after the other by all threads, measured side by side.
            (TrainingItem Clip, float[] Said)[] said = [.. Enumerable.Range(first, Math.Min(together, count - first)).Select(i => Say(pieces, set.Clips.Get(i), set.Speaker))];
            Workers.ForEach(Enumerable.Range(0, said.Length), together, i =>
            {
                (TrainingItem clip, float[] audio) = said[i];
                double[] pitch = set.PitchOf(first + i, () => _comparison.PitchOf(clip.Wave));
                distances[first + i] = _comparison.Between(clip.Wave, pitch, audio);
                speakers[first + i] = clip.Speaker;
            }, CancellationToken.None);
        }

        IGrouping<int, ClipDistance>[] bySpeaker = [.. Enumerable.Range(0, count).GroupBy(i => speakers[i], i => distances[i]).OrderBy(each => each.Key)];
        return (SetFigures.Of(set.Name, distances), bySpeaker.Length < 2 ? [] : [.. bySpeaker.Select(each => SetFigures.Of(set.Name, [.. each], each.Key))]);
    }

    private static (TrainingItem Clip, float[] Said) Say(PieceSynthesizer pieces, TrainingItem clip, int? speaker) => (
        clip, pieces.Run(new PieceInput(clip.Frames, clip.Phone, clip.Pitch, clip.F0, speaker ?? clip.Speaker, firstFrame: 0), ConversionSettings.DefaultNoiseScale, Seed));
}

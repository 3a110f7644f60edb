using RvcNative.Nn;

namespace RvcNative.Rvc.Data;

/// <summary>
/// Which clips of each bucket an epoch has when speakers are heard for equal hours. A speaker's clips of a bucket are taken in turn, each before any
/// comes again, in an order that is drawn anew for every round; an epoch's place in the rounds follows from its number.
/// </summary>
internal sealed class SpeakerShares
{
    private readonly Share[][] _buckets;
    private readonly ulong _seed;

    /// <param name="buckets">Clips of each bucket, none empty.</param>
    /// <param name="lengths">Of all clips, in any unit of time.</param>
    /// <param name="speakers">Of all clips.</param>
    internal SpeakerShares(int[][] buckets, IReadOnlyList<int> lengths, IReadOnlyList<int> speakers, ulong seed)
    {
        if (speakers.Count != lengths.Count)
            throw new ArgumentException($"There are {lengths.Count} clips and {speakers.Count} speakers of clips.", nameof(speakers));
        _seed = seed;
        Dictionary<int, double> heard = buckets.SelectMany(bucket => bucket).GroupBy(clip => speakers[clip])
            .ToDictionary(clips => clips.Key, clips => clips.Sum(clip => (double)lengths[clip]));
        double share = heard.Values.Sum() / heard.Count;
        Dictionary<int, double> owed = heard.Keys.ToDictionary(speaker => speaker, _ => 0.0);
        _buckets = [.. buckets.Select(bucket => bucket.GroupBy(clip => speakers[clip]).OrderBy(clips => clips.Key).Select(Shared).ToArray())];

        // What rounding left of a speaker's time in one bucket is made up for in the next.
        Share Shared(IGrouping<int, int> clips)
        {
            int[] own = [.. clips];
            double mean = own.Average(clip => (double)lengths[clip]);
            double wanted = (own.Length * share / heard[clips.Key]) + (owed[clips.Key] / mean);
            int count = Math.Max(1, (int)Math.Round(wanted));
            owed[clips.Key] = (wanted - count) * mean;
            return new Share(clips.Key, own, count);
        }
    }

    /// <summary>Clips that an epoch has of a bucket.</summary>
    internal int Count(int bucket) => _buckets[bucket].Sum(share => share.Count);

    /// <summary>They themselves; one may be there several times.</summary>
    internal int[] Of(int bucket, int epoch) => [.. _buckets[bucket].SelectMany(share => Taken(share, bucket, epoch))];

    private IEnumerable<int> Taken(Share share, int bucket, int epoch)
    {
        long first = (long)epoch * share.Count;
        int[] order = [];
        for (long place = first, round = -1; place < first + share.Count; place++)
        {
            if (place / share.Clips.Length != round)
            {
                round = place / share.Clips.Length;
                order = RandomStream.Named(_seed, $"speaker.{share.Speaker}.bucket.{bucket}.round.{round}").Permutation(share.Clips.Length);
            }

            yield return share.Clips[order[place % share.Clips.Length]];
        }
    }

    private readonly record struct Share(int Speaker, int[] Clips, int Count);
}

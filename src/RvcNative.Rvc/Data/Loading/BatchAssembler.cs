using System.Collections.Concurrent;
using RvcNative.Rvc.Configuration;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Data;

/// <summary>
/// Makes batches of a training set's clips (mainline's TextAudioCollateMultiNSFsid; rows keep the sampler's order, mainline sorts them by
/// length). Frames are rounded up to few values, so few shapes occur: masks make the padding exact. Serves many threads.
/// </summary>
public sealed class BatchAssembler(TrainingSet clips, RvcConfig config, ModelVersion version, bool hasPitch)
{
    /// <summary>Batches have a multiple of this many frames.</summary>
    public const int FrameStep = 50;

    private readonly ConcurrentDictionary<(int Size, int Frames), ConcurrentBag<Batch>> _free = new();
    private readonly ModelPlan _plan = config.Plan(version, hasPitch);

    /// <summary>Frames of the batch that these clips make: the longest, rounded up.</summary>
    public int FramesOf(ReadOnlySpan<int> indices)
    {
        int longest = 0;
        foreach (int index in indices) longest = Math.Max(longest, clips.Frames[index]);
        return RoundedUp(longest);
    }

    /// <summary>Frames of the batch that has the longest clip.</summary>
    public int MostFrames => RoundedUp(clips.Frames.Max());

    private static int RoundedUp(int frames) => (frames + FrameStep - 1) / FrameStep * FrameStep;

    /// <summary>The clips as one batch, to be disposed when it has been used; what they hold is fetched when it is asked for.</summary>
    public Batch Assemble(ReadOnlySpan<int> indices)
    {
        if (indices.IsEmpty) throw new ArgumentException("A batch has at least one clip.", nameof(indices));
        Batch batch = Take(indices.Length, FramesOf(indices)).Lend();
        for (int row = 0; row < indices.Length; row++) batch.Place(row, indices[row], clips.Frames[indices[row]], clips.SpeakerOf(indices[row]));
        return batch;
    }

    internal TrainingItem Clip(int index) => clips.Get(index);

    internal void TakeBack(Batch batch) => _free.GetOrAdd((batch.Size, batch.Frames), _ => []).Add(batch);

    private Batch Take(int size, int frames) => _free.TryGetValue((size, frames), out ConcurrentBag<Batch>? free) && free.TryTake(out Batch? batch)
        ? batch : new Batch(this, size, frames, _plan.PhoneChannels, _plan.SpecChannels, config.Data.HopSamples, hasPitch);
}

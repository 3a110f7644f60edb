using RvcNative.Core;
using RvcNative.Nn;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>Puts a batch into a step's inputs, with segment starts that are a function of (seed, step).</summary>
internal sealed class BatchLoader(Backend backend, ulong seed, int segmentFrames)
{
    /// <summary>The device's own clips, of which batches are gathered there; null where they are uploaded.</summary>
    internal DeviceClips? Clips { get; set; }

    /// <summary>mainline's rand_slice_segments: start = floor(u * (length - segment + 1)).</summary>
    /// <param name="number">What the batch's random numbers are a function of.</param>
    /// <param name="wholeFrames">For a part of a larger batch.</param>
    internal void Load(Batch batch, TrainingStep step, long number, float wholeFrames = 0)
    {
        if (Clips is null) Upload(batch, step);
        else Clips.Gather(batch, step);
        backend.Write(batch.Mask, step.Input.Mask);
        backend.Write(batch.Speakers, step.Input.SpeakerIds);
        if (step.WholeFrames is { } whole) backend.Write([wholeFrames], whole);
        RandomStream random = RandomStream.Named(seed, $"segments.{number}");
        Span<long> starts = stackalloc long[batch.Size];
        for (int item = 0; item < batch.Size; item++) starts[item] = (long)(random.NextDouble() * (batch.Lengths[item] - segmentFrames + 1));
        backend.Write(starts, step.Starts);
    }

    private void Upload(Batch batch, TrainingStep step)
    {
        backend.Write(batch.Phone, step.Input.Phone);
        if (step.Input.Pitch is { } pitch) backend.Write(batch.Pitch, pitch);
        if (step.Input.F0 is { } f0) backend.Write(batch.F0, f0);
        backend.Write(batch.Spec, step.Spec);
        backend.Write(batch.Wave, step.Wave);
    }
}

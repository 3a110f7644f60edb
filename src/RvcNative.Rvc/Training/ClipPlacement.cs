using RvcNative.Core;
using RvcNative.Rvc.Data;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Training;

/// <summary>Whether a training's clips lie on the device: where they take no more than half of what networks and steps leave free, for other things want room too.</summary>
internal sealed class ClipPlacement(Backend backend, TrainingSet clips, ModelPlan plan, int hopSamples)
{
    private const int Share = 2, MostElements = 1 << 30;   // of a tensor

    private readonly long _frames = clips.Frames.Sum(frames => (long)frames);

    private long Bytes => TrainingItem.Bytes(_frames, plan.PhoneChannels, plan.SpecChannels, hopSamples);

    private bool IsShort => _frames * Math.Max(Math.Max(plan.PhoneChannels, plan.SpecChannels), hopSamples) <= MostElements;

    /// <summary>What they take of the device beside an arena that is not there yet; 0 where they do not fit, or the device has no memory of its own.</summary>
    internal long BytesBeside(long arenaBytes) => backend.FreeBytes is { } free && IsShort && Bytes <= (free - arenaBytes) / Share ? Bytes : 0;

    /// <summary>Takes the memory, if it was planned.</summary>
    /// <param name="sentence">Where the clips are, for the user; null where there is but one place.</param>
    /// <returns>Null where batches are uploaded.</returns>
    internal DeviceClips? Place(MemoryNeed need, out string? sentence)
    {
        sentence = null;
        if (backend.FreeBytes is not { } free) return null;
        string why = !IsShort ? $"they are longer than the {MostElements} numbers of a tensor"
            : Bytes > free / Share ? $"they take {Mib(Bytes)} MiB, more than half of the {Mib(free)} MiB that are free"
            : $"--memory-limit leaves no room for their {Mib(Bytes)} MiB";
        if (need.ClipBytes > 0)
        {
            try
            {
                DeviceClips placed = new(backend, clips, plan, hopSamples, need.BatchSize);
                sentence = $"the clips stay on the device, {Mib(Bytes)} MiB";
                return placed;
            }
            catch (DeviceMemoryException failure)
            {
                why = failure.Message;
            }
        }

        sentence = $"each batch is uploaded, for the clips do not stay on the device: {why}";
        return null;
    }

    private static long Mib(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}

using RvcNative.Nn;
using RvcNative.Rvc.Assets;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>Room for a save, and leave to write it, asked for before any of its bytes is written.</summary>
internal static class SaveSpace
{
    // What a checkpoint has beside its numbers: names, zip entries, state and records.
    private const long OverheadBytes = 512 << 10;

    /// <exception cref="TrainingDataException">There is not enough of it; nothing was written.</exception>
    internal static void Require(GanNetworks networks, string folder, string weightsFolder)
    {
        long voice = (sizeof(short) * (long)networks.Generator.Network.Parameters.Values.Count) + OverheadBytes;
        Require(folder, Checkpoint(networks.Generator.Network) + Checkpoint(networks.Discriminator.Network) + voice);
        Require(weightsFolder, voice);
    }

    /// <summary>Asked before the first step, for the first save comes after many.</summary>
    /// <exception cref="IOException">No file can be written to the folder for voices.</exception>
    internal static void RequireWritable(string weightsFolder)
    {
        try
        {
            Directory.CreateDirectory(weightsFolder);
            using FileStream probe = new(Path.Combine(weightsFolder, $".{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException || (failure is IOException io && !DiskSpace.IsFull(io)))
        {
            throw new IOException($"{weightsFolder}: cannot be written ({failure.Message}); allow it, or name another folder with --weights", failure);
        }
    }

    // Values and two moments.
    private static long Checkpoint(Network network) => (3L * sizeof(float) * network.Parameters.Values.Count) + OverheadBytes;

    private static void Require(string folder, long bytes)
    {
        if (FreeSpace.Available(Path.Combine(folder, "save")) is not { } free || free >= bytes) return;
        throw new TrainingDataException($"'{folder}': the disk is full: a save takes {bytes >> 20} MiB and {free >> 20} MiB are free. "
            + "Nothing of it was written, the last save is untouched; free some space and run the same command again.");
    }
}

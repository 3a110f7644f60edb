using RvcNative.Nn;
using RvcNative.Rvc.Assets;
using RvcNative.Rvc.Data;

namespace RvcNative.Rvc.Training;

/// <summary>Room for a save, asked for before any of its bytes is written.</summary>
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

    // Values and two moments.
    private static long Checkpoint(Network network) => (3L * sizeof(float) * network.Parameters.Values.Count) + OverheadBytes;

    private static void Require(string folder, long bytes)
    {
        if (FreeSpace.Available(Path.Combine(folder, "save")) is not { } free || free >= bytes) return;
        throw new TrainingDataException($"'{folder}': the disk is full: a save takes {bytes >> 20} MiB and {free >> 20} MiB are free. "
            + "Nothing of it was written, the last save is untouched; free some space and run the same command again.");
    }
}

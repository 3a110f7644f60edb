using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RvcNative.Core;

namespace RvcNative.Rvc.Training;

/// <summary>
/// What G, D and state of one save share: a hash of the weights and of where the training is, so that it can be told which files belong together, and a
/// training that went on from a save has the ids of one that never stopped.
/// </summary>
internal static class SaveId
{
    private const int HexDigits = 16, ChunkElements = 1 << 20;

    internal static string Of(GanNetworks networks, RunState state)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> place = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(place, state.Seed);
        BinaryPrimitives.WriteInt64LittleEndian(place[8..], state.GlobalStep);
        hash.AppendData(place);
        foreach (ParameterSet set in (ReadOnlySpan<ParameterSet>)[networks.Generator.Network.Parameters, networks.Discriminator.Network.Parameters])
        {
            Add(hash, networks.Backend, set.Values);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..HexDigits];
    }

    private static void Add(IncrementalHash hash, Backend backend, Tensor values)
    {
        float[] chunk = new float[Math.Min(values.Count, ChunkElements)];
        for (int at = 0; at < values.Count; at += chunk.Length)
        {
            Span<float> part = chunk.AsSpan(0, Math.Min(chunk.Length, values.Count - at));
            backend.Read(Backend.Part(values, at, [part.Length]), part);
            hash.AppendData(MemoryMarshal.AsBytes(part));
        }
    }
}

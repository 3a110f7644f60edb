using System.Numerics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>to = or += the chunks' sums, first chunk first.</summary>
internal unsafe struct ChunkSumJob : IJob
{
    private const int PartFloats = 1 << 13;
    internal float* Partials, To;
    internal int Chunks, Count;
    internal bool Accumulate;

    internal readonly int Parts => ((Count - 1) / PartFloats) + 1;

    public readonly void Run(int part)
    {
        int first = part * PartFloats, end = Math.Min(Count, first + PartFloats), i = first;
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> sum = Vector.Load(Partials + i);
            for (int chunk = 1; chunk < Chunks; chunk++) sum += Vector.Load(Partials + ((long)chunk * Count) + i);
            Vector.Store(Accumulate ? Vector.Load(To + i) + sum : sum, To + i);
        }

        for (; i < end; i++)
        {
            float sum = Partials[i];
            for (int chunk = 1; chunk < Chunks; chunk++) sum += Partials[((long)chunk * Count) + i];
            To[i] = Accumulate ? To[i] + sum : sum;
        }
    }
}

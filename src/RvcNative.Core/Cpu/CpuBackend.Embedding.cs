using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    private const int TableChannels = 32;

    public override void Embedding(Tensor table, Tensor ids, Tensor y)
    {
        int channels = table.Shape[1];
        float* rows = Pointer(table), to = Pointer(y);
        long* id = Ids(ids);
        for (int item = 0; item < ids.Count; item++) Simd.Map(new Simd.Copy(), rows + (id[item] * channels), to + (item * channels), channels);
    }

    public override void EmbeddingBackward(Tensor ids, Tensor dy, Gradient dtable)
    {
        if (dtable.Tensor is not { } table) return;
        int channels = table.Shape[1];
        float* from = Pointer(dy), rows = Pointer(table);
        long* id = Ids(ids);
        if (!dtable.Accumulate) MapRows(new Simd.Zero(), rows, null, rows, table.Count, 1);
        for (int item = 0; item < ids.Count; item++)
        {
            Simd.Map(new Simd.Copy(), from + (item * channels), rows + (id[item] * channels), channels, accumulate: true);
        }
    }

    public override void EmbedFrames(Tensor x, Tensor? table, Tensor? ids, float scale, float slope, Tensor mask, Tensor y)
    {
        float* rows = table is null ? null : Pointer(table);
        long* id = ids is null ? null : Ids(ids);
        ForRows(mask.Count, y.Shape[2], new FrameEntry(Pointer(x), rows, id, scale, slope, Pointer(mask), Pointer(y), y.Shape[2]));
    }

    public override void EmbedFramesBackward(
        Tensor y, Tensor? ids, float scale, float slope, Tensor mask, Tensor dy, Gradient dx, Gradient dtable)
    {
        int frames = dy.Shape[1], channels = dy.Shape[2];
        FrameEntrySlope slopeOf = new(scale, slope);
        if (dx.Tensor is { } x)
        {
            int items = x.Shape[0];
            MapRows(slopeOf, Tail(y, items), Tail(dy, items), Tail(mask, items), Pointer(x), items * frames, channels, dx.Accumulate);
        }

        if (dtable.Tensor is { } table)
        {
            int items = dy.Shape[0];
            long* id = Ids(ids!) + ((ids!.Shape[0] - items) * frames);
            float* saved = Tail(y, items), kept = Tail(mask, items), to = Pointer(table);
            TableSums job = new(slopeOf, saved, Pointer(dy), kept, id, items * frames, channels, to, table.Shape[0], dtable.Accumulate);
            _pool.For((channels + TableChannels - 1) / TableChannels, ref job);
        }
    }

    private readonly struct FrameEntry(float* x, float* table, long* ids, float scale, float slope, float* mask, float* y, int channels) : IRows
    {
        public void Run(int first, int end)
        {
            Leaky leaky = new(slope);
            for (int row = first; row < end; row++)
            {
                float* from = x + (row * channels), to = y + (row * channels);
                if (mask[row] == 0)
                {
                    Clear(to, channels);
                    continue;
                }

                float* pitch = table == null ? null : table + (ids[row] * channels);
                for (int channel = 0; channel < channels; channel += Simd.Step)
                {
                    Vector<float> sum = Simd.Load(from + channel);
                    if (pitch != null) sum += Simd.Load(pitch + channel);
                    Simd.Store(leaky.Invoke(sum * scale), to + channel, channels - channel);
                }
            }
        }
    }

    /// <summary>dy * scale * (y > 0 ? 1 : slope).</summary>
    private readonly struct FrameEntrySlope(float scale, float slope) : IBinaryOp
    {
        public Vector<float> Invoke(Vector<float> y, Vector<float> dy) => new LeakySlope(slope).Invoke(y, dy * scale);
    }

    /// <summary>Each part owns some channels of all rows of the table and walks all frames, so each sum is in the order of frames.</summary>
    private readonly struct TableSums(
        FrameEntrySlope slope, float* y, float* dy, float* mask, long* ids, int frames, int channels, float* dtable, int rows, bool accumulate) : IJob
    {
        public void Run(int part)
        {
            int first = part * TableChannels, count = Math.Min(TableChannels, channels - first);
            for (int row = 0; row < rows && !accumulate; row++) Clear(dtable + (row * channels) + first, count);
            for (int frame = 0; frame < frames; frame++)
            {
                if (mask[frame] == 0) continue;
                int at = (frame * channels) + first;
                Simd.Map(slope, y + at, dy + at, dtable + (ids[frame] * channels) + first, count, accumulate: true);
            }
        }
    }
}

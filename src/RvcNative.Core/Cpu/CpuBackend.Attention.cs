using System.Numerics;
using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

/// <summary>
/// Work is split into blocks of query rows of one (item, head): scores, softmax and weighted sum of a block stay in the cache. Keys and
/// values are packed first, once a head.
/// </summary>
public sealed unsafe partial class CpuBackend
{
    private const int AttentionRows = 48;
    private const float MaskedScore = -1e4f;

    public override void Attention(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor y, Tensor? p)
    {
        AttentionSizes sizes = new(q, heads, relativeKeys);
        long keys = Simd.PackedCount(sizes.Depth, sizes.Frames), values = Simd.PackedCount(sizes.Frames, sizes.Depth);
        long nearKeys = Simd.PackedCount(sizes.Depth, sizes.Span), nearValues = Simd.PackedCount(sizes.Span, sizes.Depth);
        float* scratch = Scratch(nearKeys + nearValues + (sizes.Heads * (keys + values)) + ((long)sizes.Heads * sizes.Frames * sizes.Span));
        AttentionForward job = new()
        {
            Sizes = sizes,
            Q = Pointer(q),
            K = Pointer(k),
            V = Pointer(v),
            Mask = Span(mask).Contains(0) ? Pointer(mask) : null,
            P = p is null ? null : Pointer(p),
            Y = Pointer(y),
            NearKeys = scratch,
            NearValues = scratch + nearKeys,
            Keys = scratch + nearKeys + nearValues,
        };
        job.Values = job.Keys + (sizes.Heads * keys);
        job.Near = job.Values + (sizes.Heads * values);
        if (sizes.Span > 0)
        {
            Simd.Pack(new Strided(Pointer(relativeKeys!), 1, sizes.Depth), sizes.Depth, sizes.Span, job.NearKeys);
            Simd.Pack(new Strided(Pointer(relativeValues!), sizes.Depth, 1), sizes.Span, sizes.Depth, job.NearValues);
        }

        AttentionPack pack = new() { Sizes = sizes };
        pack.Add(job.K, transposed: true, job.Keys);
        pack.Add(job.V, transposed: false, job.Values);
        _pool.For(pack.Parts, ref pack);
        _pool.For(sizes.Heads * sizes.Blocks, ref job);
    }

    /// <summary>Where things are: heads are counted over the batch, each with its frames [T,D] in q, k, v and its rows [T,T] in p.</summary>
    private readonly struct AttentionSizes
    {
        internal AttentionSizes(Tensor q, int heads, Tensor? relative)
        {
            (Heads, HeadsPerItem, Frames, Channels) = (q.Shape[0] * heads, heads, q.Shape[1], q.Shape[2]);
            Depth = Channels / heads;
            Span = relative?.Shape[1] ?? 0;
            Scale = (float)(1 / Math.Sqrt(Depth));
        }

        public int Heads { get; }

        public int HeadsPerItem { get; }

        public int Frames { get; }

        public int Channels { get; }

        public int Depth { get; }

        /// <summary>2 * window + 1, or 0 without relative positions.</summary>
        public int Span { get; }

        /// <summary>1 / sqrt(D).</summary>
        public float Scale { get; }

        public int Blocks => (Frames + AttentionRows - 1) / AttentionRows;

        public int Item(int head) => head / HeadsPerItem;

        /// <summary>A head's frame in a tensor [B,T,C].</summary>
        public float* Of(float* x, int head, int frame = 0) =>
            x + (((long)Item(head) * Frames) + frame) * Channels + (head % HeadsPerItem * Depth);

        /// <summary>A head's row in a tensor [B,heads,T,T].</summary>
        public float* Row(float* p, int head, int frame) => p + ((((long)head * Frames) + frame) * Frames);

        /// <summary>A head's row in a table [B*heads,T,2*window+1] of the pairs within the window.</summary>
        public float* NearRow(float* near, int head, int frame) => near + ((((long)head * Frames) + frame) * Span);

        /// <summary>row += near at the frames within the window around <paramref name="frame"/>.</summary>
        public void AddNear(float* near, float* row, int frame)
        {
            (int first, int count, int skipped) = Window(frame);
            Simd.Map(new Simd.Copy(), near + skipped, row + first, count, accumulate: true);
        }

        /// <summary>near = the row at the frames within the window, 0 where there are none.</summary>
        public void TakeNear(float* row, float* near, int frame)
        {
            (int first, int count, int skipped) = Window(frame);
            Clear(near, Span);
            Simd.Map(new Simd.Copy(), row + first, near + skipped, count);
        }

        private (int First, int Count, int Skipped) Window(int frame)
        {
            int window = Span / 2, first = Math.Max(0, frame - window), end = Math.Min(Frames, frame + window + 1);
            return (first, end - first, first - (frame - window));
        }
    }

    private readonly struct MaskedScores : IBinaryOp
    {
        public Vector<float> Invoke(Vector<float> scores, Vector<float> mask) =>
            Vector.ConditionalSelect(Vector.Equals(mask, Vector<float>.Zero), new Vector<float>(MaskedScore), scores);
    }

    /// <summary>Packs up to four tensors [B,T,C], all heads of each: as [D,T] (transposed) or [T,D].</summary>
    private struct AttentionPack : IJob
    {
        private fixed long _from[4], _to[4];
        private fixed bool _transposed[4];
        private int _count;

        public AttentionSizes Sizes;

        public readonly int Parts => _count * Sizes.Heads;

        public void Add(float* x, bool transposed, float* panels)
        {
            (_from[_count], _to[_count], _transposed[_count]) = ((long)x, (long)panels, transposed);
            _count++;
        }

        public readonly void Run(int part)
        {
            int which = part / Sizes.Heads, head = part % Sizes.Heads;
            bool transposed = _transposed[which];
            (int k, int n) = transposed ? (Sizes.Depth, Sizes.Frames) : (Sizes.Frames, Sizes.Depth);
            (int rowStride, int columnStride) = transposed ? (1, Sizes.Channels) : (Sizes.Channels, 1);
            float* to = (float*)_to[which] + (head * Simd.PackedCount(k, n));
            Simd.Pack(new Strided(Sizes.Of((float*)_from[which], head), rowStride, columnStride), k, n, to);
        }
    }

    private struct AttentionForward : IJob
    {
        public AttentionSizes Sizes;
        public float* Q, K, V, P, Y, NearKeys, NearValues, Keys, Values, Near;

        /// <summary>Null where every frame is heard.</summary>
        public float* Mask;

        public readonly void Run(int part)
        {
            int head = part / Sizes.Blocks, first = part % Sizes.Blocks * AttentionRows, rows = Math.Min(AttentionRows, Sizes.Frames - first);
            int frames = Sizes.Frames, depth = Sizes.Depth, span = Sizes.Span, channels = Sizes.Channels;
            Strided q = new(Sizes.Of(Q, head, first), channels, 1);
            float* p = P == null ? ThreadScratch.Own.Scores((long)AttentionRows * frames) : Sizes.Row(P, head, first), near = Sizes.NearRow(Near, head, first), y = Sizes.Of(Y, head, first);
            float* mask = Mask == null ? null : Mask + (Sizes.Item(head) * frames), shares = stackalloc float[AttentionRows];
            bool sharesLast = P == null && span == 0;           // nobody else sees the probabilities, and a row of y is shorter than one of theirs

            Simd.Product(q, Keys + (head * Simd.PackedCount(depth, frames)), rows, frames, depth, Sizes.Scale, p, frames, accumulate: false);
            if (span > 0) Simd.Product(q, NearKeys, rows, span, depth, Sizes.Scale, near, span, accumulate: false);
            for (int row = 0; row < rows; row++)
            {
                float* scores = p + (row * frames);
                if (span > 0) Sizes.AddNear(near + (row * span), scores, first + row);
                if (mask != null && mask[first + row] == 0) new Span<float>(scores, frames).Fill(MaskedScore);
                else if (mask != null) Simd.Map(new MaskedScores(), scores, mask, scores, frames);
                if (sharesLast) shares[row] = Simd.Exponentials(scores, frames);
                else Simd.Softmax(scores, frames);
                if (span > 0) Sizes.TakeNear(scores, near + (row * span), first + row);
            }

            Simd.Product(
                new Strided(p, frames, 1), Values + (head * Simd.PackedCount(frames, depth)), rows, depth, frames, 1, y, channels, accumulate: false);
            if (span > 0) Simd.Product(new Strided(near, span, 1), NearValues, rows, depth, span, 1, y, channels, accumulate: true);
            if (!sharesLast) return;
            for (int row = 0; row < rows; row++) Simd.Map(new Simd.Scale(shares[row]), y + (row * channels), y + (row * channels), depth);
        }
    }
}

using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void AttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor p, Tensor scratch, Tensor dy,
        Gradient dq, Gradient dk, Gradient dv, Gradient drelativeKeys, Gradient drelativeValues)
    {
        int items = dy.Shape[0];
        AttentionSizes sizes = new(dy, heads, relativeKeys);
        long keys = Simd.PackedCount(sizes.Depth, sizes.Frames), values = Simd.PackedCount(sizes.Frames, sizes.Depth);
        long nearKeys = Simd.PackedCount(sizes.Span, sizes.Depth), nearValues = Simd.PackedCount(sizes.Depth, sizes.Span);
        float* memory = Scratch(nearKeys + nearValues + (sizes.Heads * (keys + (3 * values))) + ((long)sizes.Heads * sizes.Frames * sizes.Span));
        AttentionQueries queries = new()
        {
            Sizes = sizes,
            Mask = Tail(mask, items),
            P = Tail(p, items),
            Ds = Pointer(scratch),
            Dy = Pointer(dy),
            Dq = new ItemGradient(dq, items),
            NearKeys = memory,
            NearValues = memory + nearKeys,
            Values = memory + nearKeys + nearValues,
        };
        queries.Keys = queries.Values + (sizes.Heads * keys);
        AttentionKeys ofKeys = new()
        {
            Sizes = sizes,
            P = queries.P,
            Ds = queries.Ds,
            Dk = new ItemGradient(dk, items),
            Dv = new ItemGradient(dv, items),
            Queries = queries.Keys + (sizes.Heads * values),
        };
        ofKeys.Dy = ofKeys.Queries + (sizes.Heads * values);
        queries.Near = ofKeys.Dy + (sizes.Heads * values);
        if (sizes.Span > 0)
        {
            Simd.Pack(new Strided(Pointer(relativeKeys!), sizes.Depth, 1), sizes.Span, sizes.Depth, queries.NearKeys);
            Simd.Pack(new Strided(Pointer(relativeValues!), 1, sizes.Depth), sizes.Depth, sizes.Span, queries.NearValues);
        }

        AttentionPack pack = new() { Sizes = sizes };
        pack.Add(Tail(v, items), transposed: true, queries.Values);
        pack.Add(Tail(k, items), transposed: false, queries.Keys);
        pack.Add(Tail(q, items), transposed: false, ofKeys.Queries);
        pack.Add(queries.Dy, transposed: false, ofKeys.Dy);
        _pool.For(pack.Parts, ref pack);
        _pool.For(sizes.Heads * sizes.Blocks, ref queries);
        if (dk.Wanted || dv.Wanted) _pool.For(sizes.Heads * sizes.Blocks, ref ofKeys);
        SumOverPairs(sizes, queries.Ds, Tail(q, items), drelativeKeys);
        SumOverPairs(sizes, queries.P, queries.Dy, drelativeValues);
    }

    /// <summary>table [2*window+1,D] = or += the sum over all pairs (i, j = i + r - window) of pairs_ij x_i.</summary>
    private void SumOverPairs(AttentionSizes sizes, float* pairs, float* x, Gradient table)
    {
        if (table.Tensor is not { } to) return;
        AttentionTable job = new() { Sizes = sizes, Pairs = pairs, X = x, Table = Pointer(to), Accumulate = table.Accumulate };
        _pool.For(sizes.Span, ref job);
    }

    /// <summary>Gradients of a block of scores, and of its queries. The factor 1 / sqrt(D) of the scores goes into ds.</summary>
    private struct AttentionQueries : IJob
    {
        public AttentionSizes Sizes;
        public float* Mask, P, Ds, Dy, NearKeys, NearValues, Keys, Values, Near;
        public ItemGradient Dq;

        public readonly void Run(int part)
        {
            int head = part / Sizes.Blocks, first = part % Sizes.Blocks * AttentionRows, rows = Math.Min(AttentionRows, Sizes.Frames - first);
            int frames = Sizes.Frames, depth = Sizes.Depth, span = Sizes.Span, channels = Sizes.Channels;
            Strided dy = new(Sizes.Of(Dy, head, first), channels, 1);
            float* p = Sizes.Row(P, head, first), ds = Sizes.Row(Ds, head, first), near = Sizes.NearRow(Near, head, first);
            float* mask = Mask + (Sizes.Item(head) * frames);

            Simd.Product(dy, Values + (head * Simd.PackedCount(depth, frames)), rows, frames, depth, 1, ds, frames, accumulate: false);
            if (span > 0) Simd.Product(dy, NearValues, rows, span, depth, 1, near, span, accumulate: false);
            for (int row = 0; row < rows; row++)
            {
                float* dp = ds + (row * frames), weights = p + (row * frames);
                if (span > 0) Sizes.AddNear(near + (row * span), dp, first + row);
                if (mask[first + row] == 0) Clear(dp, frames);
                else ScoreGradient(weights, dp, mask);
                if (span > 0) Sizes.TakeNear(dp, near + (row * span), first + row);
            }

            if (!Dq.Wants(Sizes.Item(head))) return;
            float* dq = Sizes.Of(Dq.First, head, first);
            Simd.Product(
                new Strided(ds, frames, 1), Keys + (head * Simd.PackedCount(frames, depth)), rows, depth, frames, 1, dq, channels, Dq.Accumulate);
            if (span > 0) Simd.Product(new Strided(near, span, 1), NearKeys, rows, depth, span, 1, dq, channels, accumulate: true);
        }

        /// <summary>ds = p (dp - sum(p dp)) / sqrt(D), 0 where masked; in place of dp.</summary>
        private readonly void ScoreGradient(float* p, float* dp, float* mask)
        {
            Vector<float> mean = new((float)Simd.Dot(p, dp, Sizes.Frames)), scale = new(Sizes.Scale);
            for (int frame = 0; frame < Sizes.Frames; frame += Simd.Step)
            {
                Vector<float> ds = Simd.Load(p + frame) * (Simd.Load(dp + frame) - mean) * scale;
                Vector<float> kept = Vector.ConditionalSelect(Vector.Equals(Simd.Load(mask + frame), Vector<float>.Zero), Vector<float>.Zero, ds);
                Simd.Store(kept, dp + frame, Sizes.Frames - frame);
            }
        }
    }

    /// <summary>Gradients of a block of keys and values: dk = ds^T q, dv = p^T dy.</summary>
    private struct AttentionKeys : IJob
    {
        public AttentionSizes Sizes;
        public float* P, Ds, Queries, Dy;
        public ItemGradient Dk, Dv;

        public readonly void Run(int part)
        {
            int head = part / Sizes.Blocks, first = part % Sizes.Blocks * AttentionRows, rows = Math.Min(AttentionRows, Sizes.Frames - first);
            Add(Ds, Queries, Dk, head, first, rows);
            Add(P, Dy, Dv, head, first, rows);
        }

        private readonly void Add(float* pairs, float* panels, ItemGradient to, int head, int first, int rows)
        {
            if (!to.Wants(Sizes.Item(head))) return;
            Strided columns = new(Sizes.Row(pairs, head, 0) + first, 1, Sizes.Frames);
            Simd.Product(columns, panels + (head * Simd.PackedCount(Sizes.Frames, Sizes.Depth)), rows, Sizes.Depth, Sizes.Frames, 1,
                Sizes.Of(to.First, head, first), Sizes.Channels, to.Accumulate);
        }
    }

    /// <summary>One row of a relative table's gradient, summed over frames in blocks, then over blocks and heads in double; in order.</summary>
    private struct AttentionTable : IJob
    {
        public AttentionSizes Sizes;
        public float* Pairs, X, Table;
        public bool Accumulate;

        public readonly void Run(int r)
        {
            int offset = r - (Sizes.Span / 2), first = Math.Max(0, -offset), end = Math.Min(Sizes.Frames, Sizes.Frames - offset);
            float* to = Table + (r * Sizes.Depth);
            for (int channel = 0; channel < Sizes.Depth; channel += Simd.Step)
            {
                Vector<double> low = Vector<double>.Zero, high = Vector<double>.Zero;
                for (int head = 0; head < Sizes.Heads; head++)
                {
                    for (int block = first; block < end; block += SumRows)
                    {
                        Vector<float> sum = Block(head, channel, offset, block, Math.Min(end, block + SumRows));
                        Vector.Widen(sum, out Vector<double> addLow, out Vector<double> addHigh);
                        (low, high) = (low + addLow, high + addHigh);
                    }
                }

                Simd.Store(Vector.Narrow(low, high), to + channel, Sizes.Depth - channel, Accumulate);
            }
        }

        private readonly Vector<float> Block(int head, int channel, int offset, int frame, int end)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (; frame < end; frame++)
            {
                sum += new Vector<float>(Sizes.Row(Pairs, head, frame)[frame + offset]) * Simd.Load(Sizes.Of(X, head, frame) + channel);
            }

            return sum;
        }
    }
}

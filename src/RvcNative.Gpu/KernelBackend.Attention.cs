using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int AttentionTile = 32, ScoresAtOnce = 1 << 24;

    public override void Attention(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor y, Tensor? p)
    {
        AttentionSizes of = new(q, heads, relativeKeys);
        int all = of.Items * heads, rowsAtOnce = p is null ? Math.Clamp(ScoresAtOnce / (all * of.Frames), 1, of.Frames) : of.Frames;
        long scoreBytes = p is null ? sizeof(float) * (long)all * rowsAtOnce * of.Frames : 0;
        DeviceStorage scratch = Scratch(scoreBytes + (sizeof(float) * Math.Max(1L, (long)all * rowsAtOnce * of.Span)));
        KernelArgument near = KernelArgument.Of(scratch, scoreBytes, sizeof(float)), scores = p is null ? KernelArgument.Of(scratch, 0, sizeof(float)) : p;
        for (int first = 0; first < of.Frames; first += rowsAtOnce)
        {
            int rows = Math.Min(rowsAtOnce, of.Frames - first);
            Matrix ofQ = of.Rows(KernelArgument.Of(q, first * of.Channels)), ofY = of.Rows(KernelArgument.Of(y, first * of.Channels));
            Matrix ofP = of.Pairs(scores, rows, of.Frames), ofNear = of.Pairs(near, rows, of.Span);
            Product(of, ofQ, of.Rows(k).Transposed, ofP, rows, of.Frames, of.Depth, of.Scale, false);
            if (of.Span > 0) Product(of, ofQ, of.Table(relativeKeys!).Transposed, ofNear, rows, of.Span, of.Depth, of.Scale, false);
            Launch(Kernels.AttentionSoftmax, new Grid(rows, all), scores, near, mask, heads, first, rows, of.Frames, of.Span);
            Product(of, ofP, of.Rows(v), ofY, rows, of.Depth, of.Frames, 1, false);
            if (of.Span > 0) Product(of, ofNear, of.Table(relativeValues!), ofY, rows, of.Depth, of.Span, 1, true);
        }
    }

    public override void AttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor p, Tensor scratch, Tensor dy,
        Gradient dq, Gradient dk, Gradient dv, Gradient drelativeKeys, Gradient drelativeValues)
    {
        AttentionSizes of = new(dy, heads, relativeKeys);
        int items = of.Items, all = items * heads, blocks = SumBlocks(of.Frames);
        long nearBytes = sizeof(float) * Math.Max(1L, (long)all * of.Frames * of.Span);
        DeviceStorage memory = Scratch(nearBytes + (sizeof(float) * (long)all * blocks * of.Span * of.Depth));
        KernelArgument near = KernelArgument.Of(memory, 0, sizeof(float)), partial = KernelArgument.Of(memory, nearBytes, sizeof(float));
        KernelArgument weights = Tail(p, items);
        Matrix ofDs = of.Pairs(scratch, of.Frames, of.Frames), ofNear = of.Pairs(near, of.Frames, of.Span);
        Product(of, of.Rows(dy), of.Rows(Tail(v, items)).Transposed, ofDs, of.Frames, of.Frames, of.Depth, 1, false);
        if (of.Span > 0) Product(of, of.Rows(dy), of.Table(relativeValues!).Transposed, ofNear, of.Frames, of.Span, of.Depth, 1, false);
        Launch(Kernels.AttentionScoreGradient, new Grid(of.Frames, all), weights, scratch, near, Tail(mask, items), of.Scale, heads, of.Frames, of.Span);

        if (dq.Tensor is { } toQ)
        {
            AttentionSizes some = new(toQ, heads, relativeKeys);
            int skipped = (items - some.Items) * heads * of.Frames;
            Matrix ds = some.Pairs(KernelArgument.Of(scratch, (long)skipped * of.Frames), of.Frames, of.Frames);
            Product(some, ds, some.Rows(Tail(k, some.Items)), some.Rows(toQ), of.Frames, of.Depth, of.Frames, 1, dq.Accumulate);
            Matrix pairs = some.Pairs(KernelArgument.Of(memory, sizeof(float) * (long)skipped * of.Span, sizeof(float)), of.Frames, of.Span);
            if (of.Span > 0) Product(some, pairs, some.Table(relativeKeys!), some.Rows(toQ), of.Frames, of.Depth, of.Span, 1, true);
        }

        KeyGradient(dk, Tail(scratch, dk.Tensor?.Shape[0] ?? 0), q);
        KeyGradient(dv, Tail(p, dv.Tensor?.Shape[0] ?? 0), dy);
        TableGradient(drelativeKeys, scratch, Tail(q, items));
        TableGradient(drelativeValues, weights, dy);

        // dk = ds^T q, dv = p^T dy, of the items that are wanted
        void KeyGradient(Gradient gradient, KernelArgument pairs, Tensor rows)
        {
            if (gradient.Tensor is not { } to) return;
            AttentionSizes some = new(to, heads, null);
            Product(some, some.Pairs(pairs, some.Frames, some.Frames).Transposed, some.Rows(Tail(rows, some.Items)), some.Rows(to), some.Frames, some.Depth, some.Frames, 1,
                gradient.Accumulate);
        }

        // table [2*window+1,D] = or += the sum over all pairs (i, j = i + r - window) of pairs_ij x_i
        void TableGradient(Gradient table, KernelArgument pairs, KernelArgument x)
        {
            if (table.Tensor is not { } to) return;
            int width = of.Span * of.Depth;
            Launch(Kernels.AttentionTable, Each(width, blocks, all), pairs, x, partial, heads, of.Frames, of.Channels, of.Span, blocks);
            AddPartialSums(partial, 1, all * blocks, width, to, width, table.Accumulate);
        }
    }

    /// <summary>c [m,n] = or += scale * a [m,k] b [k,n] for each head of each item.</summary>
    private void Product(in AttentionSizes of, Matrix a, Matrix b, Matrix c, int m, int n, int k, float scale, bool accumulate) => Launch(
        Kernels.AttentionProduct, new Grid(Ceiling(m, AttentionTile), Ceiling(n, AttentionTile), of.Items * of.Heads), a.First, b.First, c.First, scale, m, n, k, a.Row, a.Column, b.Row,
        b.Column, c.Row, of.Heads, a.Item, a.Head, b.Item, b.Head, c.Item, c.Head, accumulate);

    /// <summary>One matrix a head: its first element, and how far apart its rows, columns, items and heads are, in elements.</summary>
    private readonly record struct Matrix(KernelArgument First, int Row, int Column, int Item, int Head)
    {
        internal Matrix Transposed => this with { Row = Column, Column = Row };
    }

    private readonly struct AttentionSizes
    {
        internal AttentionSizes(Tensor x, int heads, Tensor? relative)
        {
            (Items, Frames, Channels, Heads) = (x.Shape[0], x.Shape[1], x.Shape[2], heads);
            Depth = Channels / heads;
            Span = relative?.Shape[1] ?? 0;
            Scale = (float)(1 / Math.Sqrt(Depth));
        }

        internal int Items { get; }

        internal int Frames { get; }

        internal int Channels { get; }

        internal int Heads { get; }

        internal int Depth { get; }

        /// <summary>2 * window + 1, or 0 without relative positions.</summary>
        internal int Span { get; }

        internal float Scale { get; }

        /// <summary>A head's columns of a tensor [B,T,C].</summary>
        internal Matrix Rows(KernelArgument x) => new(x, Channels, 1, Frames * Channels, Depth);

        /// <summary>A head's matrix of a tensor [B,heads,rows,columns].</summary>
        internal Matrix Pairs(KernelArgument p, int rows, int columns) => new(p, columns, 1, Heads * rows * columns, rows * columns);

        /// <summary>A table that all heads share.</summary>
        internal Matrix Table(Tensor table) => new(table, Depth, 1, 0, 0);
    }
}

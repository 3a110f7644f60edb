namespace RvcNative.Core;

public abstract partial class Backend
{
    // table [rows,C], ids i64 [B], y [B,1,C].   y =
    public abstract void Embedding(Tensor table, Tensor ids, Tensor y);

    // dtable = or += (rows that no id names: 0 or unchanged), summed in the order of the batch
    public abstract void EmbeddingBackward(Tensor ids, Tensor dy, Gradient dtable);

    // x [B,T,C], table [rows,C] or null, ids i64 [B,T] or null, mask [B,T].   y = mask * leaky((x + table[ids]) * scale)
    public abstract void EmbedFrames(Tensor x, Tensor? table, Tensor? ids, float scale, float slope, Tensor mask, Tensor y);

    // d = mask * dy * scale * (y > 0 ? 1 : slope);   dx = or += d;   dtable = or += sum of d over the frames of each id, in a fixed order
    public abstract void EmbedFramesBackward(Tensor y, Tensor? ids, float scale, float slope, Tensor mask, Tensor dy, Gradient dx, Gradient dtable);
}

public static partial class Op
{
    /// <summary>Looks up one row an item (speakers).</summary>
    /// <param name="table">[rows,C].</param>
    /// <param name="ids">i64 [B], each in 0 … rows - 1 (checked where a batch is made).</param>
    /// <returns>[B,1,C].</returns>
    public static Tensor Embedding(Tape tape, Tensor table, Tensor ids)
    {
        Expect.That(table.Shape.Rank == 2 && ids.Shape.Rank == 1 && ids.DType == DType.I64, "embedding", $"table {table}, ids {ids}; wanted [rows,C] and I64 [B]");
        Backend backend = tape.Backend;
        Tensor y = tape.Result([ids.Shape[0], 1, table.Shape[1]], table);
        tape.Run(() => backend.Embedding(table, ids, y), table, ids, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dtable = tape.Into(table);
            tape.Run(() => backend.EmbeddingBackward(ids, dy, dtable), ids, dy, dtable.Tensor);
        });
        return y;
    }

    /// <summary>The text encoder's entry: leaky((phone + pitch embedding) * scale), frames behind the end cleared (mainline's TextEncoder.forward).</summary>
    /// <param name="x">[B,T,C], the projected phone features.</param>
    /// <param name="table">[rows,C] pitch embedding, or null for a voice without pitch.</param>
    /// <param name="ids">i64 [B,T] pitch classes.</param>
    /// <param name="mask">[B,T] of 0 and 1.</param>
    /// <returns>[B,T,C].</returns>
    public static Tensor EmbedFrames(Tape tape, Tensor x, Tensor? table, Tensor? ids, float scale, float slope, Tensor mask)
    {
        (int batch, int frames, int channels) = Expect.Frames(x, "embed frames", "x");
        Expect.That((table is null) == (ids is null), "embed frames", $"a pitch table and pitch classes come together");
        Expect.That(table is null || (table.Shape.Rank == 2 && table.Shape[1] == channels), "embed frames", $"table {table?.Shape} is not [rows,{channels}]");
        Expect.That(ids is null || (ids.Shape == [batch, frames] && ids.DType == DType.I64), "embed frames", $"ids {ids} is not I64 [{batch},{frames}]");
        Expect.Shape(mask, [batch, frames], "embed frames", "mask");
        Backend backend = tape.Backend;
        Tensor y = tape.Result(x.Shape, x, table);
        tape.Run(() => backend.EmbedFrames(x, table, ids, scale, slope, mask, y), x, table, ids, mask, y);
        tape.Differentiate(() =>
        {
            if (Tape.GradientOf(y) is not { } dy) return;
            Gradient dx = tape.Into(x), dtable = tape.Into(table);
            tape.Run(() => backend.EmbedFramesBackward(y, ids, scale, slope, mask, dy, dx, dtable), y, ids, mask, dy, dx.Tensor, dtable.Tensor);
        });
        return y;
    }
}

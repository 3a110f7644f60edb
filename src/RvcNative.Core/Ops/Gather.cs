namespace RvcNative.Core;

public abstract partial class Backend
{
    // rows [N,C]; places i64 [B,2]: an item's first row, and how many it has; y [B,T,C] of rows' type.   y[b] = those rows, then zeros
    public abstract void Gather(Tensor rows, Tensor places, Tensor y);
}

public static partial class Op
{
    /// <summary>A batch of stretches of one long table. It runs at once, for it fills the inputs of a program.</summary>
    /// <param name="rows">[N,C], f32 or i64.</param>
    /// <param name="places">i64 [B,2]: the first row of each item, and its number of rows, which lie in the table; those behind T are left out.</param>
    /// <param name="y">[B,T,C] of the same type; frames behind an item's rows become 0.</param>
    public static void Gather(Backend backend, Tensor rows, Tensor places, Tensor y)
    {
        Expect.That(rows.Shape.Rank == 2, "gather", $"rows {rows.Shape} are not [N,C]");
        Expect.That(y.Shape.Rank == 3 && y.Shape[2] == rows.Shape[1] && y.DType == rows.DType, "gather", $"y {y} is not {rows.DType} [B,T,{rows.Shape[1]}]");
        Expect.That(places.Shape == [y.Shape[0], 2] && places.DType == DType.I64, "gather", $"places {places} are not I64 [{y.Shape[0]},2]");
        backend.Gather(rows, places, y);
    }
}

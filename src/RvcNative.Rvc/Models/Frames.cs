using RvcNative.Core;

namespace RvcNative.Rvc.Models;

/// <summary>The same stretch of frames of every item.</summary>
internal static class Frames
{
    /// <param name="x">[B,T,C].</param>
    /// <returns>[B,count,C].</returns>
    internal static Tensor Cut(Tape tape, Tensor x, int first, int count)
    {
        // Written once, outside the program, which a device may record.
        Tensor starts = tape.Backend.NewTensor([x.Shape[0]], DType.I64);
        long[] values = new long[x.Shape[0]];
        Array.Fill(values, first);
        tape.Backend.Write(values, starts);
        return Op.Segments(tape, x, starts, 1, count);
    }

    /// <param name="mask">[B,T].</param>
    /// <returns>[B,count].</returns>
    internal static Tensor CutMask(Tape tape, Tensor mask, int first, int count) =>
        Cut(tape, mask.View([mask.Shape[0], mask.Shape[1], 1]), first, count).View([mask.Shape[0], count]);
}

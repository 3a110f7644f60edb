using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Gather(Tensor rows, Tensor places, Tensor y)
    {
        int width = rows.Shape[1] * WordsOf(rows), count = y.Count * WordsOf(y);
        Launch(Kernels.Gather, Each(count), InWords(rows), places, InWords(y), y.Shape[1], width, count);
    }

    private static int WordsOf(Tensor tensor) => tensor.DType.Bytes() / sizeof(float);

    /// <summary>A tensor of any type as words of four bytes.</summary>
    private static KernelArgument InWords(Tensor tensor) =>
        KernelArgument.Of(KernelArgument.MemoryOf(tensor), tensor.Buffer.OffsetBytes + (tensor.Offset * tensor.DType.Bytes()), sizeof(float));
}

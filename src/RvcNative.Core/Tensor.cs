namespace RvcNative.Core;

/// <summary>What a tensor's elements are.</summary>
public enum DType
{
    /// <summary>32-bit float: all activations, weights and gradients on the CPU.</summary>
    F32,

    /// <summary>64-bit integer: ids, segment starts, step numbers.</summary>
    I64,

    /// <summary>16-bit floats, as a device may store activations of wide layers: the upper half of a 32-bit float, or IEEE's.</summary>
    Bf16,

    F16,
}

/// <summary>Sizes of the types.</summary>
public static class DTypes
{
    /// <summary>Bytes of an element.</summary>
    public static int Bytes(this DType dtype) => dtype switch
    {
        DType.I64 => sizeof(long),
        DType.F32 => sizeof(float),
        _ => sizeof(ushort),
    };
}

/// <summary>A shaped view of a buffer. Activations are [B,T,C], channels last; elements are contiguous.</summary>
public sealed class Tensor
{
    internal Tensor(Buffer buffer, Shape shape, DType dtype, long offset)
    {
        (Buffer, Shape, DType, Offset) = (buffer, shape, dtype, offset);
    }

    public Shape Shape { get; }

    public DType DType { get; }

    /// <summary>Where the elements live; memory is behind it once the program is compiled.</summary>
    public Buffer Buffer { get; }

    /// <summary>First element's place in the buffer, in elements.</summary>
    public long Offset { get; }

    public int Count => Shape.Count;

    /// <summary>Whether a loss is differentiated with respect to this tensor.</summary>
    public bool RequiresGradient { get; internal init; }

    /// <summary>
    /// First batch item that has a gradient. Real and generated audio pass a discriminator as one batch; in the generator's step
    /// only the generated half is differentiated, and its gradient tensors hold those items alone.
    /// </summary>
    public int GradientFrom { get; internal init; }

    /// <summary>The gradient's tensor once an op has written to it, with items GradientFrom… of the shape.</summary>
    internal Tensor? Gradient { get; set; }

    /// <summary>A gradient tensor that exists beforehand (a parameter's); Gradient is set to it at the first write.</summary>
    internal Tensor? GradientHome { get; init; }

    /// <summary>The same elements from batch item <paramref name="item"/> on; no gradient flows through the view.</summary>
    public Tensor From(int item) => item == 0 ? this : Items(item, Shape[0] - item);

    /// <summary>The same elements of batch items item … item + count - 1; no gradient flows through the view.</summary>
    public Tensor Items(int item, int count) =>
        new(Buffer, Shape.WithFirst(count), DType, Offset + ((long)item * (Count / Shape[0])));

    /// <summary>The same elements in another shape of the same count; no gradient flows through the view.</summary>
    public Tensor View(Shape shape) => shape.Count == Count
        ? new Tensor(Buffer, shape, DType, Offset)
        : throw new ArgumentException($"a view {shape} of a tensor {Shape} has another number of elements");

    /// <summary>The same tensor, cut off from the tape: nothing behind it is differentiated.</summary>
    public Tensor Detach() => new(Buffer, Shape, DType, Offset);

    public override string ToString() => $"{DType} {Shape}";
}

/// <summary>Where an op's backward writes d(loss)/d(x), and whether it overwrites (first writer) or adds. Unwanted: do nothing.</summary>
public readonly record struct Gradient(Tensor? Tensor, bool Accumulate)
{
    public bool Wanted => Tensor is not null;
}

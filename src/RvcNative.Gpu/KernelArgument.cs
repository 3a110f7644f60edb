using RvcNative.Core;

namespace RvcNative.Gpu;

/// <summary>What a kernel's argument is.</summary>
public enum ArgumentKind
{
    Memory,
    Int32,
    Float32,
}

/// <summary>One argument of a launch: elements in a device's memory (or none), or a number.</summary>
public readonly struct KernelArgument
{
    private KernelArgument(ArgumentKind kind, DeviceStorage? memory, long offset, int elementBytes, int bits) =>
        (Kind, Memory, Offset, ElementBytes, Bits) = (kind, memory, offset, elementBytes, bits);

    public ArgumentKind Kind { get; }

    /// <summary>Null for a tensor that is not given; the kernel gets a null pointer.</summary>
    public DeviceStorage? Memory { get; }

    /// <summary>First element's place in the memory, in elements.</summary>
    public long Offset { get; }

    public int ElementBytes { get; }

    /// <summary>A number's bits.</summary>
    public int Bits { get; }

    /// <summary>Elements of a storage from a byte on.</summary>
    public static KernelArgument Of(DeviceStorage memory, long offsetBytes, int elementBytes) =>
        new(ArgumentKind.Memory, memory, offsetBytes / elementBytes, elementBytes, 0);

    /// <summary>A tensor from an element on.</summary>
    /// <exception cref="InvalidOperationException">The tensor has no memory of a device.</exception>
    public static KernelArgument Of(Tensor tensor, long firstElement)
    {
        int elementBytes = tensor.DType.Bytes();
        return new(ArgumentKind.Memory, MemoryOf(tensor), (tensor.Buffer.OffsetBytes / elementBytes) + tensor.Offset + firstElement, elementBytes, 0);
    }

    /// <exception cref="InvalidOperationException">The tensor is stored in 16 bits, of which the kernel knows nothing; those that do are given it by <see cref="Of(Tensor, long)"/>.</exception>
    public static implicit operator KernelArgument(Tensor? tensor) => tensor switch
    {
        null => new(ArgumentKind.Memory, null, -1, sizeof(float), 0),
        { DType: DType.Bf16 or DType.F16 } => throw new InvalidOperationException($"tensor {tensor} is given to a kernel that takes f32"),
        _ => Of(tensor, 0),
    };

    public static implicit operator KernelArgument(int value) => new(ArgumentKind.Int32, null, 0, 0, value);

    public static implicit operator KernelArgument(bool value) => new(ArgumentKind.Int32, null, 0, 0, value ? 1 : 0);

    public static implicit operator KernelArgument(float value) => new(ArgumentKind.Float32, null, 0, 0, BitConverter.SingleToInt32Bits(value));

    internal static DeviceStorage MemoryOf(Tensor tensor) => tensor.Buffer.Storage as DeviceStorage
        ?? throw new InvalidOperationException($"tensor {tensor} has no memory of a device: its program is not compiled, or it belongs to another backend");
}

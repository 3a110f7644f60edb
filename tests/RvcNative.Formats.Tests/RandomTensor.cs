using FsCheck;
using FsCheck.Fluent;

namespace RvcNative.Formats.Tests;

/// <summary>FsCheck's source of tensors: any type, up to four dimensions, empty ones among them, any bytes.</summary>
public static class RandomTensor
{
    internal static readonly FileDType[] DTypes = Enum.GetValues<FileDType>();

    public static Arbitrary<FileTensor> Tensors() => Tensors(DTypes).ToArbitrary();

    internal static Gen<FileTensor> Tensors(FileDType[] dtypes) =>
        from dtype in Gen.Elements(dtypes)
        from rank in Gen.Choose(0, 4)
        from shape in Gen.Choose(0, 5).ArrayOf(rank)
        from data in Gen.Choose(0, 255).Select(value => (byte)(dtype == FileDType.Bool ? value & 1 : value))
            .ArrayOf((int)FileTensor.CountElements(shape) * dtype.ByteCount())
        select new FileTensor(dtype, shape, data);
}

namespace RvcNative.Formats.Tests;

public class FileTensorTests
{
    [Theory]
    [InlineData(1f, 0x3C00)]
    [InlineData(-2f, 0xC000)]
    [InlineData(65504f, 0x7BFF)]
    [InlineData(65519f, 0x7BFF)]
    [InlineData(65520f, 0x7C00)]
    [InlineData(-1e9f, 0xFC00)]
    [InlineData(2049f, 0x6800)]
    [InlineData(2051f, 0x6802)]
    [InlineData(5.9604645e-8f, 0x0001)]
    [InlineData(2.9802322e-8f, 0x0000)]
    [InlineData(2.9802326e-8f, 0x0001)]
    public void Float16_rounds_to_nearest_even_and_overflows_to_infinity(float value, int bits) =>
        Assert.Equal(bits, BitConverter.ToUInt16(FileTensor.FromFloat16([1], [value]).Data));

    [Theory]
    [InlineData(0x3F808000u, 0x3F80)]
    [InlineData(0x3F818000u, 0x3F82)]
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x7F7FFFFFu, 0x7F80)]
    [InlineData(0x7F800001u, 0x7FC0)]
    [InlineData(0xFF800000u, 0xFF80)]
    public void BFloat16_rounds_to_nearest_even_and_keeps_nan(uint from, int bits) =>
        Assert.Equal(bits, BitConverter.ToUInt16(FileTensor.FromBFloat16([1], [BitConverter.UInt32BitsToSingle(from)]).Data));

    [Fact]
    public void Every_type_converts_to_float_and_double()
    {
        FileTensor[] tensors =
        [
            FileTensor.FromFloat16([2], [1, -2]), FileTensor.FromBFloat16([2], [1, -2]), FileTensor.FromFloat32([2], [1, -2]),
            FileTensor.FromFloat64([2], [1, -2]), FileTensor.FromInt64([2], [1, -2]), FileTensor.FromInt32([2], [1, -2]),
            FileTensor.FromInt16([2], [1, -2]), new(FileDType.Int8, [2], [1, 0xFE]),
        ];
        Assert.All(tensors, tensor => Assert.Equal([1f, -2f], tensor.ToFloat32()));
        Assert.All(tensors, tensor => Assert.Equal([1.0, -2.0], tensor.ToFloat64()));
        Assert.All(tensors.Where(tensor => !tensor.DType.IsFloat()), tensor => Assert.Equal([1L, -2L], tensor.ToInt64()));
        Assert.Equal([0f, 1f, 1f], FileTensor.FromBool([3], [false, true, true]).ToFloat32());
        Assert.Equal([0L, 255L], FileTensor.FromUInt8([2], [0, 255]).ToInt64());
    }

    [Fact]
    public void Floats_are_not_read_as_integers() =>
        Assert.Contains("float32 [1]", Assert.Throws<InvalidOperationException>(() => FileTensor.FromFloat32([1], [1]).ToInt64()).Message);

    [Fact]
    public void Bytes_that_do_not_fit_the_shape_are_refused()
    {
        Assert.Contains("24 bytes, got 20", Assert.Throws<ArgumentException>(() => new FileTensor(FileDType.Float32, [2, 3], new byte[20])).Message);
        Assert.Throws<ArgumentException>(() => FileTensor.CountElements([-1]));
        Assert.Throws<ArgumentException>(() => FileTensor.CountElements([int.MaxValue, int.MaxValue, int.MaxValue]));
        Assert.Equal(1, FileTensor.CountElements([]));
    }
}

using System.Buffers.Binary;
using System.Text;

namespace RvcNative.Formats.Pth;

/// <summary>A numpy.dtype; its state says the byte order.</summary>
internal sealed class NumpyDType(string code) : PickleOpaque("numpy.dtype")
{
    internal string Code => code;

    internal bool BigEndian { get; set; }
}

/// <summary>Plain values that older protocols describe by a call.</summary>
internal static class PickleScalars
{
    /// <summary>_codecs.encode(text, 'latin1'): how protocol 2 stores bytes.</summary>
    internal static PickleBytes Encode(PickleScanner scanner, IReadOnlyList<PickleValue> arguments)
    {
        if (arguments is not [PickleString text, PickleString { Value: "latin1" or "latin-1" }] || text.Value.Any(letter => letter > 0xFF))
        {
            throw scanner.Fault("bytes are given as something other than latin1");
        }

        return new PickleBytes(Encoding.Latin1.GetBytes(text.Value));
    }

    internal static PickleBytes Bytes(PickleScanner scanner, IReadOnlyList<PickleValue> arguments) => arguments switch
    {
        [] => new PickleBytes([]),
        [PickleBytes bytes] => bytes,
        [PickleString, PickleString] => Encode(scanner, arguments),
        [PickleList list] when list.Items.All(item => item is PickleInt { Value: var value } && value >= 0 && value <= 255) =>
            new PickleBytes([.. list.Items.Cast<PickleInt>().Select(item => (byte)item.Value)]),
        _ => throw scanner.Fault("bytes are made of something other than bytes"),
    };

    /// <summary>numpy.core.multiarray.scalar(dtype, bytes) as the plain number it is; other scalars are opaque.</summary>
    internal static PickleValue Numpy(PickleScanner scanner, IReadOnlyList<PickleValue> arguments)
    {
        if (arguments is not [NumpyDType dtype, PickleBytes { Value: byte[] raw }])
        {
            throw scanner.Fault("a numpy scalar is made of something other than dtype and bytes");
        }

        byte[] bytes = [.. raw];
        if (dtype.BigEndian) bytes.AsSpan().Reverse();
        return (dtype.Code, bytes.Length) switch
        {
            ("f8", 8) => new PickleFloat(BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
            ("f4", 4) => new PickleFloat(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
            ("f2", 2) => new PickleFloat((double)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
            ("b1", 1) => new PickleBool(bytes[0] != 0),
            ("i1" or "i2" or "i4" or "i8", _) when bytes.Length == dtype.Code[1] - '0' => new PickleInt(new(bytes)),
            ("u1" or "u2" or "u4" or "u8", _) when bytes.Length == dtype.Code[1] - '0' => new PickleInt(new(bytes, isUnsigned: true)),
            _ => new PickleOpaque("numpy.scalar"),
        };
    }
}

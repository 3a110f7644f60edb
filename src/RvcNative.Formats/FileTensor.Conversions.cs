using System.Runtime.InteropServices;

namespace RvcNative.Formats;

public sealed partial record FileTensor
{
    public static FileTensor FromFloat32(int[] shape, ReadOnlySpan<float> values) => FromValues(FileDType.Float32, shape, values);

    public static FileTensor FromFloat64(int[] shape, ReadOnlySpan<double> values) => FromValues(FileDType.Float64, shape, values);

    public static FileTensor FromInt64(int[] shape, ReadOnlySpan<long> values) => FromValues(FileDType.Int64, shape, values);

    public static FileTensor FromInt32(int[] shape, ReadOnlySpan<int> values) => FromValues(FileDType.Int32, shape, values);

    public static FileTensor FromInt16(int[] shape, ReadOnlySpan<short> values) => FromValues(FileDType.Int16, shape, values);

    public static FileTensor FromUInt8(int[] shape, ReadOnlySpan<byte> values) => FromValues(FileDType.UInt8, shape, values);

    public static FileTensor FromBool(int[] shape, ReadOnlySpan<bool> values) => FromValues(FileDType.Bool, shape, values);

    /// <summary>Rounds to nearest even; what exceeds 65504 becomes infinite, as torch's .half() does.</summary>
    public static FileTensor FromFloat16(int[] shape, ReadOnlySpan<float> values)
    {
        byte[] data = new byte[2L * values.Length];
        Span<Half> halves = MemoryMarshal.Cast<byte, Half>(data.AsSpan());
        for (int i = 0; i < values.Length; i++) halves[i] = (Half)values[i];
        return new FileTensor(FileDType.Float16, shape, data);
    }

    /// <summary>Keeps the upper 16 bits of each float, rounded to nearest even; NaN stays NaN.</summary>
    public static FileTensor FromBFloat16(int[] shape, ReadOnlySpan<float> values)
    {
        byte[] data = new byte[2L * values.Length];
        Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(data.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(values[i]);
            words[i] = float.IsNaN(values[i]) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }

        return new FileTensor(FileDType.BFloat16, shape, data);
    }

    /// <summary>All elements as float; wider types are rounded, true is 1.</summary>
    public float[] ToFloat32()
    {
        if (DType == FileDType.Float32) return Values<float>().ToArray();
        float[] result = new float[Count];
        switch (DType)
        {
            case FileDType.Float16: Convert<Half>(result, value => (float)value); break;
            case FileDType.BFloat16: Convert<ushort>(result, value => BitConverter.UInt32BitsToSingle((uint)value << 16)); break;
            case FileDType.Float64: Convert<double>(result, value => (float)value); break;
            default: Widen(ToInt64(), result, value => value); break;
        }

        return result;
    }

    /// <summary>All elements as double, exact for all types but int64 beyond 2^53.</summary>
    public double[] ToFloat64()
    {
        if (DType == FileDType.Float64) return Values<double>().ToArray();
        double[] result = new double[Count];
        if (DType.IsFloat()) Widen(ToFloat32(), result, value => value);
        else Widen(ToInt64(), result, value => value);
        return result;
    }

    /// <summary>All elements of an integer or bool tensor; true is 1.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds floating-point numbers.</exception>
    public long[] ToInt64()
    {
        if (DType == FileDType.Int64) return Values<long>().ToArray();
        long[] result = new long[Count];
        switch (DType)
        {
            case FileDType.Int32: Convert<int, long>(result, value => value); break;
            case FileDType.Int16: Convert<short, long>(result, value => value); break;
            case FileDType.Int8: Convert<sbyte, long>(result, value => value); break;
            case FileDType.UInt8: Convert<byte, long>(result, value => value); break;
            case FileDType.Bool: Convert<byte, long>(result, value => value == 0 ? 0 : 1); break;
            default: throw new InvalidOperationException($"A {this} tensor holds no integers; read it as float.");
        }

        return result;
    }

    private static FileTensor FromValues<T>(FileDType dtype, int[] shape, ReadOnlySpan<T> values) where T : unmanaged =>
        new(dtype, shape, MemoryMarshal.AsBytes(values).ToArray());

    private ReadOnlySpan<T> Values<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Data);

    private void Convert<TFrom>(float[] result, Func<TFrom, float> convert) where TFrom : unmanaged => Convert<TFrom, float>(result, convert);

    private void Convert<TFrom, TTo>(TTo[] result, Func<TFrom, TTo> convert) where TFrom : unmanaged => Widen(Values<TFrom>(), result, convert);

    private static void Widen<TFrom, TTo>(ReadOnlySpan<TFrom> from, TTo[] to, Func<TFrom, TTo> convert)
    {
        for (int i = 0; i < to.Length; i++) to[i] = convert(from[i]);
    }
}

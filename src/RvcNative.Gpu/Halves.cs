using RvcNative.Core;

namespace RvcNative.Gpu;

/// <summary>16-bit floats on the host, rounded to the nearest as the kernels round them.</summary>
internal static class Halves
{
    internal static ushort[] Of(ReadOnlySpan<float> values, DType dtype)
    {
        ushort[] words = new ushort[values.Length];
        for (int i = 0; i < words.Length; i++) words[i] = dtype == DType.Bf16 ? Bf16(values[i]) : BitConverter.HalfToUInt16Bits((Half)values[i]);
        return words;
    }

    internal static void Expand(ReadOnlySpan<ushort> words, DType dtype, Span<float> values)
    {
        for (int i = 0; i < words.Length; i++) values[i] = dtype == DType.Bf16 ? BitConverter.UInt32BitsToSingle((uint)words[i] << 16) : (float)BitConverter.UInt16BitsToHalf(words[i]);
    }

    private static ushort Bf16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((float.IsNaN(value) ? bits | 0x400000 : bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}

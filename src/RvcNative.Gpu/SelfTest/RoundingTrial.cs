using RvcNative.Core;

namespace RvcNative.Gpu.SelfTest;

/// <summary>What a device makes of single numbers when it rounds them, bit by bit: a convolution with ones on its diagonal gives its input, rounded.</summary>
public static class RoundingTrial
{
    private const int Channels = 32, Frames = 400;

    public static TrialResult Run(KernelBackend device)
    {
        using TrialRun run = new(device, seed: 3);
        float[] values = new float[Frames * Channels], ones = new float[Channels * Channels];
        Random random = new(4);
        for (int i = 0; i < values.Length; i++) values[i] = Number(random, i);
        for (int i = 0; i < Channels; i++) ones[i * (Channels + 1)] = 1;
        Tensor y = run.Output([1, Frames, Channels]);
        device.Conv(run.Values([1, Frames, Channels], values), run.Values([1, Channels, Channels], ones), null, new ConvGeometry(1), ConvEpilogue.Plain, y);
        float[] found = device.ToArray(y);
        for (int i = 0; i < values.Length; i++)
        {
            float wanted = Rounded(values[i], device.Precision);
            if (found[i] != wanted) return new("rounding", $"{device.Precision}", Math.Abs(found[i] - wanted), $"{values[i]:r} becomes {found[i]:r}, not {wanted:r}");
        }

        return new("rounding", $"{values.Length} numbers", 0, null);
    }

    // Of many sizes, and some that lie half way between two that a precision has.
    private static float Number(Random random, int i)
    {
        float size = MathF.ScaleB(1, random.Next(-12, 13)), value = size * (1 + random.NextSingle());
        int bits = BitConverter.SingleToInt32Bits(value);
        if (i % 3 == 1) bits = (bits & ~0xffff) | 0x8000;
        if (i % 3 == 2) bits = (bits & ~0x1fff) | 0x1000;
        return BitConverter.Int32BitsToSingle(i % 2 == 0 ? bits : bits ^ int.MinValue);
    }

    private static float Rounded(float value, Precision precision)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return precision switch
        {
            Precision.Tf32 => BitConverter.UInt32BitsToSingle((bits + 0x1000) & 0xffffe000),
            Precision.Bf16 => BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000),
            Precision.Fp16 => (float)(Half)value,
            _ => value,
        };
    }
}

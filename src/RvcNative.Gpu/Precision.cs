namespace RvcNative.Gpu;

/// <summary>
/// What the operands of convolutions are rounded to where a group has a multiple of 32 channels in and out, and what activations of wide layers are stored as where that is
/// shorter; sums, all other tensors, small convolutions, losses, the optimiser and its weights are f32 in all of them.
/// </summary>
public enum Precision
{
    F32,

    /// <summary>8 bits of exponent, 10 behind the point.</summary>
    Tf32,

    /// <summary>8 bits of exponent, 7 behind the point.</summary>
    Bf16,

    /// <summary>5 bits of exponent, 10 behind the point; losses are scaled, so that small gradients do not vanish.</summary>
    Fp16,
}

public static class Precisions
{
    /// <summary>Largest relative error of a number that is rounded to the nearest: half of a unit in its last place.</summary>
    public static double Rounding(this Precision precision) => precision switch
    {
        Precision.Tf32 or Precision.Fp16 => 1.0 / (1 << 11),
        Precision.Bf16 => 1.0 / (1 << 8),
        _ => 0,
    };
}

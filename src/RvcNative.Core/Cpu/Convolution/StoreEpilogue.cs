using System.Numerics;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>y = mask * (activation(sum + bias) + residual) by pointers; null is left out.</summary>
internal readonly unsafe struct StoreEpilogue
{
    internal float* Bias { get; private init; }

    internal float* Residual { get; private init; }

    internal float* Mask { get; private init; }

    internal Activation Activation { get; private init; }

    internal float Slope { get; private init; }

    /// <inheritdoc cref="ConvEpilogue.ShortSums"/>
    internal bool ShortSums { get; private init; }

    internal bool IsNothing => Bias == null && Residual == null && Mask == null && Activation == Activation.None;

    internal static StoreEpilogue Of(Tensor? bias, ConvEpilogue epilogue) => new()
    {
        Bias = bias is null ? null : CpuBackend.Pointer(bias),
        Residual = epilogue.Residual is null ? null : CpuBackend.Pointer(epilogue.Residual),
        Mask = epilogue.Mask is null ? null : CpuBackend.Pointer(epilogue.Mask),
        Activation = epilogue.Activation,
        Slope = epilogue.Slope,
        ShortSums = epilogue.ShortSums,
    };

    /// <summary>Finishes the sums of channels first … first + count - 1 of one frame, in place.</summary>
    /// <param name="y">The frame's channel <paramref name="first"/>.</param>
    /// <param name="frame">The frame's number over the whole batch.</param>
    internal void Apply(float* y, long frame, int channels, int first, int count)
    {
        float* bias = Bias == null ? null : Bias + first, residual = Residual == null ? null : Residual + (frame * channels) + first;
        float mask = Mask == null ? 1 : Mask[frame];
        int c = 0;
        if (Activation != Activation.Tanh)
        {
            for (; c <= count - Vector<float>.Count; c += Vector<float>.Count)
            {
                Vector<float> v = Vector.Load(y + c);
                if (bias != null) v += Vector.Load(bias + c);
                if (Activation == Activation.LeakyRelu) v = Vector.ConditionalSelect(Vector.GreaterThan(v, Vector<float>.Zero), v, v * Slope);
                else if (Activation >= Activation.Gelu) v = ForwardOnly(v);
                if (residual != null) v += Vector.Load(residual + c);
                Vector.Store(v * mask, y + c);
            }
        }

        for (; c < count; c++)
        {
            float v = y[c];
            if (bias != null) v += bias[c];
            if (Activation == Activation.LeakyRelu) v = v > 0 ? v : Slope * v;
            else if (Activation == Activation.Tanh) v = MathF.Tanh(v);
            else if (Activation >= Activation.Gelu) v = ForwardOnly(new Vector<float>(v))[0];
            if (residual != null) v += residual[c];
            y[c] = v * mask;
        }
    }
    private Vector<float> ForwardOnly(Vector<float> v) => Activation switch
    {
        Activation.Gelu => Simd.Gelu(v),
        Activation.Silu => Simd.Silu(v),
        _ => Simd.Sigmoid(v),
    };
}

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// A convolution's one axis seen from one side. It ties coarse places c to fine places f = c*stride + k*dilation - padLeft. Coarse results
/// gather fine places (forward; data gradient of a transposed one); fine results gather coarse places (data gradient; forward of a transposed
/// one), and there only the taps of one residue modulo the stride meet a place.
/// </summary>
internal readonly struct AxisMap
{
    private readonly int _stride, _dilation, _padLeft;
    private readonly bool _toFine;

    /// <param name="inLength">Places that are read.</param>
    /// <param name="outLength">Places that are written.</param>
    /// <param name="toFine">Whether fine places are written from coarse ones.</param>
    internal AxisMap(in ConvAxis axis, int inLength, int outLength, bool toFine)
    {
        (_stride, _dilation, _padLeft, _toFine) = (axis.Stride, axis.Dilation, axis.PadLeft, toFine);
        (Kernel, In, Out) = (axis.Kernel, inLength, outLength);
    }

    /// <summary>Each place by itself: a kernel of one tap.</summary>
    internal static AxisMap Alone(int length) => new(ConvAxis.None, length, length, false);

    internal int Kernel { get; }

    /// <summary>Whether each place meets itself and no other.</summary>
    internal bool IsAlone => Kernel == 1 && _stride == 1 && _padLeft == 0 && In == Out;

    /// <summary>Places that are read.</summary>
    internal int In { get; }

    /// <summary>Places that are written.</summary>
    internal int Out { get; }

    /// <summary>Sets of places that use the same taps.</summary>
    internal int Phases => _toFine ? Math.Min(_stride, Out) : 1;

    internal AxisPhase Phase(int phase)
    {
        if (!_toFine)
        {
            return new AxisPhase
            {
                OutFirst = 0,
                OutStep = 1,
                Places = Out,
                InStep = _stride,
                TapFirst = 0,
                TapStep = 1,
                Taps = Kernel,
                InFirst = -_padLeft,
                InTapStep = _dilation,
            };
        }

        int common = GreatestCommonDivisor(_stride, _dilation), tapStep = _stride / common, first = 0;
        while (first < tapStep && (phase + _padLeft - (first * _dilation)) % _stride != 0) first++;
        bool met = first < tapStep && first < Kernel;
        return new AxisPhase
        {
            OutFirst = phase,
            OutStep = _stride,
            Places = ((Out - 1 - phase) / _stride) + 1,
            InStep = 1,
            TapFirst = met ? first : 0,
            TapStep = tapStep,
            Taps = met ? ((Kernel - 1 - first) / tapStep) + 1 : 0,
            InFirst = met ? (phase + _padLeft - (first * _dilation)) / _stride : 0,
            InTapStep = -_dilation / common,
        };
    }

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}

/// <summary>
/// Result places OutFirst + j*OutStep, j below Places: the phase's i-th tap is tap TapFirst + i*TapStep of the axis and reads
/// place j*InStep + InFirst + i*InTapStep; places outside of the input count as zero.
/// </summary>
internal readonly record struct AxisPhase
{
    internal int OutFirst { get; init; }

    internal int OutStep { get; init; }

    internal int Places { get; init; }

    internal int InStep { get; init; }

    internal int TapFirst { get; init; }

    internal int TapStep { get; init; }

    internal int Taps { get; init; }

    internal int InFirst { get; init; }

    internal int InTapStep { get; init; }
}

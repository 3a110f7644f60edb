namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// A convolution seen from one side. It ties coarse rows c to fine rows f = c*stride + k*dilation - padLeft, rows being counted down the
/// columns of the period's picture. Coarse results gather fine rows (forward; data gradient of a transposed one); fine results
/// gather coarse rows (data gradient; forward of a transposed one), and there only the taps of one residue modulo the stride meet a row.
/// </summary>
internal readonly struct TapMap
{
    private readonly int _stride, _dilation, _padLeft;
    private readonly bool _toFine;

    /// <param name="inFrames">Frames of one item of what is read.</param>
    /// <param name="outFrames">Frames of one item of what is written.</param>
    /// <param name="toFine">Whether fine rows are written from coarse ones.</param>
    internal TapMap(in ConvGeometry geometry, int batch, int inFrames, int outFrames, bool toFine)
    {
        (_stride, _dilation, _padLeft, _toFine) = (geometry.Stride, geometry.Dilation, geometry.PadLeft, toFine);
        (Batch, Period, Kernel) = (batch, geometry.Period, geometry.Kernel);
        (InRows, OutRows) = (inFrames / Period, outFrames / Period);
    }

    /// <summary>Each frame by itself: a kernel of one tap.</summary>
    internal static TapMap Frames(int frames) => new(new ConvGeometry(1), 1, frames, frames, false);

    internal int Batch { get; }

    internal int Period { get; }

    internal int Kernel { get; }

    internal int InRows { get; }

    internal int OutRows { get; }

    /// <summary>Frames that are read, over the whole batch.</summary>
    internal int InFrames => Batch * InRows * Period;

    internal int OutFrames => Batch * OutRows * Period;

    /// <summary>Sets of rows that use the same taps.</summary>
    internal int Phases => _toFine ? Math.Min(_stride, OutRows) : 1;

    internal TapPhase Phase(int phase)
    {
        if (!_toFine)
        {
            return new TapPhase
            {
                OutFirst = 0,
                OutStep = 1,
                Rows = OutRows,
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
        return new TapPhase
        {
            OutFirst = phase,
            OutStep = _stride,
            Rows = ((OutRows - 1 - phase) / _stride) + 1,
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
/// Result rows OutFirst + j*OutStep, j below Rows, of a picture: the phase's i-th tap is tap TapFirst + i*TapStep of the kernel and reads
/// row j*InStep + InFirst + i*InTapStep; rows outside of the input count as zero.
/// </summary>
internal readonly record struct TapPhase
{
    internal int OutFirst { get; init; }

    internal int OutStep { get; init; }

    internal int Rows { get; init; }

    internal int InStep { get; init; }

    internal int TapFirst { get; init; }

    internal int TapStep { get; init; }

    internal int Taps { get; init; }

    internal int InFirst { get; init; }

    internal int InTapStep { get; init; }
}

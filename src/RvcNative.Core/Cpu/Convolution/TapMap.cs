namespace RvcNative.Core.Cpu.Convolution;

/// <summary>A convolution of pictures seen from one side: which frames of what is read meet which of what is written, down and across.</summary>
/// <param name="Batch">Pictures.</param>
internal readonly record struct TapMap(int Batch, AxisMap Down, AxisMap Across)
{
    /// <summary>The forward pass, of x to y.</summary>
    /// <param name="frames">Frames of an item of x.</param>
    /// <param name="outFrames">Frames of an item of y.</param>
    internal static TapMap Forward(in ConvGeometry geometry, int batch, int frames, int outFrames)
    {
        (int columns, int outColumns) = (geometry.Columns, geometry.OutputColumns);
        return new TapMap(batch, new AxisMap(geometry.Down, frames / columns, outFrames / outColumns, geometry.Transposed),
            new AxisMap(geometry.Across, columns, outColumns, geometry.Transposed));
    }

    /// <summary>The data gradient, of dy to dx.</summary>
    internal static TapMap Backward(in ConvGeometry geometry, int batch, int frames, int outFrames)
    {
        (int columns, int outColumns) = (geometry.Columns, geometry.OutputColumns);
        return new TapMap(batch, new AxisMap(geometry.Down, outFrames / outColumns, frames / columns, !geometry.Transposed),
            new AxisMap(geometry.Across, outColumns, columns, !geometry.Transposed));
    }

    /// <summary>Each frame by itself: a kernel of one tap.</summary>
    internal static TapMap Frames(int frames) => new(1, AxisMap.Alone(frames), AxisMap.Alone(1));

    internal int Kernel => Down.Kernel * Across.Kernel;

    /// <summary>Frames that are read, over the whole batch.</summary>
    internal int InFrames => Batch * Down.In * Across.In;

    internal int OutFrames => Batch * Down.Out * Across.Out;

    /// <summary>Sets of frames that use the same taps.</summary>
    internal int Phases => Down.Phases * Across.Phases;

    internal TapPhase Phase(int phase)
    {
        (int down, int across) = Math.DivRem(phase, Across.Phases);
        return new TapPhase(Down.Phase(down), Across.Phase(across), Across.Kernel);
    }
}

/// <summary>Result frames that use the same taps; tap i of the phase is the (i / across)-th down and the (i % across)-th across.</summary>
internal readonly record struct TapPhase(AxisPhase Down, AxisPhase Across, int AcrossKernel)
{
    internal int Taps => Down.Taps * Across.Taps;

    /// <summary>Frames of one item that are written.</summary>
    internal int Frames => Down.Places * Across.Places;

    /// <summary>The phase's tap's place in the weight.</summary>
    internal int WeightTap(int tap)
    {
        (int down, int across) = Math.DivRem(tap, Across.Taps);
        return ((Down.TapFirst + (down * Down.TapStep)) * AcrossKernel) + Across.TapFirst + (across * Across.TapStep);
    }
}

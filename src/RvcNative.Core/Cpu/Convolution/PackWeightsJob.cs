namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// All weights of a sum as <see cref="RowSumBlock{TKernel}"/> reads them: for each panel and phase the stretches in their order, each [tap][channel][column].
/// A part is a panel's one phase.
/// </summary>
internal unsafe struct PackWeightsJob<TKernel> : IJob where TKernel : ITileKernel
{
    private readonly WeightPanels<TKernel> _panels;
    private readonly TapMap _map;
    private readonly int _inWidth, _mostDepth;
    private readonly float* _to;

    internal PackWeightsJob(in TapSum sum, in WeightPanels<TKernel> panels, int mostDepth, float* to)
    {
        (_panels, _map, _inWidth, _mostDepth) = (panels, sum.Map, sum.InChannels / sum.Groups, mostDepth);
        _to = to;
        PanelFloats = PanelFloatsOf(sum);
    }

    /// <summary>Floats of a panel with all its phases.</summary>
    internal long PanelFloats { get; }

    internal readonly int Parts => _panels.Count * _map.Phases;

    internal static long PanelFloatsOf(in TapSum sum)
    {
        long taps = 0;
        for (int phase = 0; phase < sum.Map.Phases; phase++) taps += sum.Map.Phase(phase).Taps;
        return taps * (sum.InChannels / sum.Groups) * TKernel.Columns;
    }

    public readonly void Run(int part)
    {
        (int panel, int number) = Math.DivRem(part, _map.Phases);
        float* to = _to + (panel * PanelFloats);
        for (int before = 0; before < number; before++) to += (long)_map.Phase(before).Taps * _inWidth * TKernel.Columns;
        TapPhase phase = _map.Phase(number);
        int stretches = Stretch.Count(phase.Taps, _inWidth, _mostDepth);
        for (int i = 0; i < stretches; i++)
        {
            Stretch stretch = Stretch.At(i, phase.Taps, _inWidth, _mostDepth);
            for (int tap = stretch.Tap; tap < stretch.Tap + stretch.Taps; tap++, to += stretch.Channels * TKernel.Columns)
            {
                _panels.Pack(panel, phase.WeightTap(tap), stretch.Channel, stretch.Channels, to);
            }
        }
    }
}

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// What a convolution of one input channel reads along one axis, laid out with the taps as channels: taps [outer,out,inner,K], zeros outside. Times
/// the weights as a [K,Cout] matrix that is the convolution; tap by tap each product would be one channel long.
/// </summary>
internal unsafe struct TapsAsChannelsJob : IJob
{
    internal AxisMap Axis;

    /// <summary>Values of one place of the axis, and how often the axis occurs: x is [outer,in,inner].</summary>
    internal int Inner, Outer;
    internal float* X, Taps;

    internal readonly int Parts => Outer * Axis.Phases;

    internal readonly long Count => (long)Outer * Axis.Out * Inner * Axis.Kernel;

    public readonly void Run(int part)
    {
        (int outer, int number) = Math.DivRem(part, Axis.Phases);
        AxisPhase phase = Axis.Phase(number);
        float* x = X + ((long)outer * Axis.In * Inner);
        for (int j = 0; j < phase.Places; j++)
        {
            float* to = Taps + ((((long)outer * Axis.Out) + phase.OutFirst + ((long)j * phase.OutStep)) * Inner * Axis.Kernel);
            if (phase.Taps < Axis.Kernel) new Span<float>(to, Inner * Axis.Kernel).Clear();
            to += phase.TapFirst;
            for (int value = 0; value < Inner; value++, to += Axis.Kernel)
            {
                int place = (j * phase.InStep) + phase.InFirst;
                for (int tap = 0; tap < phase.Taps; tap++, place += phase.InTapStep)
                {
                    to[tap * phase.TapStep] = (uint)place < (uint)Axis.In ? x[(place * Inner) + value] : 0;
                }
            }
        }
    }
}

/// <summary>
/// A convolution to one output channel from the products of each input frame with all taps, products [frames,K]: y = or += the sum of each
/// frame's products over its taps, and then the epilogue.
/// </summary>
internal unsafe struct SumOfTapsJob : IJob
{
    private readonly TapSum _sum;
    private readonly int _firstItem, _items;

    /// <param name="products">Of items firstItem … firstItem + items - 1.</param>
    internal SumOfTapsJob(in TapSum sum, float* products, int firstItem, int items)
    {
        (_sum, _firstItem, _items) = (sum, firstItem, items);
        Products = products;
    }

    internal float* Products { get; }

    internal readonly int Parts => _items * _sum.Map.Phases;

    public readonly void Run(int part)
    {
        TapMap map = _sum.Map;
        (int item, int number) = Math.DivRem(part, map.Phases);
        TapPhase phase = map.Phase(number);
        (AxisPhase down, AxisPhase across) = (phase.Down, phase.Across);
        float* products = Products + ((long)item * map.Down.In * map.Across.In * map.Kernel);
        for (int j = 0; j < down.Places; j++)
        {
            long row = ((long)(_firstItem + item) * map.Down.Out) + down.OutFirst + ((long)j * down.OutStep);
            for (int i = 0; i < across.Places; i++)
            {
                long frame = (row * map.Across.Out) + across.OutFirst + ((long)i * across.OutStep);
                float sum = 0;
                int inRow = (j * down.InStep) + down.InFirst, inColumn = (i * across.InStep) + across.InFirst;
                for (int tap = 0; tap < down.Taps; tap++, inRow += down.InTapStep)
                {
                    if ((uint)inRow >= (uint)map.Down.In) continue;
                    float* line = products + ((long)inRow * map.Across.In * map.Kernel) + ((down.TapFirst + (tap * down.TapStep)) * map.Across.Kernel);
                    for (int place = 0, column = inColumn; place < across.Taps; place++, column += across.InTapStep)
                    {
                        if ((uint)column < (uint)map.Across.In) sum += line[(column * map.Kernel) + across.TapFirst + (place * across.TapStep)];
                    }
                }

                float* y = _sum.Y + frame;
                *y = _sum.Accumulate ? *y + sum : sum;
                if (!_sum.Epilogue.IsNothing) _sum.Epilogue.Apply(y, frame, 1, 0, 1);
            }
        }
    }
}

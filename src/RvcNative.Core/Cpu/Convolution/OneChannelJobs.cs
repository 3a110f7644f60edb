namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// What a convolution of one input channel reads, laid out with the taps as channels: taps [frames,K], zeros outside. Times the weights
/// as a [K,Cout] matrix that is the convolution; tap by tap each product would be one channel long.
/// </summary>
internal unsafe struct TapsAsChannelsJob : IJob
{
    internal TapMap Map;
    internal float* X, Taps;

    internal readonly int Parts => Map.Batch * Map.Phases;

    public readonly void Run(int part)
    {
        (int item, int number) = Math.DivRem(part, Map.Phases);
        TapPhase phase = Map.Phase(number);
        float* x = X + ((long)item * Map.InRows * Map.Period);
        for (int j = 0; j < phase.Rows; j++)
        {
            float* to = Taps + ((((long)item * Map.OutRows) + phase.OutFirst + ((long)j * phase.OutStep)) * Map.Period * Map.Kernel);
            if (phase.Taps < Map.Kernel) new Span<float>(to, Map.Period * Map.Kernel).Clear();
            to += phase.TapFirst;
            for (int column = 0; column < Map.Period; column++, to += Map.Kernel)
            {
                int row = (j * phase.InStep) + phase.InFirst;
                for (int tap = 0; tap < phase.Taps; tap++, row += phase.InTapStep)
                {
                    to[tap * phase.TapStep] = (uint)row < (uint)Map.InRows ? x[(row * Map.Period) + column] : 0;
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

    internal SumOfTapsJob(in TapSum sum, float* products)
    {
        _sum = sum;
        Products = products;
    }

    internal float* Products { get; }

    internal readonly int Parts => _sum.Map.Batch * _sum.Map.Phases;

    public readonly void Run(int part)
    {
        TapMap map = _sum.Map;
        (int item, int number) = Math.DivRem(part, map.Phases);
        TapPhase phase = map.Phase(number);
        float* products = Products + ((long)item * map.InRows * map.Period * map.Kernel) + phase.TapFirst;
        for (int j = 0; j < phase.Rows; j++)
        {
            long frame = (((long)item * map.OutRows) + phase.OutFirst + ((long)j * phase.OutStep)) * map.Period;
            for (int column = 0; column < map.Period; column++, frame++)
            {
                float sum = 0;
                int row = (j * phase.InStep) + phase.InFirst;
                for (int tap = 0; tap < phase.Taps; tap++, row += phase.InTapStep)
                {
                    if ((uint)row < (uint)map.InRows) sum += products[((((long)row * map.Period) + column) * map.Kernel) + (tap * phase.TapStep)];
                }

                float* y = _sum.Y + frame;
                *y = _sum.Accumulate ? *y + sum : sum;
                if (!_sum.Epilogue.IsNothing) _sum.Epilogue.Apply(y, frame, 1, 0, 1);
            }
        }
    }
}

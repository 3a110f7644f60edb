using System.Numerics;
namespace RvcNative.Core.Cpu.Convolution;

internal unsafe struct WeightSumJob : IJob
{
    internal TapMap Map;
    internal float* X, Dy, Dw;
    internal int InChannels, OutChannels, Groups;
    internal bool Transposed, Accumulate;

    public readonly void Run(int part)
    {
        int inWidth = InChannels / Groups, outWidth = OutChannels / Groups, k = part / inWidth, ci = part % inWidth;
        float* dw = Dw + ((long)part * OutChannels);
        if (!Accumulate) new Span<float>(dw, OutChannels).Clear();
        TapPhase phase = Map.Phase(0);
        for (int coarse = 0; coarse < Map.Batch * Map.OutRows; coarse++)
        {
            int item = coarse / Map.OutRows, fine = (coarse % Map.OutRows * phase.InStep) + phase.InFirst + (k * phase.InTapStep);
            if (fine < 0 || fine >= Map.InRows) continue;
            for (int p = 0; p < Map.Period; p++)
            {
                long a = ((long)coarse * Map.Period) + p, b = (((long)item * Map.InRows) + fine) * Map.Period + p;
                float* x = X + ((Transposed ? a : b) * InChannels) + ci, dy = Dy + ((Transposed ? b : a) * OutChannels);
                for (int g = 0; g < Groups; g++) Axpy(x[g * inWidth], dy + (g * outWidth), dw + (g * outWidth), outWidth);
            }
        }
    }

    private static void Axpy(float a, float* x, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) Vector.Store((a * Vector.Load(x + i)) + Vector.Load(y + i), y + i);
        for (; i < count; i++) y[i] += a * x[i];
    }
}

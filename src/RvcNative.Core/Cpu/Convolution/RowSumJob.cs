using System.Numerics;
using System.Runtime.InteropServices;

namespace RvcNative.Core.Cpu.Convolution;

internal unsafe struct RowSumJob : IJob
{
    internal TapMap Map;
    internal float* X, W, Y;
    internal int InChannels, OutChannels, Groups, WeightRow, WeightTap;
    internal bool Flipped, Accumulate;
    internal StoreEpilogue Epilogue;

    internal readonly int Parts => Map.Batch * Map.OutRows;

    public readonly void Run(int part)
    {
        int item = part / Map.OutRows, row = part % Map.OutRows;
        TapPhase phase = Map.Phase(row % Map.Phases);
        int j = (row - phase.OutFirst) / phase.OutStep;
        for (int p = 0; p < Map.Period; p++)
        {
            long frame = (((long)item * Map.OutRows) + row) * Map.Period + p;
            float* y = Y + (frame * OutChannels);
            if (!Accumulate) new Span<float>(y, OutChannels).Clear();
            for (int i = 0; i < phase.Taps; i++)
            {
                int from = (j * phase.InStep) + phase.InFirst + (i * phase.InTapStep);
                if (from < 0 || from >= Map.InRows) continue;
                Tap(X + ((((long)item * Map.InRows) + from) * Map.Period + p) * InChannels, W + ((long)(phase.TapFirst + (i * phase.TapStep)) * WeightTap), y);
            }

            Epilogue.Apply(y, frame, OutChannels, 0, OutChannels);
        }
    }

    private readonly void Tap(float* x, float* w, float* y)
    {
        int inWidth = InChannels / Groups, outWidth = OutChannels / Groups;
        for (int g = 0; g < Groups; g++)
        {
            float* xg = x + (g * inWidth), yg = y + (g * outWidth);
            if (!Flipped)
            {
                for (int ci = 0; ci < inWidth; ci++) Axpy(xg[ci], w + ((long)ci * WeightRow) + (g * outWidth), yg, outWidth);
            }
            else
            {
                for (int ci = 0; ci < outWidth; ci++) yg[ci] += Dot(xg, w + ((long)ci * WeightRow) + (g * inWidth), inWidth);
            }
        }
    }

    internal static void Axpy(float a, float* x, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) (new Vector<float>(a) * Load(x + i) + Load(y + i)).CopyTo(new Span<float>(y + i, Vector<float>.Count));
        for (; i < count; i++) y[i] += a * x[i];
    }

    private static float Dot(float* x, float* y, int count)
    {
        int i = 0;
        Vector<float> sum = default;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) sum += Load(x + i) * Load(y + i);
        float total = Vector.Sum(sum);
        for (; i < count; i++) total += x[i] * y[i];
        return total;
    }

    private static Vector<float> Load(float* p) => MemoryMarshal.Read<Vector<float>>(new ReadOnlySpan<byte>(p, sizeof(float) * Vector<float>.Count));
}

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
                for (int g = 0; g < Groups; g++) RowSumJob.Axpy(x[g * inWidth], dy + (g * outWidth), dw + (g * outWidth), outWidth);
            }
        }
    }
}

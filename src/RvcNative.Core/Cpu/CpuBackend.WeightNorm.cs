using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void WeightNorm(Tensor v, Tensor g, bool perInput, Tensor w, Tensor norm)
    {
        int scales = norm.Count;
        using NativeScratch scratch = new((long)scales * (sizeof(double) + sizeof(float)));
        double* squares = scratch.As<double>();
        float* factors = (float*)(squares + scales), norms = Pointer(norm), gains = Pointer(g);
        SumOfProducts(Pointer(v), Pointer(v), v.Shape, perInput, squares);
        for (int i = 0; i < scales; i++)
        {
            norms[i] = (float)Math.Sqrt(squares[i]);
            factors[i] = gains[i] / norms[i];
        }

        Combine(Pointer(v), factors, null, null, v.Shape, perInput, Pointer(w), false);
    }

    public override void WeightNormBackward(Tensor v, Tensor g, bool perInput, Tensor norm, Tensor dw, Gradient dv, Gradient dg)
    {
        if (!dv.Wanted && !dg.Wanted) return;
        int scales = norm.Count;
        using NativeScratch scratch = new((long)scales * (sizeof(double) + (2 * sizeof(float))));
        double* sums = scratch.As<double>();
        float* ofGradient = (float*)(sums + scales), ofValue = ofGradient + scales, norms = Pointer(norm), gains = Pointer(g);
        SumOfProducts(Pointer(dw), Pointer(v), v.Shape, perInput, sums);
        for (int i = 0; i < scales; i++)
        {
            double factor = (double)gains[i] / norms[i];
            (ofGradient[i], ofValue[i]) = ((float)factor, (float)(-factor * sums[i] / ((double)norms[i] * norms[i])));
        }

        if (dg.Tensor is { } gainGradient)
        {
            float* to = Pointer(gainGradient);
            for (int i = 0; i < scales; i++) to[i] = (float)(sums[i] / norms[i]) + (dg.Accumulate ? to[i] : 0);
        }

        if (dv.Tensor is { } direction) Combine(Pointer(dw), ofGradient, Pointer(v), ofValue, v.Shape, perInput, Pointer(direction), dv.Accumulate);
    }

    /// <summary>sums [O] or [I] = sum over the other axes of [K,I,O] of a * b, in double.</summary>
    private void SumOfProducts(float* a, float* b, Shape shape, bool perInput, double* sums)
    {
        (int taps, int inputs, int outputs) = (shape[0], shape[1], shape[2]);
        if (perInput)
        {
            FixedBlocks items = FixedBlocks.OfRows(inputs, taps * outputs);
            InputProductsJob ofInputs = new() { A = a, B = b, Taps = taps, Inputs = inputs, Outputs = outputs, Blocks = items, Sums = sums };
            _pool.For(items.Count, ref ofInputs);
            return;
        }

        FixedBlocks blocks = FixedBlocks.OfRows(taps * inputs, outputs);
        using NativeScratch scratch = new((long)blocks.Count * outputs * sizeof(double));
        OutputProductsJob job = new() { A = a, B = b, Outputs = outputs, Blocks = blocks, Partial = scratch.As<double>() };
        _pool.For(blocks.Count, ref job);
        new Span<double>(sums, outputs).Clear();
        for (int block = 0; block < blocks.Count; block++)
        {
            double* partial = job.Partial + ((long)block * outputs);
            for (int o = 0; o < outputs; o++) sums[o] += partial[o];
        }
    }

    /// <summary>y = or += a * s + b * t, with factors s and t (b and t may be null) for each output or input of [K,I,O].</summary>
    private void Combine(float* a, float* s, float* b, float* t, Shape shape, bool perInput, float* y, bool add)
    {
        FixedBlocks blocks = FixedBlocks.OfRows(shape[0] * shape[1], shape[2]);
        CombineJob job = new()
        {
            A = a,
            S = s,
            B = b,
            T = t,
            Y = y,
            Inputs = shape[1],
            Outputs = shape[2],
            PerInput = perInput,
            Add = add,
            Blocks = blocks,
        };
        _pool.For(blocks.Count, ref job);
    }

    private struct OutputProductsJob : IJob
    {
        internal float* A, B;
        internal int Outputs;
        internal FixedBlocks Blocks;
        internal double* Partial;

        public readonly void Run(int part)
        {
            double* sums = Partial + ((long)part * Outputs);
            new Span<double>(sums, Outputs).Clear();
            for (int row = Blocks.Start(part); row < Blocks.End(part); row++)
            {
                float* a = A + ((long)row * Outputs), b = B + ((long)row * Outputs);
                int o = 0, half = Vector<double>.Count;
                for (; o <= Outputs - Vector<float>.Count; o += Vector<float>.Count)
                {
                    Vector.Widen(Vector.Load(a + o), out Vector<double> a0, out Vector<double> a1);
                    Vector.Widen(Vector.Load(b + o), out Vector<double> b0, out Vector<double> b1);
                    (Vector.Load(sums + o) + (a0 * b0)).Store(sums + o);
                    (Vector.Load(sums + o + half) + (a1 * b1)).Store(sums + o + half);
                }

                for (; o < Outputs; o++) sums[o] += (double)a[o] * b[o];
            }
        }
    }

    private struct InputProductsJob : IJob
    {
        internal float* A, B;
        internal int Taps, Inputs, Outputs;
        internal FixedBlocks Blocks;
        internal double* Sums;

        public readonly void Run(int part)
        {
            for (int input = Blocks.Start(part); input < Blocks.End(part); input++)
            {
                double sum = 0;
                for (int tap = 0; tap < Taps; tap++)
                {
                    long row = ((long)tap * Inputs) + input;
                    sum += Product(A + (row * Outputs), B + (row * Outputs));
                }

                Sums[input] = sum;
            }
        }

        private readonly double Product(float* a, float* b)
        {
            Vector<double> low = default, high = default;
            int o = 0;
            for (; o <= Outputs - Vector<float>.Count; o += Vector<float>.Count)
            {
                Vector.Widen(Vector.Load(a + o), out Vector<double> a0, out Vector<double> a1);
                Vector.Widen(Vector.Load(b + o), out Vector<double> b0, out Vector<double> b1);
                low += a0 * b0;
                high += a1 * b1;
            }

            double sum = Vector.Sum(low + high);
            for (; o < Outputs; o++) sum += (double)a[o] * b[o];
            return sum;
        }
    }

    private struct CombineJob : IJob
    {
        internal float* A, S, B, T, Y;
        internal int Inputs, Outputs;
        internal bool PerInput, Add;
        internal FixedBlocks Blocks;

        public readonly void Run(int part)
        {
            for (int row = Blocks.Start(part); row < Blocks.End(part); row++)
            {
                float* a = A + ((long)row * Outputs), b = B + ((long)row * Outputs), y = Y + ((long)row * Outputs);
                int input = row % Inputs, o = 0;
                for (; o <= Outputs - Vector<float>.Count; o += Vector<float>.Count)
                {
                    Vector<float> value = Vector.Load(a + o) * (PerInput ? Vector.Create(S[input]) : Vector.Load(S + o));
                    if (B != null) value += Vector.Load(b + o) * (PerInput ? Vector.Create(T[input]) : Vector.Load(T + o));
                    (Add ? Vector.Load(y + o) + value : value).Store(y + o);
                }

                for (; o < Outputs; o++)
                {
                    int scale = PerInput ? input : o;
                    float value = a[o] * S[scale];
                    if (B != null) value += b[o] * T[scale];
                    y[o] = Add ? y[o] + value : value;
                }
            }
        }
    }
}

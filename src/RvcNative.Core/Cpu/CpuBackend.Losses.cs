using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void SquaredError(Tensor x, float target, Tensor loss) =>
        *Pointer(loss) = (float)(SumOf<SquareOfDifference>(Pointer(x), null, target, x.Count) / x.Count);

    public override void SquaredErrorBackward(Tensor x, float target, float weight, Gradient dx) =>
        DifferenceBackward<SquareOfDifference>(x, null, target, (float)(weight / (double)x.Count), dx);

    public override void AbsoluteError(Tensor x, Tensor target, Tensor loss) =>
        *Pointer(loss) = (float)(SumOf<AbsoluteDifference>(Pointer(x), Pointer(target), 0, x.Count) / x.Count);

    public override void AbsoluteErrorBackward(Tensor x, Tensor target, float weight, Gradient dx) =>
        DifferenceBackward<AbsoluteDifference>(x, Pointer(target), 0, (float)(weight / (double)x.Count), dx);

    public override void KlDivergence(Tensor z, Tensor q, Tensor p, Tensor mask, Tensor loss)
    {
        FixedBlocks blocks = FixedBlocks.OfRows(mask.Count, z.Shape[2]);
        double* sums = stackalloc double[FixedBlocks.Most];
        KlJob job = new() { Z = Pointer(z), Q = Pointer(q), P = Pointer(p), Mask = Pointer(mask), Channels = z.Shape[2], Blocks = blocks, Sums = sums };
        _pool.For(blocks.Count, ref job);
        *Pointer(loss) = (float)(InOrder(sums, blocks.Count) / SumOfMask(mask));
    }

    public override void KlDivergenceBackward(Tensor z, Tensor q, Tensor p, Tensor mask, float weight, Gradient dz, Gradient dq, Gradient dp)
    {
        FixedBlocks blocks = FixedBlocks.OfRows(mask.Count, z.Shape[2]);
        KlBackwardJob job = new()
        {
            Z = Pointer(z), P = Pointer(p), Mask = Pointer(mask), Channels = z.Shape[2], Blocks = blocks, Scale = weight / SumOfMask(mask),
            Dz = dz.Tensor is { } z1 ? Pointer(z1) : null, AddZ = dz.Accumulate,
            Dq = dq.Tensor is { } q1 ? Pointer(q1) : null, AddQ = dq.Accumulate,
            Dp = dp.Tensor is { } p1 ? Pointer(p1) : null, AddP = dp.Accumulate,
        };
        _pool.For(blocks.Count, ref job);
    }

    /// <summary>Sum over a function of x - target, with an array or (if null) a constant as target; in double.</summary>
    private double SumOf<TTerm>(float* x, float* target, float constant, int count) where TTerm : struct, IDifferenceTerm
    {
        FixedBlocks blocks = new(count);
        double* sums = stackalloc double[FixedBlocks.Most];
        DifferenceSumJob<TTerm> job = new() { X = x, Target = target, Constant = constant, Blocks = blocks, Sums = sums };
        _pool.For(blocks.Count, ref job);
        return InOrder(sums, blocks.Count);
    }

    private void DifferenceBackward<TTerm>(Tensor x, float* target, float constant, float scale, Gradient dx) where TTerm : struct, IDifferenceTerm
    {
        if (dx.Tensor is not { } gradient) return;
        FixedBlocks blocks = new(x.Count);
        DifferenceBackwardJob<TTerm> job = new()
        {
            X = Pointer(x), Target = target, Constant = constant, Scale = scale, Dx = Pointer(gradient), Add = dx.Accumulate, Blocks = blocks,
        };
        _pool.For(blocks.Count, ref job);
    }

    private static double InOrder(double* sums, int count)
    {
        double total = 0;
        for (int i = 0; i < count; i++) total += sums[i];
        return total;
    }

    private static double SumOfMask(Tensor mask)
    {
        double total = 0;
        foreach (float value in Span(mask)) total += value;
        return total;
    }

    /// <summary>A loss term of a difference d, and its derivative.</summary>
    private interface IDifferenceTerm
    {
        static abstract double Term(float d);

        static abstract Vector<double> Term(Vector<double> d);

        static abstract float Derivative(float d);

        static abstract Vector<float> Derivative(Vector<float> d);
    }

    private readonly struct SquareOfDifference : IDifferenceTerm
    {
        public static double Term(float d) => (double)d * d;

        public static Vector<double> Term(Vector<double> d) => d * d;

        public static float Derivative(float d) => 2 * d;

        public static Vector<float> Derivative(Vector<float> d) => d + d;
    }

    private readonly struct AbsoluteDifference : IDifferenceTerm
    {
        public static double Term(float d) => Math.Abs(d);

        public static Vector<double> Term(Vector<double> d) => Vector.Abs(d);

        public static float Derivative(float d) => d > 0 ? 1 : d < 0 ? -1 : 0;

        public static Vector<float> Derivative(Vector<float> d) => Vector.ConditionalSelect(
            Vector.GreaterThan(d, Vector<float>.Zero), Vector<float>.One, Vector.ConditionalSelect(Vector.LessThan(d, Vector<float>.Zero), -Vector<float>.One, Vector<float>.Zero));
    }

    private struct DifferenceSumJob<TTerm> : IJob where TTerm : struct, IDifferenceTerm
    {
        internal float* X, Target;
        internal float Constant;
        internal FixedBlocks Blocks;
        internal double* Sums;

        public readonly void Run(int part)
        {
            int i = Blocks.Start(part), end = Blocks.End(part), width = Vector<float>.Count;
            Vector<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (; i <= end - (2 * width); i += 2 * width)
            {
                Vector.Widen(Difference(i), out Vector<double> low, out Vector<double> high);
                sum0 += TTerm.Term(low);
                sum1 += TTerm.Term(high);
                Vector.Widen(Difference(i + width), out low, out high);
                sum2 += TTerm.Term(low);
                sum3 += TTerm.Term(high);
            }

            double sum = Vector.Sum(sum0 + sum1 + (sum2 + sum3));
            for (; i < end; i++) sum += TTerm.Term(X[i] - (Target == null ? Constant : Target[i]));
            Sums[part] = sum;
        }

        private readonly Vector<float> Difference(int i) => Vector.Load(X + i) - (Target == null ? Vector.Create(Constant) : Vector.Load(Target + i));
    }

    private struct DifferenceBackwardJob<TTerm> : IJob where TTerm : struct, IDifferenceTerm
    {
        internal float* X, Target, Dx;
        internal float Constant, Scale;
        internal bool Add;
        internal FixedBlocks Blocks;

        public readonly void Run(int part)
        {
            int i = Blocks.Start(part), end = Blocks.End(part);
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> target = Target == null ? Vector.Create(Constant) : Vector.Load(Target + i);
                Vector<float> gradient = TTerm.Derivative(Vector.Load(X + i) - target) * Scale;
                (Add ? Vector.Load(Dx + i) + gradient : gradient).Store(Dx + i);
            }

            for (; i < end; i++)
            {
                float gradient = TTerm.Derivative(X[i] - (Target == null ? Constant : Target[i])) * Scale;
                Dx[i] = Add ? Dx[i] + gradient : gradient;
            }
        }
    }

    /// <summary>Sums of rows; rows behind an item's end are left out, whatever they hold.</summary>
    private struct KlJob : IJob
    {
        internal float* Z, Q, P, Mask;
        internal int Channels;
        internal FixedBlocks Blocks;
        internal double* Sums;

        public readonly void Run(int part)
        {
            double sum = 0;
            for (int row = Blocks.Start(part); row < Blocks.End(part); row++)
            {
                if (Mask[row] == 0) continue;
                float* z = Z + ((long)row * Channels), logsQ = Q + (((long)row * 2) + 1) * Channels, meanP = P + ((long)row * 2 * Channels), logsP = meanP + Channels;
                double ofRow = 0;
                for (int c = 0; c < Channels; c++)
                {
                    double d = z[c] - meanP[c];
                    ofRow += logsP[c] - (double)logsQ[c] - 0.5 + (0.5 * d * d * Math.Exp(-2.0 * logsP[c]));
                }

                sum += ofRow * Mask[row];
            }

            Sums[part] = sum;
        }
    }

    private struct KlBackwardJob : IJob
    {
        internal float* Z, P, Mask, Dz, Dq, Dp;
        internal bool AddZ, AddQ, AddP;
        internal double Scale;
        internal int Channels;
        internal FixedBlocks Blocks;

        public readonly void Run(int part)
        {
            for (int row = Blocks.Start(part); row < Blocks.End(part); row++)
            {
                float s = (float)(Scale * Mask[row]);
                long at = (long)row * Channels;
                if (Dq != null) Constant(Dq + (2 * at), s);
                if (Dz == null && Dp == null) continue;
                for (int c = 0; c < Channels; c++)
                {
                    float d = 0, de = 0, d2e = 0;
                    if (s != 0)
                    {
                        d = Z[at + c] - P[(2 * at) + c];
                        de = d * MathF.Exp(-2 * P[(2 * at) + Channels + c]);
                        d2e = d * de;
                    }

                    if (Dz != null) Put(Dz + at + c, s * de, AddZ);
                    if (Dp == null) continue;
                    Put(Dp + (2 * at) + c, -s * de, AddP);
                    Put(Dp + (2 * at) + Channels + c, s * (1 - d2e), AddP);
                }
            }
        }

        private readonly void Constant(float* dq, float s)
        {
            for (int c = 0; c < Channels; c++)
            {
                Put(dq + c, 0, AddQ);
                Put(dq + Channels + c, -s, AddQ);
            }
        }

        private static void Put(float* to, float value, bool add) => *to = add ? *to + value : value;
    }
}

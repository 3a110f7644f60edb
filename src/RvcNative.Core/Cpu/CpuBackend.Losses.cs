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
        FixedBlocks blocks = new(gradient.Count);
        int skipped = x.Count - gradient.Count;
        DifferenceBackwardJob<TTerm> job = new()
        {
            X = Pointer(x) + skipped,
            Target = target == null ? null : target + skipped,
            Constant = constant,
            Scale = scale,
            Dx = Pointer(gradient),
            Add = dx.Accumulate,
            Blocks = blocks,
        };
        _pool.For(blocks.Count, ref job);
    }

    private static double InOrder(double* sums, int count)
    {
        double total = 0;
        for (int i = 0; i < count; i++) total += sums[i];
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

        public static Vector<float> Derivative(Vector<float> d)
        {
            Vector<float> ofNegative = Vector.ConditionalSelect(Vector.LessThan(d, Vector<float>.Zero), -Vector<float>.One, Vector<float>.Zero);
            return Vector.ConditionalSelect(Vector.GreaterThan(d, Vector<float>.Zero), Vector<float>.One, ofNegative);
        }
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
}

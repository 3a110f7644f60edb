using System.Numerics;
using System.Runtime.InteropServices;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void AdamW(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor? fault = null)
    {
        if (fault is null || Ids(fault)[0] == 0) AdamW(values, gradients, means, variances, schedule, beta1, beta2, epsilon, values, keepsMoments: true);
    }

    public override void AdamWTrial(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor trial) =>
        AdamW(values, gradients, means, variances, schedule, beta1, beta2, epsilon, trial, keepsMoments: false);

    private void AdamW(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor result,
        bool keepsMoments)
    {
        FixedBlocks blocks = new(values.Count);
        float* factors = Pointer(schedule);
        AdamWJob job = new()
        {
            Value = Pointer(values),
            Result = Pointer(result),
            Gradient = Pointer(gradients),
            Mean = Pointer(means),
            Variance = Pointer(variances),
            Blocks = blocks,
            KeepsMoments = keepsMoments,
            Decay = factors[0],
            StepSize = factors[1],
            RootScale = factors[2],
            GradientScale = factors[3],
            Epsilon = epsilon,
            NewMean = Complement(beta1),
            OldVariance = beta2,
            NewVariance = Complement(beta2),
        };
        _pool.For(blocks.Count, ref job);
    }

    public override void Norm(Tensor gradients, Tensor norm) =>
        *Pointer(norm) = (float)Math.Sqrt(SumOf<SquareOfDifference>(Pointer(gradients), null, 0, gradients.Count));

    public override void ClipToNorm(Tensor norm, float most, Tensor schedule)
    {
        float* scale = Pointer(schedule) + 3;
        *scale *= (float)Math.Min(1, most / (((double)*scale * *Pointer(norm)) + 1e-6));
    }

    public override void CheckFinite(Tensor values, Tensor fault)
    {
        foreach (float value in new ReadOnlySpan<float>(Pointer(values), values.Count))
        {
            if (!float.IsFinite(value)) Ids(fault)[0] = 1;
        }
    }

    public override void Clear(Tensor x)
    {
        long elementBytes = x.DType.Bytes();
        NativeMemory.Clear(Base(x) + (x.Offset * elementBytes), (nuint)(x.Count * elementBytes));
    }

    /// <summary>1 - beta of the number that was written: 0.01f for 0.99f, as PyTorch has it, where 1f - 0.99f is off by 1e-6 of itself.</summary>
    private static float Complement(float beta) => (float)(1m - (decimal)beta);

    /// <summary>AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) in torch.optim.AdamW's order; what is 0 and has no gradient stays 0.</summary>
    private struct AdamWJob : IJob
    {
        internal float* Value, Result, Gradient, Mean, Variance;
        internal FixedBlocks Blocks;
        internal bool KeepsMoments;
        internal float Decay, StepSize, RootScale, GradientScale, Epsilon, NewMean, OldVariance, NewVariance;

        public readonly void Run(int part)
        {
            int i = Blocks.Start(part), end = Blocks.End(part);
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> gradient = Vector.Load(Gradient + i) * GradientScale, mean = Vector.Load(Mean + i), variance = Vector.Load(Variance + i);
                mean += (gradient - mean) * NewMean;
                variance = (variance * OldVariance) + (gradient * NewVariance * gradient);
                Vector<float> root = (Vector.SquareRoot(variance) * RootScale) + Vector.Create(Epsilon);
                ((Vector.Load(Value + i) * Decay) - (mean * StepSize / root)).Store(Result + i);
                if (!KeepsMoments) continue;
                mean.Store(Mean + i);
                variance.Store(Variance + i);
            }

            for (; i < end; i++)
            {
                float gradient = Gradient[i] * GradientScale, mean = Mean[i], variance = Variance[i];
                mean += (gradient - mean) * NewMean;
                variance = (variance * OldVariance) + (gradient * NewVariance * gradient);
                Result[i] = (Value[i] * Decay) - (mean * StepSize / ((MathF.Sqrt(variance) * RootScale) + Epsilon));
                if (!KeepsMoments) continue;
                Mean[i] = mean;
                Variance[i] = variance;
            }
        }
    }
}

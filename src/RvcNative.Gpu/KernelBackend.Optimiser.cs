using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void AdamW(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon) =>
        AdamW(values, gradients, means, variances, schedule, beta1, beta2, epsilon, values, keepsMoments: true);

    public override void AdamWTrial(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor trial) =>
        AdamW(values, gradients, means, variances, schedule, beta1, beta2, epsilon, trial, keepsMoments: false);

    public override void Norm(Tensor gradients, Tensor norm) => MeanSquare(gradients, 0, 1, norm, root: true);

    public override void Clear(Tensor x)
    {
        int words = x.DType == DType.I64 ? 2 * x.Count : x.Count;
        long offsetBytes = x.Buffer.OffsetBytes + (x.Offset * (x.DType == DType.I64 ? sizeof(long) : sizeof(float)));
        Launch(Kernels.Clear, Each(words), KernelArgument.Of(KernelArgument.MemoryOf(x), offsetBytes, sizeof(float)), words);
    }

    private void AdamW(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor result,
        bool keepsMoments) => Launch(
            Kernels.AdamW, Each(values.Count), values, gradients, means, variances, schedule, result, Complement(beta1), beta2, Complement(beta2), epsilon,
            keepsMoments, values.Count);

    /// <summary>1 - beta of the number that was written: 0.01f for 0.99f, as PyTorch has it, where 1f - 0.99f is off by 1e-6 of itself.</summary>
    private static float Complement(float beta) => (float)(1m - (decimal)beta);
}

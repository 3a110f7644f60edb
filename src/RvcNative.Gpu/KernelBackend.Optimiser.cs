using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private Tensor? _lossScale;

    public override void AdamW(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor? fault = null) =>
        AdamW(values, gradients, means, variances, schedule, beta1, beta2, epsilon, fault, values, keepsMoments: true);

    public override void AdamWTrial(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor trial) =>
        AdamW(values, gradients, means, variances, schedule, beta1, beta2, epsilon, null, trial, keepsMoments: false);

    public override void Norm(Tensor gradients, Tensor norm) => MeanSquare(gradients, 0, 1, norm, root: true, LossScale);

    public override void ClipToNorm(Tensor norm, float most, Tensor schedule) => Launch(Kernels.ClipToNorm, new Grid(1), norm, schedule, most);

    public override void CheckFinite(Tensor values, Tensor fault) => Launch(Kernels.CheckFinite, new Grid(1), values, fault, values.Count);

    public override Tensor? LossScale => _precision == Precision.Fp16 ? _lossScale ??= NewScale() : null;

    public override void Clear(Tensor x)
    {
        int words = x.Count * WordsOf(x);
        Launch(Kernels.Clear, Each(words), InWords(x), words);
    }

    private void AdamW(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor? fault,
        Tensor result, bool keepsMoments) => Launch(
            Kernels.AdamW, Each(values.Count), values, gradients, means, variances, schedule, fault, LossScale, result, Complement(beta1), beta2, Complement(beta2), epsilon,
            keepsMoments, values.Count);

    private Tensor NewScale()
    {
        Tensor scale = NewTensor([1]);
        Write([1f], scale);
        return scale;
    }

    /// <summary>1 - beta of the number that was written: 0.01f for 0.99f, as PyTorch has it, where 1f - 0.99f is off by 1e-6 of itself.</summary>
    private static float Complement(float beta) => (float)(1m - (decimal)beta);
}

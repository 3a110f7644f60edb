namespace RvcNative.Core;

public abstract partial class Backend
{
    // All parameters at once, [N] each; schedule [4] = { 1 - lr * decay, lr / (1 - beta1^t), 1 / sqrt(1 - beta2^t), scale of the gradients }.
    // g = schedule[3] * gradients;   values *= schedule[0];   means = beta1 * means + (1 - beta1) * g;   variances = beta2 * variances + (1 - beta2) * g^2
    // values -= schedule[1] * means / (sqrt(variances) * schedule[2] + epsilon)
    // Nothing changes where a fault i64 [1] is given and is not 0.
    public abstract void AdamW(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor? fault = null);

    // trial [N] = what AdamW would leave in values; it and all else stay as they are
    public abstract void AdamWTrial(
        Tensor values, Tensor gradients, Tensor means, Tensor variances, Tensor schedule, float beta1, float beta2, float epsilon, Tensor trial);

    // norm [1] = sqrt(sum of squares), summed in double and a fixed order; not finite if any gradient is not
    public abstract void Norm(Tensor gradients, Tensor norm);

    // schedule [4] as for AdamW, whose gradients have this norm [1]: schedule[3] *= min(1, most / (schedule[3] * norm + 1e-6)), as torch.nn.utils.clip_grad_norm_ has it
    public abstract void ClipToNorm(Tensor norm, float most, Tensor schedule);

    // values [N]; fault i64 [1] = 1 where a value is not finite, else stays
    public abstract void CheckFinite(Tensor values, Tensor fault);

    /// <summary>
    /// f32 [1]: what this backend multiplies the gradients of losses by, so that small ones do not vanish in half precision; norms and updates divide by it. Written by who
    /// trains. Null where there is no need.
    /// </summary>
    public virtual Tensor? LossScale => null;

    // x = 0
    public abstract void Clear(Tensor x);
}

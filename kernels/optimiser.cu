// optimiser: AdamW over all parameters at once (Loshchilov and Hutter 2019, arXiv:1711.05101), and clearing
//   values, gradients, means, variances, result [N]; result is values itself for an update, another tensor for a trial
//   loss_scale [1]: what the gradients are multiplied by, null for 1;   fault i64 [1]: null, or 0 where the update is to run;   losses [N]
//   schedule [4] = { 1 - lr * decay, lr / (1 - beta1^t), 1 / sqrt(1 - beta2^t), scale of the gradients }
//   Launch  one thread per element: grid ceil(count / BLOCK)
//   Args    keeps: whether the moments are written
//   Cost    reads 4 and writes 3 scalars per parameter       Writes  result =, means, variances =

KERNEL void adamw(
    IN(values), IN(gradients), OUT(means), OUT(variances), IN(schedule), IN_OF(ID64, fault), IN(loss_scale), OUT(result), float new_mean, float beta2, float new_variance, float epsilon, int keeps,
    int count)
{
    FROM(values) FROM(gradients) INTO(means) INTO(variances) FROM(schedule) FROM_OF(ID64, fault) FROM(loss_scale) INTO(result)
    int i = GLOBAL_ID;
    if (i >= count || (fault != 0 && fault[0] != 0)) return;
    float gradient = gradients[i] * schedule[3] / (loss_scale == 0 ? 1.0f : loss_scale[0]), mean = means[i], variance = variances[i];
    mean += (gradient - mean) * new_mean;
    variance = variance * beta2 + gradient * new_variance * gradient;
    result[i] = values[i] * schedule[0] - mean * schedule[1] / (sqrt(variance) * schedule[2] + epsilon);
    if (!keeps) return;
    means[i] = mean;
    variances[i] = variance;
}

// schedule[3] *= min(1, most / (schedule[3] * norm + 1e-6)); one group, grid 1
KERNEL void clip_to_norm(IN(norm), OUT(schedule), float most)
{
    FROM(norm) INTO(schedule)
    if (LANE != 0) return;
    float share = most / (schedule[3] * norm[0] + 1e-6f);
    if (share < 1) schedule[3] *= share;
}

// fault = 1 where a loss is not finite; one group, grid 1, whose threads all write the same
KERNEL void check_finite(IN(losses), OUT_OF(ID64, fault), int count)
{
    FROM(losses) INTO_OF(ID64, fault)
    for (int i = LANE; i < count; i += BLOCK)
    {
        // A difference with itself is 0 for finite numbers alone.
        float d = losses[i] - losses[i];
        if (!(d == 0)) fault[0] = 1;
    }
}

// x = 0, in words of four bytes
KERNEL void clear(OUT(x), int count)
{
    INTO(x)
    int i = GLOBAL_ID;
    if (i < count) x[i] = 0;
}

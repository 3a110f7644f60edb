// optimiser: AdamW over all parameters at once (Loshchilov and Hutter 2019, arXiv:1711.05101), and clearing
//   values, gradients, means, variances, result [N]; result is values itself for an update, another tensor for a trial
//   schedule [4] = { 1 - lr * decay, lr / (1 - beta1^t), 1 / sqrt(1 - beta2^t), scale of the gradients }
//   Launch  one thread per element: grid ceil(count / BLOCK)
//   Args    keeps: whether the moments are written
//   Cost    reads 4 and writes 3 scalars per parameter       Writes  result =, means, variances =

KERNEL void adamw(
    IN(values), IN(gradients), OUT(means), OUT(variances), IN(schedule), OUT(result), float new_mean, float beta2, float new_variance, float epsilon, int keeps,
    int count)
{
    FROM(values) FROM(gradients) INTO(means) INTO(variances) FROM(schedule) INTO(result)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float gradient = gradients[i] * schedule[3], mean = means[i], variance = variances[i];
    mean += (gradient - mean) * new_mean;
    variance = variance * beta2 + gradient * new_variance * gradient;
    result[i] = values[i] * schedule[0] - mean * schedule[1] / (sqrt(variance) * schedule[2] + epsilon);
    if (!keeps) return;
    means[i] = mean;
    variances[i] = variance;
}

// x = 0, in words of four bytes
KERNEL void clear(OUT(x), int count)
{
    INTO(x)
    int i = GLOBAL_ID;
    if (i < count) x[i] = 0;
}

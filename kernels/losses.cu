// losses: mean squares, mean absolute differences, divergence; norms
//   x, target, dx of one shape (target null: the constant);   z, dz [B,T,C];   q, p, dq, dp [B,T,2C] = mean | logs;   mask [B,T]
//   Launch  *_sums: blocks groups, each of which sums a stretch of its own; others one thread per element: grid ceil(count / BLOCK)
//   loss_scale: null, or what the gradients of losses are multiplied by
//   Args    stretch = elements (or rows) of a group; add: += instead of =
//   Cost    one or two reads per element for a loss       Writes  partial =, d… = or +=

// partial [blocks] = sum of (x - target)^2
KERNEL void squared_sums(IN(x), OUT_OF(WIDE, partial), float target, int stretch, int count)
{
    FROM(x) INTO_OF(WIDE, partial)
    LOCAL WIDE sums[BLOCK];
    int first = GROUP_X * stretch, end = first + stretch < count ? first + stretch : count;
    WIDE sum = 0;
    for (int i = first + LANE; i < end; i += BLOCK)
    {
        WIDE d = x[i] - target;
        sum += d * d;
    }

    sum = block_sum(sums, sum);
    if (LANE == 0) partial[GROUP_X] = sum;
}

// partial [blocks] = sum of |x - target|
KERNEL void absolute_sums(IN_ANY(x), IN_ANY(target), OUT_OF(WIDE, partial), int stretch, int count)
{
    FROM_ANY(x) FROM_ANY(target) INTO_OF(WIDE, partial)
    LOCAL WIDE sums[BLOCK];
    int first = GROUP_X * stretch, end = first + stretch < count ? first + stretch : count;
    WIDE sum = 0;
    for (int i = first + LANE; i < end; i += BLOCK) sum += fabs(READ(x, i) - READ(target, i));
    sum = block_sum(sums, sum);
    if (LANE == 0) partial[GROUP_X] = sum;
}

// dx = scale * 2 (x - target)
KERNEL void squared_backward(IN(x), IN(loss_scale), OUT(dx), float target, float scale, int count, int add)
{
    FROM(x) FROM(loss_scale) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    if (loss_scale != 0) scale *= loss_scale[0];
    float d = 2 * (x[i] - target) * scale;
    PUT(dx, i, d, add);
}

// dx = scale * sign(x - target)
KERNEL void absolute_backward(IN_ANY(x), IN_ANY(target), IN(loss_scale), OUT_ANY(dx), float scale, int count, int add)
{
    FROM_ANY(x) FROM_ANY(target) FROM(loss_scale) INTO_ANY(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    if (loss_scale != 0) scale *= loss_scale[0];
    float d = READ(x, i) - READ(target, i);
    WRITE(dx, i, d > 0 ? scale : d < 0 ? -scale : 0, add);
}

// total [1] = sum of the mask, or frames [1]; one group
KERNEL void divergence_frames(IN(mask), IN(frames), OUT_OF(WIDE, total), int count)
{
    FROM(mask) FROM(frames) INTO_OF(WIDE, total)
    LOCAL WIDE sums[BLOCK];
    WIDE sum = 0;
    for (int i = LANE; i < count; i += BLOCK) sum += mask[i];
    sum = block_sum(sums, sum);
    if (LANE == 0) total[0] = frames == 0 ? sum : frames[0];
}

// partial [blocks] = sum of mask * (logs_p - logs_q - 0.5 + 0.5 (z - m_p)^2 exp(-2 logs_p)); rows behind an end are left out, whatever they hold
KERNEL void divergence_sums(IN(z), IN(q), IN(p), IN(mask), OUT_OF(WIDE, partial), int stretch, int channels, int count)
{
    FROM(z) FROM(q) FROM(p) FROM(mask) INTO_OF(WIDE, partial)
    LOCAL WIDE sums[BLOCK];
    int first = GROUP_X * stretch, end = first + stretch < count ? first + stretch : count;
    WIDE sum = 0;
    for (int i = first + LANE; i < end; i += BLOCK)
    {
        int row = i / channels, mean = i + row * channels, logs = mean + channels;
        if (mask[row] == 0) continue;
        WIDE d = (WIDE)z[i] - p[mean], logs_p = p[logs];
        sum += mask[row] * (logs_p - q[logs] - (WIDE)0.5f + (WIDE)0.5f * d * d * exp(-2 * logs_p));
    }

    sum = block_sum(sums, sum);
    if (LANE == 0) partial[GROUP_X] = sum;
}

// With s = weight * mask / total, d = z - m_p, e = exp(-2 logs_p):   dz = s d e, dm_p = -s d e, dlogs_p = s (1 - d^2 e), dlogs_q = -s, dm_q = 0
KERNEL void divergence_backward(
    IN(z), IN(p), IN(mask), IN_OF(WIDE, total), IN(loss_scale), OUT(dz), OUT(dq), OUT(dp), float weight, int channels, int count, int add_z, int add_q, int add_p)
{
    FROM(z) FROM(p) FROM(mask) FROM_OF(WIDE, total) FROM(loss_scale) INTO(dz) INTO(dq) INTO(dp)
    int i = GLOBAL_ID;
    if (i >= count) return;
    if (loss_scale != 0) weight *= loss_scale[0];
    int row = i / channels, mean = i + row * channels, logs = mean + channels;
    float s = (float)(weight / total[0] * mask[row]), d = 0, sde = 0;
    if (mask[row] != 0)
    {
        d = z[i] - p[mean];
        sde = d * exp(-2 * p[logs]) * s;
    }

    if (dz != 0) PUT(dz, i, sde, add_z);
    if (dq != 0)
    {
        PUT(dq, mean, 0, add_q);
        PUT(dq, logs, -s, add_q);
    }

    if (dp != 0)
    {
        PUT(dp, mean, -sde, add_p);
        PUT(dp, logs, s - d * sde, add_p);
    }
}

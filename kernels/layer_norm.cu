// layer_norm: y = (x - mean) * rstd * gamma + beta, each frame over its channels      (Ba et al. 2016, arXiv:1607.06450)
//   x, y, dx, dy [B,T,C];   gamma, beta [C];   mean, rstd [B,T];   all contiguous
//   Launch  one group per frame; *_affine: grid (ceil(C / BLOCK), blocks), a thread walks SUM_ROWS frames of one channel
//   Args    channels = C, rows = B*T; add: += instead of =
//   Cost    forward reads x three times (once from memory), backward x and dy twice       Writes  y, mean, rstd =, dx = or +=, gammas, betas =

KERNEL void layer_norm(IN(x), IN(gamma), IN(beta), OUT(y), OUT(mean), OUT(rstd), float epsilon, int channels)
{
    FROM(x) FROM(gamma) FROM(beta) INTO(y) INTO(mean) INTO(rstd)
    LOCAL WIDE sums[BLOCK];
    int row = GROUP_X;
    GLOBAL const float* from = x + row * channels;
    WIDE sum = 0, squares = 0;
    for (int channel = LANE; channel < channels; channel += BLOCK) sum += from[channel];
    float mu = (float)(block_sum(sums, sum) / channels);
    for (int channel = LANE; channel < channels; channel += BLOCK)
    {
        float centred = from[channel] - mu;
        squares += centred * centred;
    }

    float scale = (float)(1 / sqrt(block_sum(sums, squares) / channels + epsilon));
    for (int channel = LANE; channel < channels; channel += BLOCK)
    {
        y[row * channels + channel] = (from[channel] - mu) * scale * gamma[channel] + beta[channel];
    }

    if (LANE == 0)
    {
        mean[row] = mu;
        rstd[row] = scale;
    }
}

// With n = (x - mean) * rstd, g = dy * gamma:   dx = rstd * (g - mean_C(g) - n * mean_C(g * n))
KERNEL void layer_norm_backward(IN(x), IN(gamma), IN(mean), IN(rstd), IN(dy), OUT(dx), int channels, int add)
{
    FROM(x) FROM(gamma) FROM(mean) FROM(rstd) FROM(dy) INTO(dx)
    LOCAL WIDE sums[BLOCK];
    int row = GROUP_X;
    float mu = mean[row], scale = rstd[row];
    WIDE sum_g = 0, sum_gn = 0;
    for (int channel = LANE; channel < channels; channel += BLOCK)
    {
        int at = row * channels + channel;
        float g = dy[at] * gamma[channel];
        sum_g += g;
        sum_gn += g * ((x[at] - mu) * scale);
    }

    float mean_g = (float)(block_sum(sums, sum_g) / channels), mean_gn = (float)(block_sum(sums, sum_gn) / channels);
    for (int channel = LANE; channel < channels; channel += BLOCK)
    {
        int at = row * channels + channel;
        float d = (dy[at] * gamma[channel] - mean_g - (x[at] - mu) * scale * mean_gn) * scale;
        PUT(dx, at, d, add);
    }
}

// gammas, betas [blocks,C] = sums of dy * n and of dy over blocks of SUM_ROWS rows
KERNEL void layer_norm_affine(IN(x), IN(mean), IN(rstd), IN(dy), OUT(gammas), OUT(betas), int rows, int channels)
{
    FROM(x) FROM(mean) FROM(rstd) FROM(dy) INTO(gammas) INTO(betas)
    int channel = GLOBAL_ID, block = GROUP_Y;
    if (channel >= channels) return;
    int end = block * SUM_ROWS + SUM_ROWS < rows ? block * SUM_ROWS + SUM_ROWS : rows;
    float of_gamma = 0, of_beta = 0;
    for (int row = block * SUM_ROWS; row < end; row++)
    {
        int at = row * channels + channel;
        of_gamma += dy[at] * ((x[at] - mean[row]) * rstd[row]);
        of_beta += dy[at];
    }

    gammas[block * channels + channel] = of_gamma;
    betas[block * channels + channel] = of_beta;
}

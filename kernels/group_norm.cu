// group_norm: y = (x - mean) * rstd * gamma + beta, each group of neighbouring channels over all frames      (Wu and He 2018, arXiv:1803.08494)
//   x, y [B,T,C];   gamma, beta [C];   mean, rstd [B,groups];   all contiguous; forward only
//   Launch  one group of threads per group of channels: grid (groups, B)
//   Args    frames = T, channels = C, width = C / groups
//   Cost    reads x three times       Writes  y, mean, rstd =

KERNEL void group_norm(IN(x), IN(gamma), IN(beta), OUT(y), OUT(mean), OUT(rstd), float epsilon, int frames, int channels, int width)
{
    FROM(x) FROM(gamma) FROM(beta) INTO(y) INTO(mean) INTO(rstd)
    LOCAL WIDE sums[BLOCK];
    int item = GROUP_Y, first = GROUP_X * width, place = item * (channels / width) + GROUP_X;
    WIDE sum = 0, squares = 0;
    for (int i = LANE; i < frames * width; i += BLOCK) sum += x[(item * frames + i / width) * channels + first + i % width];
    float mu = (float)(block_sum(sums, sum) / ((WIDE)frames * width));
    for (int i = LANE; i < frames * width; i += BLOCK)
    {
        float centred = x[(item * frames + i / width) * channels + first + i % width] - mu;
        squares += (WIDE)centred * centred;
    }

    float scale = (float)(1 / sqrt(block_sum(sums, squares) / ((WIDE)frames * width) + epsilon));
    for (int i = LANE; i < frames * width; i += BLOCK)
    {
        int channel = first + i % width, at = (item * frames + i / width) * channels + channel;
        y[at] = (x[at] - mu) * (scale * gamma[channel]) + beta[channel];
    }

    if (LANE == 0)
    {
        mean[place] = mu;
        rstd[place] = scale;
    }
}

// coupling: y = x0 | m + x1 * mask;   inverse: y = x0 | (x1 - m) * mask      (Dinh et al. 2017, arXiv:1605.08803, means only)
//   x, y, dx, dy [B,T,2C] in halves 0 | 1;   m, dm [B,T,C];   mask [B,T];   all contiguous
//   Launch  one thread per element of what is written: grid ceil(count / BLOCK)
//   Args    channels = C, count; add: += instead of =
//   Cost    at most two reads and one write per element       Writes  y =, dx, dm = or +=

KERNEL void coupling(IN(x), IN(m), IN(mask), OUT(y), int inverse, int channels, int count)
{
    FROM(x) FROM(m) FROM(mask) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / (2 * channels), channel = i % (2 * channels) - channels;
    if (channel < 0)
    {
        y[i] = x[i];
        return;
    }

    float mean = m[row * channels + channel];
    int kept = mask[row] != 0;
    if (inverse) y[i] = kept ? x[i] - mean : 0;
    else y[i] = kept ? mean + x[i] : mean;
}

// dx = dy0 | dy1 * mask
KERNEL void coupling_backward_x(IN(mask), IN(dy), OUT(dx), int channels, int count, int add)
{
    FROM(mask) FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float d = i % (2 * channels) < channels || mask[i / (2 * channels)] != 0 ? dy[i] : 0;
    PUT(dx, i, d, add);
}

// dm = dy1
KERNEL void coupling_backward_m(IN(dy), OUT(dm), int channels, int count, int add)
{
    FROM(dy) INTO(dm)
    int i = GLOBAL_ID;
    if (i >= count) return;
    PUT(dm, i, dy[(i / channels * 2 + 1) * channels + i % channels], add);
}

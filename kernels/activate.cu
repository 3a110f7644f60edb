// activate: an activation by itself, and one half gating the other; forward only
//   x, y of one shape;   gated: x [B,T,2C], y [B,T,C];   all contiguous
//   Launch  one thread per element of y: grid ceil(count / BLOCK)
//   Args    activation as in conv, slope, channels = C, count
//   Cost    one or two reads and one write per element       Writes  y =

KERNEL void activate(IN(x), OUT(y), int activation, float slope, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i < count) y[i] = activated(x[i], activation, slope);
}

// y = x[:C] * sigmoid(x[C:])
KERNEL void gated_linear(IN(x), OUT(y), int channels, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int from = i + i / channels * channels;
    y[i] = x[from] * sigmoid(x[from + channels]);
}

// channels: copies a range of channels, or all in reverse order
//   x, dx [B,T,C];   y, dy [B,T,c] (c = C when reversed);   all contiguous
//   Launch  one thread per element of what is written: grid ceil(count / BLOCK)
//   Args    channels = C, part = c, first channel, count; add: += instead of =
//   Cost    one read and one write per element       Writes  y =, dx = or +=

KERNEL void channels(IN(x), OUT(y), int channels, int part, int first, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    y[i] = x[i / part * channels + first + i % part];
}

// dx of channels outside the range becomes 0, or stays
KERNEL void channels_backward(IN(dy), OUT(dx), int channels, int part, int first, int count, int add)
{
    FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, channel = i % channels - first;
    float d = channel >= 0 && channel < part ? dy[row * part + channel] : 0;
    PUT(dx, i, d, add);
}

KERNEL void flip_channels(IN(x), OUT(y), int channels, int count, int add)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, channel = i % channels;
    PUT(y, i, x[row * channels + channels - 1 - channel], add);
}

// y [B,T,part+channels] = a [B,T,part] | b [B,T,channels] in every frame
KERNEL void join_channels(IN(a), IN(b), OUT(y), int part, int channels, int count)
{
    FROM(a) FROM(b) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / (part + channels), channel = i % (part + channels);
    y[i] = channel < part ? a[row * part + channel] : b[row * channels + channel - part];
}

// dx [B,T,part] = or += channels first … of dy [B,T,channels]
KERNEL void join_channels_backward(IN(dy), OUT(dx), int channels, int part, int first, int count, int add)
{
    FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    PUT(dx, i, dy[i / part * channels + first + i % part], add);
}

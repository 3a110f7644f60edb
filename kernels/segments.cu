// segments: stretches cut out of items, two batches as one, ends mirrored
//   x, dx [B,T,C];   y, dy [B,T',C];   starts i64 [B], in units of step frames;   all contiguous
//   Launch  one thread per element of what is written: grid ceil(count / BLOCK)
//   Args    from = T, to = T', channels = C, count; add: += instead of =
//   Cost    one read and one write per element       Writes  y =, dx = or +=

// y[b] = x[b, starts[b] * step …]; what lies behind x's end is 0
KERNEL void segments(IN(x), IN_OF(ID64, starts), OUT(y), int step, int from, int to, int channels, int count)
{
    FROM(x) FROM_OF(ID64, starts) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / (to * channels), at = i % (to * channels);
    ID64 frame = starts[item] * step + at / channels;
    y[i] = frame < from ? x[(item * from + (int)frame) * channels + at % channels] : 0;
}

KERNEL void segments_backward(IN_OF(ID64, starts), IN(dy), OUT(dx), int step, int from, int to, int channels, int count, int add)
{
    FROM_OF(ID64, starts) FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / (from * channels), at = i % (from * channels);
    ID64 frame = at / channels - starts[item] * step;
    float d = frame >= 0 && frame < to ? dy[(item * to + (int)frame) * channels + at % channels] : 0;
    PUT(dx, i, d, add);
}

KERNEL void concatenate(IN(a), IN(b), OUT(y), int count_a, int count)
{
    FROM(a) FROM(b) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    y[i] = i < count_a ? a[i] : b[i - count_a];
}

KERNEL void reflect_end(IN(x), OUT(y), int from, int to, int channels, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / (to * channels), at = i % (to * channels), frame = at / channels;
    if (frame >= from) frame = 2 * from - 2 - frame;
    y[i] = x[(item * from + frame) * channels + at % channels];
}

KERNEL void reflect_end_backward(IN(dy), OUT(dx), int from, int to, int channels, int count, int add)
{
    FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / (from * channels), at = i % (from * channels), frame = at / channels, mirrored = 2 * from - 2 - frame;
    float d = dy[(item * to + frame) * channels + at % channels];
    if (mirrored >= from && mirrored < to) d += dy[(item * to + mirrored) * channels + at % channels];
    PUT(dx, i, d, add);
}

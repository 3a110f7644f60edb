// add: sums of tensors of one shape, and of one row an item
//   a, b, y, x, dy, dx, and each of xs [B,T,C];   c, dc [B,1,C];   mask [B,T] of 0 and 1, or null;   all contiguous
//   Launch  one thread per element: grid ceil(count / BLOCK); *_frames: grid (ceil(C / BLOCK), blocks, B)
//   Args    channels = C, frames = T, count = elements of what is written; add: += instead of =
//   Cost    one or two reads and one write per element       Writes  y =, dx = or +=, partial =

// y = (a + b) * mask
KERNEL void add(IN(a), IN(b), IN(mask), OUT(y), int channels, int count)
{
    FROM(a) FROM(b) FROM(mask) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    y[i] = mask == 0 || mask[i / channels] != 0 ? a[i] + b[i] : 0;
}

// dx = or += dy * scale * mask
KERNEL void scale_backward(IN_ANY(dy), IN(mask), OUT_ANY(dx), float scale, int channels, int count, int add)
{
    FROM_ANY(dy) FROM(mask) INTO_ANY(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float d = mask == 0 || mask[i / channels] != 0 ? READ(dy, i) * scale : 0;
    WRITE(dx, i, d, add);
}

// y = x + c in every frame
KERNEL void add_per_item(IN(x), IN(c), OUT(y), int frames, int channels, int count)
{
    FROM(x) FROM(c) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    y[i] = x[i] + c[i / (frames * channels) * channels + i % channels];
}

// partial [B,blocks,C] = sums of dy over blocks of SUM_ROWS frames
KERNEL void add_frame_sums(IN(dy), OUT(partial), int frames, int channels, int blocks)
{
    FROM(dy) INTO(partial)
    int channel = GLOBAL_ID, block = GROUP_Y, item = GROUP_Z;
    if (channel >= channels) return;
    int end = block * SUM_ROWS + SUM_ROWS < frames ? block * SUM_ROWS + SUM_ROWS : frames;
    float sum = 0;
    for (int frame = block * SUM_ROWS; frame < end; frame++) sum += dy[(item * frames + frame) * channels + channel];
    partial[(item * blocks + block) * channels + channel] = sum;
}

// y = a (first), then y += x for each further term; the last divides
KERNEL void add_term(IN_ANY(x), OUT_ANY(y), float divisor, int first, int count)
{
    FROM_ANY(x) INTO_ANY(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float sum = first ? READ(x, i) : READ(y, i) + READ(x, i);
    WRITE(y, i, sum / divisor, 0);
}

// pool: the larger of two frames, or the mean of squares of four of a picture; forward only
//   x [B,T,C], y [B,T/2,C];   mean: x [B,H*width,C], y [B,H/2*(width/2),C];   all contiguous
//   Launch  one thread per element of y: grid ceil(count / BLOCK)
//   Args    from, to = frames of an item of x and y, channels = C, count
//   Cost    two or four reads and one write per element       Writes  y =

KERNEL void max_pool(IN(x), OUT(y), int from, int to, int channels, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, at = (row / to * from + row % to * 2) * channels + i % channels;
    y[i] = fmax(x[at], x[at + channels]);
}

KERNEL void average_pool(IN(x), OUT(y), int rows, int width, int channels, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int column = i / channels % (width / 2), row = i / channels / (width / 2), item = row / (rows / 2);
    int at = ((item * rows + row % (rows / 2) * 2) * width + column * 2) * channels + i % channels, below = at + width * channels;
    y[i] = (x[at] + x[at + channels] + (x[below] + x[below + channels])) * 0.25f;
}

// interpolate: rate frames for one, on the lines between neighbours, held at the ends (PyTorch's linear interpolation without aligned corners)
//   x, dx [B,T,C];   y, dy [B,T*rate,C];   all contiguous
//   Launch  one thread per element of what is written: grid ceil(count / BLOCK)
//   Args    frames = T, channels = C, count; add: += instead of =
//   Cost    two reads per element forward, at most 3 * rate backward       Writes  y =, dx = or +=

// The distance from frame t of the p-th of the frames made of it: negative towards the frame before.
DEVICE float distance_of(int p, int rate) { return (p + 0.5f) / rate - 0.5f; }

DEVICE int neighbour(int t, float distance, int frames)
{
    int other = distance < 0 ? t - 1 : t + 1;
    return other < 0 ? 0 : other >= frames ? frames - 1 : other;
}

KERNEL void interpolate(IN(x), OUT(y), int rate, int frames, int channels, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, channel = i % channels, item = row / (frames * rate), place = row % (frames * rate), t = place / rate;
    float distance = distance_of(place % rate, rate), weight = fabs(distance);
    int other = neighbour(t, distance, frames);
    y[i] = (1 - weight) * x[(item * frames + t) * channels + channel] + weight * x[(item * frames + other) * channels + channel];
}

KERNEL void interpolate_backward(IN(dy), OUT(dx), int rate, int frames, int channels, int count, int add)
{
    FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, channel = i % channels, item = row / frames, t = row % frames;
    int first = t > 0 ? t - 1 : 0, last = t < frames - 1 ? t + 1 : t;
    float sum = 0;
    for (int from = first; from <= last; from++)
    {
        for (int p = 0; p < rate; p++)
        {
            float distance = distance_of(p, rate), weight = 0;
            if (from == t) weight = 1 - fabs(distance);
            if (neighbour(from, distance, frames) == t) weight += fabs(distance);
            sum += weight * dy[((item * frames + from) * rate + p) * channels + channel];
        }
    }

    PUT(dx, i, sum, add);
}

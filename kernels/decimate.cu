// decimate: a low-pass filter of which every rate-th sample is kept, and its adjoint
//   x, dx [B,T,C];   y, dy [B,T',C], T' = ceil(T / rate);   taps [2R+1];   x is 0 outside its frames
//   Launch  one thread per element of what is written: grid ceil(count / BLOCK)
//   Args    from = T, to = T', channels = C, reach = R, count; add: += instead of =
//   Cost    2R + 1 reads per element forward, as many over the rate backward       Writes  y =, dx = or +=

// y[t] = sum over d = -R … R of taps[R+d] * x[t*rate + d]
KERNEL void decimate(IN(x), IN(taps), OUT(y), int rate, int reach, int from, int to, int channels, int count)
{
    FROM(x) FROM(taps) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / (to * channels), middle = i / channels % to * rate, channel = i % channels;
    int first = middle - reach > 0 ? middle - reach : 0, last = middle + reach < from - 1 ? middle + reach : from - 1;
    WIDE sum = 0;
    for (int frame = first; frame <= last; frame++) sum += (WIDE)taps[reach + frame - middle] * x[(item * from + frame) * channels + channel];
    y[i] = (float)sum;
}

// dx[n] = sum over t of taps[R + n - t*rate] * dy[t]
KERNEL void decimate_backward(IN(taps), IN(dy), OUT(dx), int rate, int reach, int from, int to, int channels, int count, int add)
{
    FROM(taps) FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / (from * channels), frame = i / channels % from, channel = i % channels;
    int first = frame <= reach ? 0 : (frame - reach + rate - 1) / rate, last = (frame + reach) / rate < to - 1 ? (frame + reach) / rate : to - 1;
    WIDE sum = 0;
    for (int t = first; t <= last; t++) sum += (WIDE)taps[reach + frame - t * rate] * dy[(item * to + t) * channels + channel];
    PUT(dx, i, (float)sum, add);
}

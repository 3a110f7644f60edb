// gate: with a = x + condition, y = tanh(a[:C]) * sigmoid(a[C:])      (WaveNet; mainline's fused_add_tanh_sigmoid_multiply)
//   x, dx [B,T,2C];   y, dy [B,T,C];   condition [B,1,N] or null, columns offset … offset + 2C - 1 of it;   all contiguous
//   Launch  gate: one thread per element of y, grid ceil(count / BLOCK); gate_backward: grid (ceil(C / BLOCK), blocks, B),
//           a thread walks SUM_ROWS frames of one channel
//   Args    channels = C, frames = T, columns = N; first: items of dy before the first of dx; add: += instead of =
//   Cost    backward reads 3 and writes 2 scalars for each element of y       Writes  y =, dx = or +=, partial =

DEVICE float gate_input(GLOBAL const float* x, GLOBAL const float* condition, int row, int item, int columns, int offset, int width, int channel)
{
    float a = x[row * width + channel];
    return condition == 0 ? a : a + condition[item * columns + offset + channel];
}

KERNEL void gate(IN(x), IN(condition), OUT(y), int columns, int offset, int frames, int channels, int count)
{
    FROM(x) FROM(condition) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, channel = i % channels, item = row / frames;
    float t = gate_input(x, condition, row, item, columns, offset, 2 * channels, channel);
    float s = gate_input(x, condition, row, item, columns, offset, 2 * channels, channel + channels);
    y[i] = tanh(t) * sigmoid(s);
}

// da[:C] = dy * s * (1 - t^2), da[C:] = dy * t * s * (1 - s): to dx (or null), and summed over blocks of frames to partial [B,blocks,2C] (or null)
KERNEL void gate_backward(IN(x), IN(condition), IN(dy), OUT(dx), OUT(partial), int columns, int offset, int frames, int channels, int blocks, int first, int add)
{
    FROM(x) FROM(condition) FROM(dy) INTO(dx) INTO(partial)
    int channel = GLOBAL_ID, block = GROUP_Y, item = GROUP_Z;
    if (channel >= channels) return;
    int end = block * SUM_ROWS + SUM_ROWS < frames ? block * SUM_ROWS + SUM_ROWS : frames;
    float sum_t = 0, sum_s = 0;
    for (int frame = block * SUM_ROWS; frame < end; frame++)
    {
        int row = item * frames + frame;
        float t = tanh(gate_input(x, condition, row, item, columns, offset, 2 * channels, channel));
        float s = sigmoid(gate_input(x, condition, row, item, columns, offset, 2 * channels, channel + channels));
        float d = dy[row * channels + channel], dt = d * s * (1 - t * t), ds = d * t * s * (1 - s);
        sum_t += dt;
        sum_s += ds;
        if (dx == 0 || item < first) continue;
        int to = (row - first * frames) * 2 * channels + channel;
        PUT(dx, to, dt, add);
        PUT(dx, to + channels, ds, add);
    }

    if (partial == 0) return;
    int at = (item * blocks + block) * 2 * channels + channel;
    partial[at] = sum_t;
    partial[at + channels] = sum_s;
}

// noisy_relu: with v = x + noise * w, y = v > 0 ? v : slope * v
//   x, noise, y, dx, dy [B,T,C];   w, dw [C];   all contiguous
//   Launch  noisy_relu: one thread per element, grid ceil(count / BLOCK); *_backward: grid (ceil(C / BLOCK), blocks), a thread walks stretch frames
//   Args    slope > 0, channels = C, rows = B*T; first: rows of dy before the first of dx; add: += instead of =
//   Cost    two reads and one write per element       Writes  y =, dx = or +=, partial =

KERNEL void noisy_relu(IN(x), IN(noise), IN(w), OUT(y), float slope, int channels, int count)
{
    FROM(x) FROM(noise) FROM(w) INTO(y)
    int i = GLOBAL_ID;
    if (i < count) y[i] = leaky(x[i] + noise[i] * w[i % channels], slope);
}

// dv = y > 0 ? dy : slope * dy: to dx (or null), and dv * noise summed over blocks of rows to partial [blocks,C] (or null)
KERNEL void noisy_relu_backward(IN(y), IN(noise), IN(dy), OUT(dx), OUT(partial), float slope, int rows, int channels, int stretch, int first, int add)
{
    FROM(y) FROM(noise) FROM(dy) INTO(dx) INTO(partial)
    int channel = GLOBAL_ID, block = GROUP_Y;
    if (channel >= channels) return;
    int end = (block + 1) * stretch < rows ? (block + 1) * stretch : rows;
    float sum = 0;
    for (int row = block * stretch; row < end; row++)
    {
        int at = row * channels + channel;
        float dv = y[at] > 0 ? dy[at] : slope * dy[at];
        sum += dv * noise[at];
        if (dx != 0 && row >= first) PUT(dx, at - first * channels, dv, add);
    }

    if (partial != 0) partial[block * channels + channel] = sum;
}

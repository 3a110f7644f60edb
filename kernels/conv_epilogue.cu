// conv_epilogue: activations that would make a convolution's kernel large; and from the gradient of a convolution's result to that of its sum, in place
//   dy, y, dresidual [B,T,C];   mask [B,T] or null;   y null without activation, dresidual null where not wanted;   partial [blocks,C]
//   Launch  conv_epilogue: one thread per element, grid ceil(count / BLOCK); backward: grid (ceil(C / BLOCK), blocks): a thread walks stretch rows of one channel
//   Args    activation as in the prelude; residual_from = rows of dy before the first of dresidual; add: += instead of =
//   Cost    two reads and two writes per element       Writes  dy =, dresidual = or +=, partial = sums of the new dy

// In place: y = mask * (activation(y + bias) + residual); bias [C] null where the sum has it
KERNEL void conv_epilogue(OUT(y), IN(bias), IN(residual), IN(mask), int activation, float slope, int channels, int count)
{
    INTO(y) FROM(bias) FROM(residual) FROM(mask)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float v = activated(bias == 0 ? y[i] : y[i] + bias[i % channels], activation, slope);
    if (residual != 0) v += residual[i];
    if (mask != 0) v *= mask[i / channels];
    y[i] = v;
}

KERNEL void conv_epilogue_backward(
    OUT(dy), IN(y), IN(mask), OUT(dresidual), OUT(partial), int activation, float slope, int rows, int channels, int stretch, int residual_from, int add)
{
    INTO(dy) FROM(y) FROM(mask) INTO(dresidual) INTO(partial)
    int channel = GLOBAL_ID, block = GROUP_Y;
    if (channel >= channels) return;
    int end = (block + 1) * stretch < rows ? (block + 1) * stretch : rows;
    float sum = 0;
    for (int row = block * stretch; row < end; row++)
    {
        int at = row * channels + channel;
        float d = dy[at];
        if (mask != 0) d *= mask[row];
        if (dresidual != 0 && row >= residual_from) PUT(dresidual, at - residual_from * channels, d, add);
        if (activation == 1) d = y[at] > 0 ? d : d * slope;
        else if (activation == 2) d *= 1 - y[at] * y[at];
        dy[at] = d;
        sum += d;
    }

    if (partial != 0) partial[block * channels + channel] = sum;
}

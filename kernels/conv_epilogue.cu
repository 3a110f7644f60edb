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
    OUT_ANY(dy), IN_ANY(y), IN(mask), OUT_ANY(dresidual), OUT(partial), int activation, float slope, int rows, int channels, int stretch, int residual_from, int add)
{
    INTO_ANY(dy) FROM_ANY(y) FROM(mask) INTO_ANY(dresidual) INTO(partial)
    int channel = GLOBAL_ID, block = GROUP_Y;
    if (channel >= channels) return;
    int end = (block + 1) * stretch < rows ? (block + 1) * stretch : rows;
    float sum = 0;
    for (int row = block * stretch; row < end; row++)
    {
        int at = row * channels + channel;
        float d = READ(dy, at);
        if (mask != 0) d *= mask[row];
        if (dresidual != 0 && row >= residual_from) WRITE(dresidual, at - residual_from * channels, d, add);
        if (activation == 1) d = READ(y, at) > 0 ? d : d * slope;
        else if (activation == 2) d *= 1 - READ(y, at) * READ(y, at);
        WRITE(dy, at, d, 0);
        sum += d;
    }

    if (partial != 0) partial[block * channels + channel] = sum;
}

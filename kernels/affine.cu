// affine: y = leaky(x * scale + shift), a normalisation whose statistics are known; forward only
//   x, y [B,T,C];   scale, shift [C];   all contiguous
//   Launch  one thread per element: grid ceil(count / BLOCK)
//   Args    slope, channels = C, count
//   Cost    one read and one write per element       Writes  y =

KERNEL void affine(IN(x), IN(scale), IN(shift), OUT(y), float slope, int channels, int count)
{
    FROM(x) FROM(scale) FROM(shift) INTO(y)
    int i = GLOBAL_ID;
    if (i < count) y[i] = leaky(x[i] * scale[i % channels] + shift[i % channels], slope);
}

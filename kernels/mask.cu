// mask: y = x * mask, rows behind an item's end become exact zeros; also the gradient
//   x, y [B,T,C];   mask [B,T] of 0 and 1;   all contiguous
//   Launch  one thread per element: grid ceil(count / BLOCK)
//   Args    channels = C, count; add: += instead of =
//   Cost    one read and one write per element       Writes  y = or +=

KERNEL void mask(IN(x), IN(mask), OUT(y), int channels, int count, int add)
{
    FROM(x) FROM(mask) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float v = mask[i / channels] != 0 ? x[i] : 0;
    PUT(y, i, v, add);
}

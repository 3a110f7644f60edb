// residual_skip: y = (x + r[:C]) * mask, skip = or += r[C:]      (mainline's WN.forward)
//   x, y, skip, dy, dskip [B,T,C];   r, dr [B,T,2C] = residual | skip;   mask [B,T];   all contiguous
//   Launch  one thread per element of y: grid ceil(count / BLOCK)
//   Args    first: skip = instead of +=; channels = C, count = B*T*C; add: += instead of =
//   Cost    forward reads 4 and writes 2 scalars per element       Writes  y =, skip = or +=, dr = or +=

KERNEL void residual_skip(IN(x), IN(r), IN(mask), OUT(y), OUT(skip), int first, int channels, int count)
{
    FROM(x) FROM(r) FROM(mask) INTO(y) INTO(skip)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, residual = i + row * channels;
    y[i] = mask[row] != 0 ? x[i] + r[residual] : 0;
    PUT(skip, i, r[residual + channels], !first);
}

// dr[:C] = mask * dy, or 0 without dy;   dr[C:] = dskip
KERNEL void residual_skip_backward(IN(mask), IN(dy), IN(dskip), OUT(dr), int channels, int count, int add)
{
    FROM(mask) FROM(dy) FROM(dskip) INTO(dr)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, residual = i + row * channels;
    float d = dy != 0 && mask[row] != 0 ? dy[i] : 0;
    PUT(dr, residual, d, add);
    PUT(dr, residual + channels, dskip[i], add);
}

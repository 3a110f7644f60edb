// reparameterize: z = (mean + noise * scale * exp(logs)) * mask      (Kingma and Welling 2013, arXiv:1312.6114, sec. 2.4)
//   x, dx [B,T,2C] with mean = x[..., :C], logs = x[..., C:];   noise, z, dz [B,T,C];   mask [B,T];   all contiguous
//   Launch  one thread per element of z: grid ceil(count / BLOCK)
//   Args    scale of the noise, channels = C, count = B*T*C; add: += instead of =
//   Cost    backward: reads 3, writes 2 scalars and spends one exp per element       Writes  z =, dx = or +=

KERNEL void reparameterize(IN(x), IN(noise), IN(mask), OUT(z), float scale, int channels, int count)
{
    FROM(x) FROM(noise) FROM(mask) INTO(z)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, m = i + row * channels, s = m + channels;   // a frame is 2C long in x, C long in z
    z[i] = mask[row] != 0 ? x[m] + noise[i] * scale * exp(x[s]) : 0;
}

// dmean = dz * mask;   dlogs = dz * mask * noise * scale * exp(logs)
KERNEL void reparameterize_backward(IN(x), IN(noise), IN(mask), IN(dz), OUT(dx), float scale, int channels, int count, int add)
{
    FROM(x) FROM(noise) FROM(mask) FROM(dz) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / channels, m = i + row * channels, s = m + channels;
    float d = mask[row] != 0 ? dz[i] : 0, e = mask[row] != 0 ? noise[i] * scale * exp(x[s]) : 0;
    PUT(dx, m, d, add);
    PUT(dx, s, d * e, add);
}

// draw: standard normal numbers, functions of key, step and place      (Philox 4x32-10, Salmon et al. 2011, doi:10.1145/2063384.2063405)
//   y [B,T,C];   step, start i64 [1]; without start it is 0
//   Launch  one thread per four channels of a frame: grid ceil(count / BLOCK), count = B*T*ceil(C/4)
//   Args    key_low, key_high words of the key; frames = T, channels = C; the first frame is number start * frames_a_start
//   Cost    10 rounds of two 32-bit products, two logarithms, roots and sine pairs for four numbers       Writes  y =

// sqrt(-2 ln u) and 2 pi v of two words, u = (w + 0.5) / 2^32 likewise v      (Box and Muller 1958)
DEVICE void normal_pair(U32 wu, U32 wv, GLOBAL float* y, int left)
{
#ifdef HAS_DOUBLE
    double u = (wu + 0.5) * (1.0 / 4294967296.0), v = (wv + 0.5) * (1.0 / 4294967296.0);
    double radius = sqrt(log(u) * -2.0), angle = v * 6.283185307179586476925;
#else
    // Near 1, float cannot tell u from 1: there the distance to 1 is what is kept.
    float small = (wu + 0.5f) * 2.3283064365386963e-10f, rest = ((~wu) + 0.5f) * 2.3283064365386963e-10f;
    float radius = sqrt(-2.0f * (wu < 0x80000000u ? log(small) : log1p(-rest))), angle = (wv + 0.5f) * 1.4629180792671596e-9f;
#endif
    y[0] = (float)(radius * cos(angle));
    if (left > 1) y[1] = (float)(radius * sin(angle));
}

KERNEL void normal(IN_OF(ID64, step), IN_OF(ID64, start), OUT(y), int frames_a_start, int key_low, int key_high, int frames, int channels, int count)
{
    FROM_OF(ID64, step) FROM_OF(ID64, start) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int groups = (channels + 3) / 4, group = i % groups, row = i / groups;
    U32 c0 = group, c1 = row % frames + (start == 0 ? 0 : (U32)(start[0] * frames_a_start)), c2 = row / frames, c3 = (U32)step[0], k0 = (U32)key_low, k1 = (U32)key_high;
    for (int round = 0; round < 10; round++)
    {
        U32 high0 = HIGH_WORD(0xD2511F53u, c0), low0 = 0xD2511F53u * c0, high1 = HIGH_WORD(0xCD9E8D57u, c2), low1 = 0xCD9E8D57u * c2;
        c0 = high1 ^ c1 ^ k0;
        c1 = low1;
        c2 = high0 ^ c3 ^ k1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }

    int channel = 4 * group, left = channels - channel;
    GLOBAL float* to = y + row * channels + channel;
    normal_pair(c0, c1, to, left);
    if (left > 2) normal_pair(c2, c3, to + 2, left - 2);
}

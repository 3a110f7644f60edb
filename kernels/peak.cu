// peak: what a device does at most, for shares of it
//   x, y [count];   Launch  one thread per element of y, or per four: grid ceil(count / BLOCK)
//   Cost    peak_products: 2 * CHAINS * turns FLOP a thread and nothing from memory;   peak_copy: 16 bytes read and 16 written a thread       Writes  y =

#define CHAINS 16   // products under way at once, which hide each other's latency

// y = sum over chains of v -> v * a + b, turned so often
KERNEL void peak_products(OUT(y), float a, float b, int turns, int count)
{
    INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    float v[CHAINS], sum = 0;
    UNROLL
    for (int chain = 0; chain < CHAINS; chain++) v[chain] = (float)(LANE + chain);
    for (int turn = 0; turn < turns; turn++)
    {
        UNROLL
        for (int chain = 0; chain < CHAINS; chain++) v[chain] = v[chain] * a + b;
    }

    UNROLL
    for (int chain = 0; chain < CHAINS; chain++) sum += v[chain];
    y[i] = sum;
}

KERNEL void peak_copy(IN(x), OUT(y), int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    FOUR v = LOAD4(x + 4 * i);
    STORE4(y + 4 * i, v);
}

// sums: the second half of sums that were begun in blocks, always in the order of the blocks
//   partial [groups,blocks,width];   y: rows of width, stride apart
//   Launch  one thread per sum: grid ceil(groups * width / BLOCK)
//   Args    add: += instead of =
//   Cost    reads every partial sum once       Writes  y = or +=

KERNEL void sum_partials(IN(partial), OUT(y), int groups, int blocks, int width, int stride, int add)
{
    FROM(partial) INTO(y)
    int i = GLOBAL_ID;
    if (i >= groups * width) return;
    int group = i / width, column = i % width, to = group * stride + column;
    WIDE sum = add ? y[to] : 0;
    for (int block = 0; block < blocks; block++) sum += partial[(group * blocks + block) * width + column];
    y[to] = (float)sum;
}

// y = sum of partial [blocks] / divisor, or its root, / scale where one is given; one group
KERNEL void sum_blocks(IN_OF(WIDE, partial), IN_OF(WIDE, divisor), IN(scale), OUT(y), float count, int blocks, int root)
{
    FROM_OF(WIDE, partial) FROM_OF(WIDE, divisor) FROM(scale) INTO(y)
    LOCAL WIDE sums[BLOCK];
    WIDE sum = 0;
    for (int block = LANE; block < blocks; block += BLOCK) sum += partial[block];
    sum = block_sum(sums, sum);
    sum = sum / (divisor == 0 ? (WIDE)count : divisor[0]);
    if (root) sum = sqrt(sum);
    if (LANE == 0) y[0] = (float)(scale == 0 ? sum : sum / scale[0]);
}

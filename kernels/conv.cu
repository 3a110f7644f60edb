// conv: convolution over time as an implicit matrix product, of which groups compute tiles TILE_M x TILE_N in steps of TILE_K
//   x [B,T,Cin], w [K,Cin/groups,Cout], y [B,T',Cout], bias [Cout], residual in y's shape, mask [B,T'];   all contiguous, those not given null
//   It ties coarse rows c to fine rows f = c*stride + k*dilation - pad, rows counted down the columns of a picture of `period` columns.
//   Coarse results gather fine rows (forward; data gradient of a transposed one), fine results gather coarse rows (data gradient; forward of a
//   transposed one); there only the taps of one residue modulo the stride (a phase) meet a row.
//   Launch  conv: grid (ceil(rows of a phase * B * period / TILE_M), ceil(Cout/groups / TILE_N), groups * phases); conv_weight: below;
//           BLOCK = (TILE_M / EACH_M) * (TILE_N / EACH_N) threads, each of EACH_M x EACH_N sums
//   Defines TILE_M, TILE_N, TILE_K, EACH_M, EACH_N;   WHOLE: channels of a group are a multiple of TILE_K, so a step stays within one tap;
//           FLIPPED: the data gradient, whose w is read along its last axis
//   Cost    a step moves (TILE_M + TILE_N) * TILE_K scalars for 2 * TILE_M * TILE_N * TILE_K FLOP       Writes  y = or +=, dw = or +=, partial =

#define THREADS_N (TILE_N / EACH_N)
#define OUTSIDE (-(1 << 29))   // a row that no tap brings inside

// What a tile of results gains by a step, from shared tiles a [TILE_K][TILE_M] and b [TILE_K][TILE_N]. Thread (i, j) of the group has rows
// i * EACH_M …, and columns j, j + THREADS_N, …, so that neighbours write neighbouring columns. A step is summed before it is added:
// the error of a sum of thousands of terms falls to half, for one addition in TILE_K more.
#define MULTIPLY_TILES(a, b, sums)                                                       \
    {                                                                                    \
        float gain[EACH_M][EACH_N];                                                      \
        UNROLL                                                                           \
        for (int i = 0; i < EACH_M; i++)                                                 \
        {                                                                                \
            UNROLL                                                                       \
            for (int j = 0; j < EACH_N; j++) gain[i][j] = 0;                             \
        }                                                                                \
                                                                                         \
        UNROLL                                                                           \
        for (int k = 0; k < TILE_K; k++)                                                 \
        {                                                                                \
            float of_a[EACH_M], of_b[EACH_N];                                            \
            UNROLL                                                                       \
            for (int i = 0; i < EACH_M; i++) of_a[i] = a[k][thread_m * EACH_M + i];      \
            UNROLL                                                                       \
            for (int j = 0; j < EACH_N; j++) of_b[j] = b[k][thread_n + j * THREADS_N];   \
            UNROLL                                                                       \
            for (int i = 0; i < EACH_M; i++)                                             \
            {                                                                            \
                UNROLL                                                                   \
                for (int j = 0; j < EACH_N; j++) gain[i][j] += of_a[i] * of_b[j];        \
            }                                                                            \
        }                                                                                \
                                                                                         \
        UNROLL                                                                           \
        for (int i = 0; i < EACH_M; i++)                                                 \
        {                                                                                \
            UNROLL                                                                       \
            for (int j = 0; j < EACH_N; j++) sums[i][j] += gain[i][j];                   \
        }                                                                                \
    }

// y = mask * (activation(sum + bias) + residual); activation 0 none, 1 leaky ReLU, 2 tanh
KERNEL void conv(
    IN(x), IN(w), IN(bias), IN(residual), IN(mask), OUT(y), int activation, float slope, int add, int batch, int period, int in_rows, int out_rows,
    int in_channels, int out_channels, int groups, int taps_all, int stride, int dilation, int pad, int to_fine, int tap_step, int in_tap_step)
{
    FROM(x) FROM(w) FROM(bias) FROM(residual) FROM(mask) INTO(y)
    LOCAL float tile_a[TILE_K][TILE_M], tile_b[TILE_K][TILE_N];
    LOCAL int first_row[TILE_M], first_frame[TILE_M];   // of each row of the tile: the input row of the phase's first tap, the input's frame at row 0
    int in_group = in_channels / groups, out_group = out_channels / groups;
    int phases = !to_fine ? 1 : stride < out_rows ? stride : out_rows;
    int group = GROUP_Z / phases, phase = GROUP_Z % phases;

    // The phase's i-th tap is tap first_tap + i * tap_step; it reads row j * in_step + in_first + i * in_tap_step for result row j.
    int rows = to_fine ? (out_rows - 1 - phase) / stride + 1 : out_rows, in_step = to_fine ? 1 : stride;
    int first_tap = 0, in_first = -pad, taps = taps_all;
    if (to_fine)
    {
        while (first_tap < tap_step && (phase + pad - first_tap * dilation) % stride != 0) first_tap++;
        taps = first_tap < tap_step && first_tap < taps_all ? (taps_all - 1 - first_tap) / tap_step + 1 : 0;
        in_first = (phase + pad - first_tap * dilation) / stride;
    }

    int results = batch * rows * period, tile_m = GROUP_X * TILE_M, tile_n = GROUP_Y * TILE_N;
    int thread_m = LANE / THREADS_N, thread_n = LANE % THREADS_N;
    for (int i = LANE; i < TILE_M; i += BLOCK)
    {
        int m = tile_m + i, item = m / (rows * period), row = m / period % rows, column = m % period;
        first_row[i] = m < results ? row * in_step + in_first : OUTSIDE;
        first_frame[i] = item * in_rows * period + column;
    }

    float sums[EACH_M][EACH_N];
    UNROLL
    for (int i = 0; i < EACH_M; i++)
    {
        UNROLL
        for (int j = 0; j < EACH_N; j++) sums[i][j] = 0;
    }

    int depth = taps * in_group;
    for (int start = 0; start < depth; start += TILE_K)
    {
        BARRIER;
#ifdef WHOLE
        int step_tap = start / in_group, step_channel = start % in_group;
#endif
        for (int i = LANE; i < TILE_M * TILE_K; i += BLOCK)
        {
            int k = i % TILE_K, m = i / TILE_K;
#ifdef WHOLE
            int tap = step_tap, channel = step_channel + k;
#else
            int tap = (start + k) / in_group, channel = (start + k) % in_group;
#endif
            int row = first_row[m] + tap * in_tap_step;
            float v = 0;
            if (row >= 0 && row < in_rows && start + k < depth) v = x[(first_frame[m] + row * period) * in_channels + group * in_group + channel];
            tile_a[k][m] = v;
        }

        for (int i = LANE; i < TILE_N * TILE_K; i += BLOCK)
        {
#ifdef FLIPPED
            int k = i % TILE_K, n = i / TILE_K;
#else
            int k = i / TILE_N, n = i % TILE_N;
#endif
#ifdef WHOLE
            int tap = step_tap, channel = step_channel + k;
#else
            int tap = (start + k) / in_group, channel = (start + k) % in_group;
#endif
            float v = 0;
            if (tile_n + n < out_group && start + k < depth)
            {
                int of_kernel = first_tap + tap * tap_step;
#ifdef FLIPPED
                v = w[(of_kernel * out_group + tile_n + n) * in_channels + group * in_group + channel];
#else
                v = w[(of_kernel * in_group + channel) * out_channels + group * out_group + tile_n + n];
#endif
            }

            tile_b[k][n] = v;
        }

        BARRIER;
        MULTIPLY_TILES(tile_a, tile_b, sums)
    }

    UNROLL
    for (int i = 0; i < EACH_M; i++)
    {
        int m = tile_m + thread_m * EACH_M + i;
        if (m >= results) continue;
        int item = m / (rows * period), row = m / period % rows, column = m % period;
        int frame = (item * out_rows + (to_fine ? phase + row * stride : row)) * period + column;
        UNROLL
        for (int j = 0; j < EACH_N; j++)
        {
            int n = tile_n + thread_n + j * THREADS_N, channel = group * out_group + n;
            if (n >= out_group) continue;
            int at = frame * out_channels + channel;
            float v = sums[i][j];
            if (bias != 0) v += bias[channel];
            if (activation == 1) v = leaky(v, slope);
            else if (activation == 2) v = tanh(v);
            if (residual != 0) v += residual[at];
            if (mask != 0) v *= mask[frame];
            PUT(y, at, v, add);
        }
    }
}

// dw [k, ci, co] = sum over coarse rows c of fine [c*stride + k*dilation - pad] * coarse [c], split over stretches of coarse rows
//   fine, coarse: x and dy, or dy and x of a transposed convolution.   M = (tap, fine channel), N = coarse channel of a group
//   Launch  grid (ceil(M / TILE_M), ceil(N / TILE_N), groups * splits);   element (tap, f, c) goes to tap * at_tap + f * at_fine + c * at_coarse
KERNEL void conv_weight(
    IN(fine), IN(coarse), OUT(dw), int add, int batch, int period, int fine_rows, int coarse_rows, int fine_channels, int coarse_channels, int groups, int taps,
    int stride, int dilation, int pad, int at_tap, int at_fine, int at_coarse, int stretch, int count)
{
    FROM(fine) FROM(coarse) INTO(dw)
    LOCAL float tile_a[TILE_K][TILE_M], tile_b[TILE_K][TILE_N];
    LOCAL int first_row[TILE_K], first_frame[TILE_K], tap_row[TILE_M], tap_channel[TILE_M];
    int fine_group = fine_channels / groups, coarse_group = coarse_channels / groups;
    int group = GROUP_Z % groups, split = GROUP_Z / groups;
    int tile_m = GROUP_X * TILE_M, tile_n = GROUP_Y * TILE_N, thread_m = LANE / THREADS_N, thread_n = LANE % THREADS_N;
    int all = batch * coarse_rows * period, first = split * stretch, end = first + stretch < all ? first + stretch : all;
    for (int i = LANE; i < TILE_M; i += BLOCK)
    {
        int m = tile_m + i;
        tap_row[i] = m < taps * fine_group ? m / fine_group * dilation - pad : OUTSIDE;
        tap_channel[i] = group * fine_group + m % fine_group;
    }

    float sums[EACH_M][EACH_N];
    UNROLL
    for (int i = 0; i < EACH_M; i++)
    {
        UNROLL
        for (int j = 0; j < EACH_N; j++) sums[i][j] = 0;
    }

    for (int start = first; start < end; start += TILE_K)
    {
        BARRIER;
        for (int k = LANE; k < TILE_K; k += BLOCK)
        {
            int frame = start + k, item = frame / (coarse_rows * period), row = frame / period % coarse_rows, column = frame % period;
            first_row[k] = frame < end ? row * stride : OUTSIDE;
            first_frame[k] = item * fine_rows * period + column;
        }

        BARRIER;
        for (int i = LANE; i < TILE_M * TILE_K; i += BLOCK)
        {
            int m = i % TILE_M, k = i / TILE_M, row = first_row[k] + tap_row[m];
            float v = 0;
            if (row >= 0 && row < fine_rows) v = fine[(first_frame[k] + row * period) * fine_channels + tap_channel[m]];
            tile_a[k][m] = v;
        }

        for (int i = LANE; i < TILE_N * TILE_K; i += BLOCK)
        {
            int n = i % TILE_N, k = i / TILE_N;
            tile_b[k][n] = start + k < end && tile_n + n < coarse_group ? coarse[(start + k) * coarse_channels + group * coarse_group + tile_n + n] : 0;
        }

        BARRIER;
        MULTIPLY_TILES(tile_a, tile_b, sums)
    }

    UNROLL
    for (int i = 0; i < EACH_M; i++)
    {
        int m = tile_m + thread_m * EACH_M + i;
        if (m >= taps * fine_group) continue;
        UNROLL
        for (int j = 0; j < EACH_N; j++)
        {
            int n = tile_n + thread_n + j * THREADS_N;
            if (n >= coarse_group) continue;
            int at = split * count + m / fine_group * at_tap + m % fine_group * at_fine + (group * coarse_group + n) * at_coarse;
            PUT(dw, at, sums[i][j], add);
        }
    }
}

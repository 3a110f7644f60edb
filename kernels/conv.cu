// conv: convolution over pictures as an implicit matrix product, of which groups compute tiles TILE_M x TILE_N in steps of TILE_K
//   x [B,T,Cin], w [K,Cin/groups,Cout], y [B,T',Cout], bias [Cout], residual in y's shape, mask [B,T'];   all contiguous, those not given null
//   The frames of an item are a picture, row after row; a convolution over time has pictures of one column, a period discriminator's of one tap
//   across. Down and across alike, an axis ties coarse places c to fine places f = c*stride + k*dilation - pad. Coarse results gather fine places
//   (forward; data gradient of a transposed one), fine results gather coarse places (data gradient; forward of a transposed one); there only the
//   taps of one residue modulo the stride (a phase) meet a place.
//   Launch  conv: grid (ceil(results of a phase, of all items, / TILE_M), ceil(Cout/groups / TILE_N), groups * phases); conv_weight: below;
//           BLOCK = (TILE_M / EACH_M) * (TILE_N / EACH_N) threads, each of EACH_M x EACH_N sums
//   Args    of each axis: places read and written, its taps, stride, dilation, pad, and tap_step = to_fine ? stride / gcd(stride, dilation) : 1
//   Defines TILE_M, TILE_N, TILE_K, EACH_M (4), EACH_N;   WHOLE: channels of a group are a multiple of TILE_K, so a step stays within one tap;
//           FLIPPED: the data gradient, whose w is read along its last axis
//   Cost    a step moves (TILE_M + TILE_N) * TILE_K scalars for 2 * TILE_M * TILE_N * TILE_K FLOP; they leave memory while the step before is multiplied       Writes  y = or +=, dw = or +=, partial =

#include "conv_axis.h"

#define THREADS_N (TILE_N / EACH_N)
#define PAD 4   // floats more a row of a tile that threads fill column by column: they meet two in a bank instead of sixteen, and four floats stay together
#define EACH_A ((TILE_M * TILE_K + BLOCK - 1) / BLOCK)   // numbers that a thread brings from memory for a step
#define EACH_B ((TILE_N * TILE_K + BLOCK - 1) / BLOCK)

// Of the at-th number of tile b: its place in the sum's order, and its column. Neighbouring threads read along the axis that is contiguous.
#ifdef FLIPPED
#define K_OF_B(at) ((at) % TILE_K)
#define N_OF_B(at) ((at) / TILE_K)
#else
#define K_OF_B(at) ((at) / TILE_N)
#define N_OF_B(at) ((at) % TILE_N)
#endif

// What a tile of results gains by a step, from shared tiles a [TILE_K][TILE_M …] and b [TILE_K][TILE_N …]. Thread (i, j) of the group has rows
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
            FOUR four = LOAD4(&a[k][thread_m * EACH_M]);                                 \
            of_a[0] = four.x;                                                            \
            of_a[1] = four.y;                                                            \
            of_a[2] = four.z;                                                            \
            of_a[3] = four.w;                                                            \
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

// y = mask * (sum + bias, leaky if asked for, + residual); other activations are a pass of their own (conv_epilogue)
KERNEL void conv(
    IN_ANY(x), IN(w), IN(bias), IN_ANY(residual), IN(mask), OUT_ANY(y), int leaks, float slope, int add, int batch, int in_channels, int out_channels, int groups,
    int to_fine, int in_rows, int out_rows, int taps_down, int stride_down, int dilation_down, int pad_down, int tap_step_down, int in_columns, int out_columns,
    int taps_across, int stride_across, int dilation_across, int pad_across, int tap_step_across)
{
    FROM_ANY(x) FROM(w) FROM(bias) FROM_ANY(residual) FROM(mask) INTO_ANY(y)
    LOCAL_FOURS float tile_a[TILE_K][TILE_M + PAD];
    LOCAL float tile_b[TILE_K][TILE_N + PAD];
    LOCAL int first_row[TILE_M], first_column[TILE_M], first_frame[TILE_M];   // of each row of the tile: where the phase's first taps read, in which picture
    int in_group = in_channels / groups, out_group = out_channels / groups;
    int phases_down = !to_fine ? 1 : stride_down < out_rows ? stride_down : out_rows;
    int phases_across = !to_fine ? 1 : stride_across < out_columns ? stride_across : out_columns;
    int group = GROUP_Z / (phases_down * phases_across), phase = GROUP_Z % (phases_down * phases_across);
    Axis down = axis_of_phase(phase / phases_across, out_rows, taps_down, stride_down, dilation_down, pad_down, tap_step_down, to_fine);
    Axis across = axis_of_phase(phase % phases_across, out_columns, taps_across, stride_across, dilation_across, pad_across, tap_step_across, to_fine);

    int results = batch * down.places * across.places, tile_m = GROUP_X * TILE_M, tile_n = GROUP_Y * TILE_N;
    int thread_m = LANE / THREADS_N, thread_n = LANE % THREADS_N;
    for (int i = LANE; i < TILE_M; i += BLOCK)
    {
        int m = tile_m + i, item = m / (down.places * across.places), row = m / across.places % down.places, column = m % across.places;
        first_row[i] = m < results ? row * down.step_in + down.first_in : OUTSIDE;
        first_column[i] = column * across.step_in + across.first_in;
        first_frame[i] = item * in_rows * in_columns;
    }

    float sums[EACH_M][EACH_N];
    UNROLL
    for (int i = 0; i < EACH_M; i++)
    {
        UNROLL
        for (int j = 0; j < EACH_N; j++) sums[i][j] = 0;
    }

    int depth = down.taps * across.taps * in_group;
    BARRIER;
    for (int start = -TILE_K; start < depth; start += TILE_K)
    {
        int next = start + TILE_K;
#ifdef WHOLE
        FOUR of_a[EACH_A / 4];
#else
        float of_a[EACH_A];
#endif
        float of_b[EACH_B];
        if (next < depth)
        {
#ifdef WHOLE
            int step_tap = next / in_group, step_channel = next % in_group, tap_down = step_tap / across.taps, tap_across = step_tap % across.taps;
            UNROLL
            for (int i = 0; i < EACH_A / 4; i++)
            {
                int at = i * BLOCK + LANE, k = at % (TILE_K / 4) * 4, m = at / (TILE_K / 4);
                int row = first_row[m] + tap_down * down.tap_in, column = first_column[m] + tap_across * across.tap_in;
                bool inside = row >= 0 && row < in_rows && column >= 0 && column < in_columns;
                of_a[i] = inside ? READ4(x, (first_frame[m] + row * in_columns + column) * in_channels + group * in_group + step_channel + k) : zeros();
            }
#else
            UNROLL
            for (int i = 0; i < EACH_A; i++)
            {
                int at = i * BLOCK + LANE, k = at % TILE_K, m = at / TILE_K;
                int tap = (next + k) / in_group, tap_down = tap / across.taps, tap_across = tap % across.taps, channel = (next + k) % in_group;
                int row = first_row[m] + tap_down * down.tap_in, column = first_column[m] + tap_across * across.tap_in;
                bool inside = row >= 0 && row < in_rows && column >= 0 && column < in_columns && next + k < depth;
                of_a[i] = inside ? READ(x, (first_frame[m] + row * in_columns + column) * in_channels + group * in_group + channel) : 0;
            }
#endif

            UNROLL
            for (int i = 0; i < EACH_B; i++)
            {
                int at = i * BLOCK + LANE, k = K_OF_B(at), n = N_OF_B(at);
#ifdef WHOLE
                int channel = step_channel + k;
#else
                int tap = (next + k) / in_group, tap_down = tap / across.taps, tap_across = tap % across.taps, channel = (next + k) % in_group;
#endif
                int of_kernel = (down.first_tap + tap_down * down.step_tap) * taps_across + across.first_tap + tap_across * across.step_tap;
                bool inside = at < TILE_N * TILE_K && tile_n + n < out_group && next + k < depth;
#ifdef FLIPPED
                of_b[i] = inside ? w[(of_kernel * out_group + tile_n + n) * in_channels + group * in_group + channel] : 0;
#else
                of_b[i] = inside ? w[(of_kernel * in_group + channel) * out_channels + group * out_group + tile_n + n] : 0;
#endif
            }
        }

        if (start >= 0) MULTIPLY_TILES(tile_a, tile_b, sums)

        BARRIER;
        if (next < depth)
        {
#ifdef WHOLE
            UNROLL
            for (int i = 0; i < EACH_A / 4; i++)
            {
                int at = i * BLOCK + LANE, k = at % (TILE_K / 4) * 4, m = at / (TILE_K / 4);
                tile_a[k][m] = of_a[i].x;
                tile_a[k + 1][m] = of_a[i].y;
                tile_a[k + 2][m] = of_a[i].z;
                tile_a[k + 3][m] = of_a[i].w;
            }
#else
            UNROLL
            for (int i = 0; i < EACH_A; i++) tile_a[(i * BLOCK + LANE) % TILE_K][(i * BLOCK + LANE) / TILE_K] = of_a[i];
#endif

            UNROLL
            for (int i = 0; i < EACH_B; i++)
            {
                int at = i * BLOCK + LANE;
                if (at < TILE_N * TILE_K) tile_b[K_OF_B(at)][N_OF_B(at)] = of_b[i];
            }
        }

        BARRIER;
    }

    UNROLL
    for (int i = 0; i < EACH_M; i++)
    {
        int m = tile_m + thread_m * EACH_M + i;
        if (m >= results) continue;
        int item = m / (down.places * across.places), row = m / across.places % down.places, column = m % across.places;
        int frame = (item * out_rows + down.first_out + row * down.step_out) * out_columns + across.first_out + column * across.step_out;
        UNROLL
        for (int j = 0; j < EACH_N; j++)
        {
            int n = tile_n + thread_n + j * THREADS_N, channel = group * out_group + n;
            if (n >= out_group) continue;
            int at = frame * out_channels + channel;
            float v = sums[i][j];
            if (bias != 0) v += bias[channel];
            if (leaks) v = leaky(v, slope);
            if (residual != 0) v += READ(residual, at);
            if (mask != 0) v *= mask[frame];
            WRITE(y, at, v, add);
        }
    }
}

// dw [k, ci, co] = sum over coarse frames c of fine [c*stride + k*dilation - pad] * coarse [c], split over stretches of coarse frames
//   fine, coarse: x and dy, or dy and x of a transposed convolution.   M = (tap, fine channel), N = coarse channel of a group
//   Launch  grid (ceil(M / TILE_M), ceil(N / TILE_N), groups * splits);   element (tap, f, c) goes to tap * at_tap + f * at_fine + c * at_coarse
KERNEL void conv_weight(
    IN_ANY(fine), IN_ANY(coarse), OUT(dw), int add, int batch, int fine_channels, int coarse_channels, int groups, int at_tap, int at_fine, int at_coarse, int stretch,
    int count, int fine_rows, int coarse_rows, int taps_down, int stride_down, int dilation_down, int pad_down, int fine_columns, int coarse_columns,
    int taps_across, int stride_across, int dilation_across, int pad_across)
{
    FROM_ANY(fine) FROM_ANY(coarse) INTO(dw)
    LOCAL_FOURS float tile_a[TILE_K][TILE_M];
    LOCAL float tile_b[TILE_K][TILE_N];
    LOCAL int first_row[TILE_K], first_column[TILE_K], first_frame[TILE_K], tap_row[TILE_M], tap_column[TILE_M], tap_channel[TILE_M];
    int fine_group = fine_channels / groups, coarse_group = coarse_channels / groups, rows = taps_down * taps_across * fine_group;
    int group = GROUP_Z % groups, split = GROUP_Z / groups;
    int tile_m = GROUP_X * TILE_M, tile_n = GROUP_Y * TILE_N, thread_m = LANE / THREADS_N, thread_n = LANE % THREADS_N;
    int all = batch * coarse_rows * coarse_columns, first = split * stretch, end = first + stretch < all ? first + stretch : all;
    for (int i = LANE; i < TILE_M; i += BLOCK)
    {
        int m = tile_m + i, tap = m / fine_group;
        tap_row[i] = m < rows ? tap / taps_across * dilation_down - pad_down : OUTSIDE;
        tap_column[i] = tap % taps_across * dilation_across - pad_across;
        tap_channel[i] = group * fine_group + m % fine_group;
    }

    float sums[EACH_M][EACH_N];
    UNROLL
    for (int i = 0; i < EACH_M; i++)
    {
        UNROLL
        for (int j = 0; j < EACH_N; j++) sums[i][j] = 0;
    }

    for (int start = first - 2 * TILE_K; start < end; start += TILE_K)
    {
        int next = start + TILE_K;
        float of_a[EACH_A], of_b[EACH_B];
        if (next >= first && next < end)
        {
            UNROLL
            for (int i = 0; i < EACH_A; i++)
            {
                int at = i * BLOCK + LANE, m = at % TILE_M, k = at / TILE_M, row = first_row[k] + tap_row[m], column = first_column[k] + tap_column[m];
                bool inside = row >= 0 && row < fine_rows && column >= 0 && column < fine_columns;
                of_a[i] = inside ? READ(fine, (first_frame[k] + row * fine_columns + column) * fine_channels + tap_channel[m]) : 0;
            }

            UNROLL
            for (int i = 0; i < EACH_B; i++)
            {
                int at = i * BLOCK + LANE, n = at % TILE_N, k = at / TILE_N;
                bool inside = k < TILE_K && next + k < end && tile_n + n < coarse_group;
                of_b[i] = inside ? READ(coarse, (next + k) * coarse_channels + group * coarse_group + tile_n + n) : 0;
            }
        }

        if (start >= first) MULTIPLY_TILES(tile_a, tile_b, sums)

        BARRIER;
        if (next >= first && next < end)
        {
            UNROLL
            for (int i = 0; i < EACH_A; i++) tile_a[(i * BLOCK + LANE) / TILE_M][(i * BLOCK + LANE) % TILE_M] = of_a[i];
            UNROLL
            for (int i = 0; i < EACH_B; i++)
            {
                int at = i * BLOCK + LANE;
                if (at < TILE_N * TILE_K) tile_b[at / TILE_N][at % TILE_N] = of_b[i];
            }
        }

        // Where the frames lie that leave memory in the next turn.
        for (int k = LANE; k < TILE_K; k += BLOCK)
        {
            int frame = next + TILE_K + k, item = frame / (coarse_rows * coarse_columns);
            first_row[k] = frame < end ? frame / coarse_columns % coarse_rows * stride_down : OUTSIDE;
            first_column[k] = frame % coarse_columns * stride_across;
            first_frame[k] = item * fine_rows * fine_columns;
        }

        BARRIER;
    }

    UNROLL
    for (int i = 0; i < EACH_M; i++)
    {
        int m = tile_m + thread_m * EACH_M + i;
        if (m >= rows) continue;
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

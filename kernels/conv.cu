// conv: convolution over pictures as an implicit matrix product, of which groups compute tiles TILE_M x TILE_N in steps of TILE_K
//   x [B,T,Cin], w [K,Cin/groups,Cout], y [B,T',Cout], bias [Cout], residual in y's shape, mask [B,T'];   all contiguous, those not given null
//   The frames of an item are a picture, row after row; a convolution over time has pictures of one column, a period discriminator's of one tap
//   across. Down and across alike, an axis ties coarse places c to fine places f = c*stride + k*dilation - pad. Coarse results gather fine places
//   (forward; data gradient of a transposed one), fine results gather coarse places (data gradient; forward of a transposed one); there only the
//   taps of one residue modulo the stride (a phase) meet a place.
//   Launch  conv: grid (ceil(results of a phase, of all items, / TILE_M), ceil(Cout/groups / TILE_N), groups * phases); conv_weight: below;
//           BLOCK = (TILE_M / EACH_M) * (TILE_N / EACH_N) threads, each of EACH_M x EACH_N sums
//   Args    of each axis: places read and written, its taps, stride, dilation, pad, and tap_step = to_fine ? stride / gcd(stride, dilation) : 1
//   Defines TILE_M, TILE_N, TILE_K, EACH_M, EACH_N;   WHOLE: channels of a group are a multiple of TILE_K, so a step stays within one tap;
//           FLIPPED: the data gradient, whose w is read along its last axis
//   Cost    a step moves (TILE_M + TILE_N) * TILE_K scalars for 2 * TILE_M * TILE_N * TILE_K FLOP       Writes  y = or +=, dw = or +=, partial =

#include "conv_axis.h"

#define THREADS_N (TILE_N / EACH_N)
#define PAD 4   // floats more a row of a tile that threads fill column by column: they meet two in a bank instead of sixteen, and four floats stay together

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

// y = mask * (sum + bias, leaky if asked for, + residual); other activations are a pass of their own (conv_epilogue)
KERNEL void conv(
    IN_ANY(x), IN(w), IN(bias), IN_ANY(residual), IN(mask), OUT_ANY(y), int leaks, float slope, int add, int batch, int in_channels, int out_channels, int groups,
    int to_fine, int in_rows, int out_rows, int taps_down, int stride_down, int dilation_down, int pad_down, int tap_step_down, int in_columns, int out_columns,
    int taps_across, int stride_across, int dilation_across, int pad_across, int tap_step_across)
{
    FROM_ANY(x) FROM(w) FROM(bias) FROM_ANY(residual) FROM(mask) INTO_ANY(y)
    LOCAL float tile_a[TILE_K][TILE_M + PAD], tile_b[TILE_K][TILE_N + PAD];
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
    for (int start = 0; start < depth; start += TILE_K)
    {
        BARRIER;
#ifdef WHOLE
        int step_tap = start / in_group, step_channel = start % in_group, step_down = step_tap / across.taps, step_across = step_tap % across.taps;
#endif
        for (int i = LANE; i < TILE_M * TILE_K; i += BLOCK)
        {
            int k = i % TILE_K, m = i / TILE_K;
#ifdef WHOLE
            int tap_down = step_down, tap_across = step_across, channel = step_channel + k;
#else
            int tap = (start + k) / in_group, tap_down = tap / across.taps, tap_across = tap % across.taps, channel = (start + k) % in_group;
#endif
            int row = first_row[m] + tap_down * down.tap_in, column = first_column[m] + tap_across * across.tap_in;
            float v = 0;
            if (row >= 0 && row < in_rows && column >= 0 && column < in_columns && start + k < depth)
            {
                v = READ(x, (first_frame[m] + row * in_columns + column) * in_channels + group * in_group + channel);
            }

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
            int tap_down = step_down, tap_across = step_across, channel = step_channel + k;
#else
            int tap = (start + k) / in_group, tap_down = tap / across.taps, tap_across = tap % across.taps, channel = (start + k) % in_group;
#endif
            float v = 0;
            if (tile_n + n < out_group && start + k < depth)
            {
                int of_kernel = (down.first_tap + tap_down * down.step_tap) * taps_across + across.first_tap + tap_across * across.step_tap;
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
    LOCAL float tile_a[TILE_K][TILE_M], tile_b[TILE_K][TILE_N];
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

    for (int start = first; start < end; start += TILE_K)
    {
        BARRIER;
        for (int k = LANE; k < TILE_K; k += BLOCK)
        {
            int frame = start + k, item = frame / (coarse_rows * coarse_columns);
            first_row[k] = frame < end ? frame / coarse_columns % coarse_rows * stride_down : OUTSIDE;
            first_column[k] = frame % coarse_columns * stride_across;
            first_frame[k] = item * fine_rows * fine_columns;
        }

        BARRIER;
        for (int i = LANE; i < TILE_M * TILE_K; i += BLOCK)
        {
            int m = i % TILE_M, k = i / TILE_M, row = first_row[k] + tap_row[m], column = first_column[k] + tap_column[m];
            float v = 0;
            if (row >= 0 && row < fine_rows && column >= 0 && column < fine_columns) v = READ(fine, (first_frame[k] + row * fine_columns + column) * fine_channels + tap_channel[m]);
            tile_a[k][m] = v;
        }

        for (int i = LANE; i < TILE_N * TILE_K; i += BLOCK)
        {
            int n = i % TILE_N, k = i / TILE_N;
            tile_b[k][n] = start + k < end && tile_n + n < coarse_group ? READ(coarse, (start + k) * coarse_channels + group * coarse_group + tile_n + n) : 0;
        }

        BARRIER;
        MULTIPLY_TILES(tile_a, tile_b, sums)
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

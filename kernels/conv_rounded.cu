// conv_rounded: the convolutions of conv.cu with operands rounded to tf32, bf16 or fp16, for tensor cores; sums, weights and all small tensors are f32
//   Tensors and arguments as in conv.cu; channels of a group, in and out, are multiples of 32, and all tensors begin at multiples of 16 bytes
//   A group's tiles of operands lie in shared memory as words of PAIRS numbers that follow each other in the sum's order, twice: one is read while the next is
//   fetched into registers, rounded and stored. Warp (i, j) has MMA_M x MMA_N blocks of 16 x 8 sums.
//   Launch  grids of conv.cu;   BLOCK = 32 * WARPS_M * WARPS_N threads
//   Defines WARPS_M, WARPS_N, MMA_M, MMA_N;   FORMAT 0 tf32 (PAIRS 1), 1 bf16, 2 fp16 (PAIRS 2);   FLIPPED: the data gradient
//           EMULATED: tests on devices without tensor cores run the matrix instruction in C, by PTX's tables of who holds what
//   Cost    a step moves (TILE_M + TILE_N) * STEP floats for 2 * TILE_M * TILE_N * STEP FLOP       Writes  y = or +=, dw = or +=, partial =

#include "conv_axis.h"

#if FORMAT == 0
#define PAIRS 1
#else
#define PAIRS 2
#endif
#define WORDS 16                 // of a row and step
#define STEP (WORDS * PAIRS)     // channels, or frames, of a step
#define ROW (WORDS + 4)          // words from row to row: eight rows of four words are in different banks
#define TILE_M (WARPS_M * MMA_M * 16)
#define TILE_N (WARPS_N * MMA_N * 8)
#define ALONG_A ((TILE_M * STEP / 4 + BLOCK - 1) / BLOCK)      // fours of a thread, rows of operands in the sum's order
#define ALONG_B ((TILE_N * STEP / 4 + BLOCK - 1) / BLOCK)
#define ACROSS_A ((TILE_M * WORDS / 4 + BLOCK - 1) / BLOCK)    // likewise, but of PAIRS fours: rows across it
#define ACROSS_B ((TILE_N * WORDS / 4 + BLOCK - 1) / BLOCK)

#if FORMAT == 0
#define WORD(a, b) tf32_of(a)
#define PRODUCT(a, b) (FLOAT(a) * FLOAT(b))
#elif FORMAT == 1
#define WORD(a, b) (bf16_of(a) | (bf16_of(b) << 16))
#define PRODUCT(a, b) (FLOAT((a) << 16) * FLOAT((b) << 16) + FLOAT((a) & 0xffff0000u) * FLOAT((b) & 0xffff0000u))
#else
#define WORD(a, b) (fp16_of(a) | (fp16_of(b) << 16))
#define PRODUCT(a, b) (fp16_value(a) * fp16_value(b) + fp16_value((a) >> 16) * fp16_value((b) >> 16))
#endif

// Four numbers of a row, in the sum's order, into the words from word on.
DEVICE void store_along(NEAR U32* tile, int row, int word, FOUR v)
{
    NEAR U32* to = tile + row * ROW + word;
#if PAIRS == 1
    to[0] = WORD(v.x, 0);
    to[1] = WORD(v.y, 0);
    to[2] = WORD(v.z, 0);
    to[3] = WORD(v.w, 0);
#else
    to[0] = WORD(v.x, v.y);
    to[1] = WORD(v.z, v.w);
#endif
}

// One word each of four rows; first and second follow each other in the sum's order.
DEVICE void store_across(NEAR U32* tile, int row, int word, FOUR first, FOUR second)
{
    NEAR U32* to = tile + row * ROW + word;
    to[0] = WORD(first.x, second.x);
    to[ROW] = WORD(first.y, second.y);
    to[2 * ROW] = WORD(first.z, second.z);
    to[3 * ROW] = WORD(first.w, second.w);
}

// The thread's place in its warp: group of four, place in it. Its sums of block (i, j) are rows pair_row + 16 i (and 8 below), columns pair_column + 8 j (and 1 right).
#define THREAD_PLACES                                                                                             \
    int warp = LANE / 32, four = LANE % 32 / 4, in_four = LANE % 4;                                               \
    int warp_m = warp / WARPS_N * (MMA_M * 16), warp_n = warp % WARPS_N * (MMA_N * 8);                            \
    int pair_row = warp_m + four, pair_column = warp_n + 2 * in_four;

#if defined(MATRIX_SUM) || defined(EMULATED)

// PTX ISA, "Matrix Fragments for mma.m16n8k8" (tf32) and "… mma.m16n8k16" (f16, bf16): in words of PAIRS numbers both are the same. A [16][8 words], B [8 words][8].
#define MULTIPLY_TILES(tile_a, tile_b, sums)                                                                      \
    for (int at = 0; at < WORDS; at += 8)                                                                         \
    {                                                                                                             \
        U32 a[MMA_M][4], b[MMA_N][2];                                                                             \
        UNROLL                                                                                                    \
        for (int i = 0; i < MMA_M; i++)                                                                           \
        {                                                                                                         \
            NEAR U32* of = tile_a + (pair_row + 16 * i) * ROW + at + in_four;                                     \
            a[i][0] = of[0];                                                                                      \
            a[i][1] = of[8 * ROW];                                                                                \
            a[i][2] = of[4];                                                                                      \
            a[i][3] = of[8 * ROW + 4];                                                                            \
        }                                                                                                         \
                                                                                                                  \
        UNROLL                                                                                                    \
        for (int j = 0; j < MMA_N; j++)                                                                           \
        {                                                                                                         \
            NEAR U32* of = tile_b + (warp_n + 8 * j + four) * ROW + at + in_four;                                 \
            b[j][0] = of[0];                                                                                      \
            b[j][1] = of[4];                                                                                      \
        }                                                                                                         \
                                                                                                                  \
        UNROLL                                                                                                    \
        for (int i = 0; i < MMA_M; i++)                                                                           \
        {                                                                                                         \
            UNROLL                                                                                                \
            for (int j = 0; j < MMA_N; j++) MMA(sums[i][j], a[i], b[j])                                           \
        }                                                                                                         \
    }

#else

// Without tensor cores: each thread the same sums from the same words.
#define MULTIPLY_TILES(tile_a, tile_b, sums)                                                                      \
    for (int i = 0; i < MMA_M * MMA_N * 4; i++)                                                                   \
    {                                                                                                             \
        int block = i / 4, place = i % 4;                                                                         \
        NEAR U32* of_a = tile_a + (pair_row + 16 * (block / MMA_N) + 8 * (place / 2)) * ROW;                      \
        NEAR U32* of_b = tile_b + (pair_column + 8 * (block % MMA_N) + place % 2) * ROW;                          \
        float gain = 0;                                                                                           \
        for (int word = 0; word < WORDS; word++) gain += PRODUCT(of_a[word], of_b[word]);                         \
        sums[block / MMA_N][block % MMA_N][place] += gain;                                                        \
    }

#endif

#ifdef EMULATED
#define MMA_MEMORY LOCAL U32 held[BLOCK][6];
// All threads of the group arrive. Row r of A is held by the threads of four r % 8, column c of B by those of four c; word w by the (w % 4)-th of them.
#define MMA(d, a, b)                                                                                              \
    {                                                                                                             \
        BARRIER;                                                                                                  \
        for (int part = 0; part < 4; part++) held[LANE][part] = (a)[part];                                        \
        for (int part = 0; part < 2; part++) held[LANE][4 + part] = (b)[part];                                    \
        BARRIER;                                                                                                  \
        for (int place = 0; place < 4; place++)                                                                   \
        {                                                                                                         \
            int row = four + 8 * (place / 2), column = 2 * in_four + place % 2;                                   \
            for (int word = 0; word < 8; word++)                                                                  \
            {                                                                                                     \
                U32 of_row = held[32 * warp + row % 8 * 4 + word % 4][row / 8 + 2 * (word / 4)];                  \
                U32 of_column = held[32 * warp + column * 4 + word % 4][4 + word / 4];                            \
                (d)[place] += PRODUCT(of_row, of_column);                                                         \
            }                                                                                                     \
        }                                                                                                         \
    }
#else
#define MMA_MEMORY
#if FORMAT == 0
#define MMA(d, a, b) MATRIX_SUM("m16n8k8.row.col.f32.tf32.tf32.f32", d, a, b)
#elif FORMAT == 1
#define MMA(d, a, b) MATRIX_SUM("m16n8k16.row.col.f32.bf16.bf16.f32", d, a, b)
#else
#define MMA(d, a, b) MATRIX_SUM("m16n8k16.row.col.f32.f16.f16.f32", d, a, b)
#endif
#endif

#define NO_SUMS(sums)                                                                                             \
    float sums[MMA_M][MMA_N][4];                                                                                  \
    UNROLL                                                                                                        \
    for (int i = 0; i < MMA_M * MMA_N * 4; i++) sums[i / 4 / MMA_N][i / 4 % MMA_N][i % 4] = 0;

#ifndef WEIGHTS

// y = mask * (sum + bias, leaky if asked for, + residual), as in conv.cu
KERNEL void conv_rounded(
    IN_ANY(x), IN(w), IN(bias), IN_ANY(residual), IN(mask), OUT_ANY(y), int leaks, float slope, int add, int batch, int in_channels, int out_channels, int groups,
    int to_fine, int in_rows, int out_rows, int taps_down, int stride_down, int dilation_down, int pad_down, int tap_step_down, int in_columns, int out_columns,
    int taps_across, int stride_across, int dilation_across, int pad_across, int tap_step_across)
{
    FROM_ANY(x) FROM(w) FROM(bias) FROM_ANY(residual) FROM(mask) INTO_ANY(y)
    LOCAL U32 tile_a[2][TILE_M * ROW], tile_b[2][TILE_N * ROW];
    LOCAL int first_row[TILE_M], first_column[TILE_M], first_frame[TILE_M];
    MMA_MEMORY
    int in_group = in_channels / groups, out_group = out_channels / groups;
    int phases_down = !to_fine ? 1 : stride_down < out_rows ? stride_down : out_rows;
    int phases_across = !to_fine ? 1 : stride_across < out_columns ? stride_across : out_columns;
    int group = GROUP_Z / (phases_down * phases_across), phase = GROUP_Z % (phases_down * phases_across);
    Axis down = axis_of_phase(phase / phases_across, out_rows, taps_down, stride_down, dilation_down, pad_down, tap_step_down, to_fine);
    Axis across = axis_of_phase(phase % phases_across, out_columns, taps_across, stride_across, dilation_across, pad_across, tap_step_across, to_fine);

    int results = batch * down.places * across.places, tile_m = GROUP_X * TILE_M, tile_n = GROUP_Y * TILE_N;
    for (int i = LANE; i < TILE_M; i += BLOCK)
    {
        int m = tile_m + i, item = m / (down.places * across.places), row = m / across.places % down.places, column = m % across.places;
        first_row[i] = m < results ? row * down.step_in + down.first_in : OUTSIDE;
        first_column[i] = column * across.step_in + across.first_in;
        first_frame[i] = item * in_rows * in_columns;
    }

    BARRIER;
    THREAD_PLACES
    NO_SUMS(sums)
    int steps = down.taps * across.taps * (in_group / STEP);
    for (int step = -1; step < steps; step++)
    {
        // The next step's operands leave memory while this step's are multiplied.
        FOUR of_a[ALONG_A];
#ifdef FLIPPED
        FOUR of_b[ALONG_B];
#else
        FOUR of_b[ACROSS_B][PAIRS];
#endif
        int next = step + 1;
        if (next < steps)
        {
            int tap = next / (in_group / STEP), first_channel = group * in_group + next % (in_group / STEP) * STEP, tap_down = tap / across.taps, tap_across = tap % across.taps;
            int of_kernel = (down.first_tap + tap_down * down.step_tap) * taps_across + across.first_tap + tap_across * across.step_tap;
            UNROLL
            for (int i = 0; i < ALONG_A; i++)
            {
                int at = i * BLOCK + LANE, m = at / (STEP / 4), k = at % (STEP / 4) * 4;
                of_a[i] = zeros();
                if (m >= TILE_M) continue;
                int row = first_row[m] + tap_down * down.tap_in, column = first_column[m] + tap_across * across.tap_in;
                if (row >= 0 && row < in_rows && column >= 0 && column < in_columns)
                {
                    of_a[i] = READ4(x, (first_frame[m] + row * in_columns + column) * in_channels + first_channel + k);
                }
            }

#ifdef FLIPPED
            UNROLL
            for (int i = 0; i < ALONG_B; i++)
            {
                int at = i * BLOCK + LANE, n = at / (STEP / 4), k = at % (STEP / 4) * 4;
                of_b[i] = n < TILE_N && tile_n + n < out_group ? LOAD4(w + (of_kernel * out_group + tile_n + n) * in_channels + first_channel + k) : zeros();
            }
#else
            UNROLL
            for (int i = 0; i < ACROSS_B; i++)
            {
                int at = i * BLOCK + LANE, n = at % (TILE_N / 4) * 4, k = at / (TILE_N / 4) * PAIRS;
                UNROLL
                for (int pair = 0; pair < PAIRS; pair++)
                {
                    bool inside = k < STEP && tile_n + n < out_group;
                    of_b[i][pair] = inside ? LOAD4(w + (of_kernel * in_group + first_channel - group * in_group + k + pair) * out_channels + group * out_group + tile_n + n) : zeros();
                }
            }
#endif
        }

        if (step >= 0)
        {
            MULTIPLY_TILES(tile_a[step & 1], tile_b[step & 1], sums)
        }

        if (next < steps)
        {
            UNROLL
            for (int i = 0; i < ALONG_A; i++)
            {
                int at = i * BLOCK + LANE, m = at / (STEP / 4), k = at % (STEP / 4) * 4;
                if (m < TILE_M) store_along(tile_a[next & 1], m, k / PAIRS, of_a[i]);
            }

#ifdef FLIPPED
            UNROLL
            for (int i = 0; i < ALONG_B; i++)
            {
                int at = i * BLOCK + LANE, n = at / (STEP / 4), k = at % (STEP / 4) * 4;
                if (n < TILE_N) store_along(tile_b[next & 1], n, k / PAIRS, of_b[i]);
            }
#else
            UNROLL
            for (int i = 0; i < ACROSS_B; i++)
            {
                int at = i * BLOCK + LANE, n = at % (TILE_N / 4) * 4, word = at / (TILE_N / 4);
                if (word < WORDS) store_across(tile_b[next & 1], n, word, of_b[i][0], of_b[i][PAIRS - 1]);
            }
#endif
        }

        BARRIER;
    }

    UNROLL
    for (int i = 0; i < MMA_M * 2; i++)
    {
        int m = tile_m + pair_row + 8 * i;
        if (m >= results) continue;
        int item = m / (down.places * across.places), row = m / across.places % down.places, column = m % across.places;
        int frame = (item * out_rows + down.first_out + row * down.step_out) * out_columns + across.first_out + column * across.step_out;
        UNROLL
        for (int j = 0; j < MMA_N * 2; j++)
        {
            int n = tile_n + pair_column + 8 * (j / 2) + j % 2, channel = group * out_group + n;
            if (n >= out_group) continue;
            int at = frame * out_channels + channel;
            float v = sums[i / 2][j / 2][i % 2 * 2 + j % 2];
            if (bias != 0) v += bias[channel];
            if (leaks) v = leaky(v, slope);
            if (residual != 0) v += READ(residual, at);
            if (mask != 0) v *= mask[frame];
            WRITE(y, at, v, add);
        }
    }
}

#else

// dw, as conv_weight in conv.cu; stretches are multiples of STEP frames
KERNEL void conv_weight_rounded(
    IN_ANY(fine), IN_ANY(coarse), OUT(dw), int add, int batch, int fine_channels, int coarse_channels, int groups, int at_tap, int at_fine, int at_coarse, int stretch,
    int count, int fine_rows, int coarse_rows, int taps_down, int stride_down, int dilation_down, int pad_down, int fine_columns, int coarse_columns,
    int taps_across, int stride_across, int dilation_across, int pad_across)
{
    FROM_ANY(fine) FROM_ANY(coarse) INTO(dw)
    LOCAL U32 tile_a[2][TILE_M * ROW], tile_b[2][TILE_N * ROW];
    MMA_MEMORY
    int fine_group = fine_channels / groups, coarse_group = coarse_channels / groups, rows = taps_down * taps_across * fine_group;
    int group = GROUP_Z % groups, split = GROUP_Z / groups, tile_m = GROUP_X * TILE_M, tile_n = GROUP_Y * TILE_N;
    int all = batch * coarse_rows * coarse_columns, first = split * stretch, end = first + stretch < all ? first + stretch : all;
    THREAD_PLACES
    NO_SUMS(sums)
    int steps = (end - first + STEP - 1) / STEP;
    for (int step = -1; step < steps; step++)
    {
        FOUR of_a[ACROSS_A][PAIRS], of_b[ACROSS_B][PAIRS];
        int next = step + 1, start = first + next * STEP;
        if (next < steps)
        {
            UNROLL
            for (int i = 0; i < ACROSS_A; i++)
            {
                int at = i * BLOCK + LANE, m = tile_m + at % (TILE_M / 4) * 4, k = at / (TILE_M / 4) * PAIRS, tap = m / fine_group;
                UNROLL
                for (int pair = 0; pair < PAIRS; pair++)
                {
                    int frame = start + k + pair;
                    int row = frame / coarse_columns % coarse_rows * stride_down + tap / taps_across * dilation_down - pad_down;
                    int column = frame % coarse_columns * stride_across + tap % taps_across * dilation_across - pad_across;
                    bool inside = k < STEP && frame < end && m < rows && row >= 0 && row < fine_rows && column >= 0 && column < fine_columns;
                    int of = (frame / (coarse_rows * coarse_columns) * fine_rows + row) * fine_columns + column;
                    of_a[i][pair] = inside ? READ4(fine, of * fine_channels + group * fine_group + m % fine_group) : zeros();
                }
            }

            UNROLL
            for (int i = 0; i < ACROSS_B; i++)
            {
                int at = i * BLOCK + LANE, n = tile_n + at % (TILE_N / 4) * 4, k = at / (TILE_N / 4) * PAIRS;
                UNROLL
                for (int pair = 0; pair < PAIRS; pair++)
                {
                    bool inside = k < STEP && start + k + pair < end && n < coarse_group;
                    of_b[i][pair] = inside ? READ4(coarse, (start + k + pair) * coarse_channels + group * coarse_group + n) : zeros();
                }
            }
        }

        if (step >= 0)
        {
            MULTIPLY_TILES(tile_a[step & 1], tile_b[step & 1], sums)
        }

        if (next < steps)
        {
            UNROLL
            for (int i = 0; i < ACROSS_A; i++)
            {
                int at = i * BLOCK + LANE, m = at % (TILE_M / 4) * 4, word = at / (TILE_M / 4);
                if (word < WORDS) store_across(tile_a[next & 1], m, word, of_a[i][0], of_a[i][PAIRS - 1]);
            }

            UNROLL
            for (int i = 0; i < ACROSS_B; i++)
            {
                int at = i * BLOCK + LANE, n = at % (TILE_N / 4) * 4, word = at / (TILE_N / 4);
                if (word < WORDS) store_across(tile_b[next & 1], n, word, of_b[i][0], of_b[i][PAIRS - 1]);
            }
        }

        BARRIER;
    }

    UNROLL
    for (int i = 0; i < MMA_M * 2; i++)
    {
        int m = tile_m + pair_row + 8 * i;
        if (m >= rows) continue;
        UNROLL
        for (int j = 0; j < MMA_N * 2; j++)
        {
            int n = tile_n + pair_column + 8 * (j / 2) + j % 2;
            if (n >= coarse_group) continue;
            int at = split * count + m / fine_group * at_tap + m % fine_group * at_fine + (group * coarse_group + n) * at_coarse;
            PUT(dw, at, sums[i / 2][j / 2][i % 2 * 2 + j % 2], add);
        }
    }
}

#endif

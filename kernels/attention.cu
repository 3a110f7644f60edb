// attention: softmax(q k^T / sqrt(D) + relative positions) (v + relative values)      (Shaw et al. 2018, arXiv:1803.02155)
//   q, k, v, y [B,T,C], heads side by side, C = heads * D;   p, ds [B,heads,rows,T];   near [B,heads,rows,2*window+1]: the pairs within the window
//   mask [B,T];   relative keys and values [2*window+1,D]
//   Launch  attention_product: grid (ceil(m / TILE), ceil(n / TILE), B * heads);  rows: one group per row of p: grid (rows, B * heads)
//   Cost    four products of 2 * T * T * D FLOP a head forward and backward each two, and passes over p       Writes  see each

#define TILE 32
#define TILE_K 16
#define EACH 2
#define PAD 4   // as in conv.cu
#define MASKED (-1e4f)

// c [m,n] = or += scale * a [m,k] b [k,n] of every head: element (i, l) of a at item * a_item + head * a_head + i * a_m + l * a_k, and so on
KERNEL void attention_product(
    IN(a), IN(b), OUT(c), float scale, int m, int n, int k, int a_m, int a_k, int b_k, int b_n, int c_m, int heads, int a_item, int a_head, int b_item,
    int b_head, int c_item, int c_head, int add)
{
    FROM(a) FROM(b) INTO(c)
    LOCAL float tile_a[TILE_K][TILE + PAD], tile_b[TILE_K][TILE + PAD];
    int item = GROUP_Z / heads, head = GROUP_Z % heads, tile_m = GROUP_X * TILE, tile_n = GROUP_Y * TILE;
    int thread_m = LANE / (TILE / EACH), thread_n = LANE % (TILE / EACH);
    int of_a = item * a_item + head * a_head, of_b = item * b_item + head * b_head, of_c = item * c_item + head * c_head;
    float sums[EACH][EACH];
    UNROLL
    for (int i = 0; i < EACH; i++)
    {
        UNROLL
        for (int j = 0; j < EACH; j++) sums[i][j] = 0;
    }

    for (int start = 0; start < k; start += TILE_K)
    {
        BARRIER;
        for (int i = LANE; i < TILE * TILE_K; i += BLOCK)
        {
            // Neighbouring threads read along the axis that is contiguous.
            int l = a_k == 1 ? i % TILE_K : i / TILE, row = a_k == 1 ? i / TILE_K : i % TILE;
            tile_a[l][row] = start + l < k && tile_m + row < m ? a[of_a + (tile_m + row) * a_m + (start + l) * a_k] : 0;
            l = b_k == 1 ? i % TILE_K : i / TILE;
            int column = b_k == 1 ? i / TILE_K : i % TILE;
            tile_b[l][column] = start + l < k && tile_n + column < n ? b[of_b + (start + l) * b_k + (tile_n + column) * b_n] : 0;
        }

        BARRIER;
        UNROLL
        for (int i = 0; i < EACH; i++)
        {
            UNROLL
            for (int j = 0; j < EACH; j++)
            {
                float gain = 0;
                UNROLL
                for (int l = 0; l < TILE_K; l++) gain += tile_a[l][thread_m * EACH + i] * tile_b[l][thread_n + j * (TILE / EACH)];
                sums[i][j] += gain;
            }
        }
    }

    UNROLL
    for (int i = 0; i < EACH; i++)
    {
        int row = tile_m + thread_m * EACH + i;
        if (row >= m) continue;
        UNROLL
        for (int j = 0; j < EACH; j++)
        {
            int column = tile_n + thread_n + j * (TILE / EACH);
            if (column >= n) continue;
            PUT(c, of_c + row * c_m + column, scale * sums[i][j], add);
        }
    }
}

// In place: p = softmax(p + near within the window), -1e4 where masked; then near = p within the window, 0 where there are no frames
KERNEL void attention_softmax(OUT(p), OUT(near), IN(mask), int heads, int first, int rows, int frames, int span)
{
    INTO(p) INTO(near) FROM(mask)
    LOCAL WIDE sums[BLOCK];
    LOCAL float most[BLOCK];
    int row = GROUP_X, head = GROUP_Y, frame = first + row, window = span / 2;
    GLOBAL float* scores = p + (head * rows + row) * frames;
    GLOBAL float* pairs = near + (head * rows + row) * span;
    GLOBAL const float* kept = mask + head / heads * frames;
    int whole = kept[frame] != 0;
    float largest = -3e38f;
    for (int j = LANE; j < frames; j += BLOCK)
    {
        int r = j - frame + window;
        float score = scores[j];
        if (r >= 0 && r < span) score += pairs[r];
        if (!whole || kept[j] == 0) score = MASKED;
        scores[j] = score;
        largest = fmax(largest, score);
    }

    most[LANE] = largest;
    BARRIER;
    for (int reach = BLOCK / 2; reach > 0; reach >>= 1)
    {
        if (LANE < reach) most[LANE] = fmax(most[LANE], most[LANE + reach]);
        BARRIER;
    }

    largest = most[0];
    WIDE sum = 0;
    for (int j = LANE; j < frames; j += BLOCK)
    {
        float e = exp(scores[j] - largest);
        scores[j] = e;
        sum += e;
    }

    float scale = (float)(1 / block_sum(sums, sum));
    for (int j = LANE; j < frames; j += BLOCK)
    {
        int r = j - frame + window;
        scores[j] *= scale;
        if (r >= 0 && r < span) pairs[r] = scores[j];
    }

    for (int r = LANE; r < span; r += BLOCK)
    {
        int j = frame + r - window;
        if (j < 0 || j >= frames) pairs[r] = 0;
    }
}

// In place: dp = ds + near within the window;   ds = p (dp - sum_j p dp) * scale, 0 where masked;   near = ds within the window
KERNEL void attention_score_gradient(IN(p), OUT(ds), OUT(near), IN(mask), float scale, int heads, int frames, int span)
{
    FROM(p) INTO(ds) INTO(near) FROM(mask)
    LOCAL WIDE sums[BLOCK];
    int frame = GROUP_X, head = GROUP_Y, window = span / 2;
    GLOBAL const float* weights = p + (head * frames + frame) * frames;
    GLOBAL float* dp = ds + (head * frames + frame) * frames;
    GLOBAL float* pairs = near + (head * frames + frame) * span;
    GLOBAL const float* kept = mask + head / heads * frames;
    int whole = kept[frame] != 0;
    WIDE sum = 0;
    for (int j = LANE; j < frames; j += BLOCK)
    {
        int r = j - frame + window;
        float d = dp[j];
        if (r >= 0 && r < span) d += pairs[r];
        dp[j] = d;
        sum += weights[j] * d;
    }

    float mean = (float)block_sum(sums, sum);
    for (int j = LANE; j < frames; j += BLOCK)
    {
        int r = j - frame + window;
        float d = whole && kept[j] != 0 ? weights[j] * (dp[j] - mean) * scale : 0;
        dp[j] = d;
        if (r >= 0 && r < span) pairs[r] = d;
    }

    for (int r = LANE; r < span; r += BLOCK)
    {
        int j = frame + r - window;
        if (j < 0 || j >= frames) pairs[r] = 0;
    }
}

// partial [B * heads * blocks, 2*window+1, D] = sums over blocks of SUM_ROWS frames i of pairs [i, i + r - window] * x_i
//   grid (ceil(span * D / BLOCK), blocks, B * heads)
KERNEL void attention_table(IN(pairs), IN(x), OUT(partial), int heads, int frames, int channels, int span, int blocks)
{
    FROM(pairs) FROM(x) INTO(partial)
    int i = GLOBAL_ID, block = GROUP_Y, head = GROUP_Z, depth = channels / heads;
    if (i >= span * depth) return;
    int r = i / depth, offset = r - span / 2, channel = head % heads * depth + i % depth;
    int end = (block + 1) * SUM_ROWS < frames ? (block + 1) * SUM_ROWS : frames;
    float sum = 0;
    for (int frame = block * SUM_ROWS; frame < end; frame++)
    {
        int j = frame + offset;
        if (j >= 0 && j < frames) sum += pairs[(head * frames + frame) * frames + j] * x[(head / heads * frames + frame) * channels + channel];
    }

    partial[(head * blocks + block) * span * depth + i] = sum;
}

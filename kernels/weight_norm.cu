// weight_norm: w = v * (g / norm), norm = ||v|| over all axes but one      (Salimans and Kingma 2016, arXiv:1602.07868)
//   v, w, dv, dw [K,I,O];   g, norm, dg [O], or [I] when per_input;   sums WIDE [O] or [I]
//   Launch  *_sums: one group per output channel block or input, see each; weight_norm*: one thread per element, grid ceil(count / BLOCK)
//   Args    inputs = I, outputs = O, rows = K*I; add: += instead of =
//   Cost    two passes over v, and over dw       Writes  sums, w, norm =, dv, dg = or +=

// partial [blocks,O] = sum of a * b over blocks of rows of [K*I,O]; grid (ceil(O / BLOCK), blocks)
KERNEL void weight_output_sums(IN(a), IN(b), OUT_OF(WIDE, partial), int rows, int outputs, int stretch)
{
    FROM(a) FROM(b) INTO_OF(WIDE, partial)
    int output = GLOBAL_ID, block = GROUP_Y;
    if (output >= outputs) return;
    int end = (block + 1) * stretch < rows ? (block + 1) * stretch : rows;
    WIDE sum = 0;
    for (int row = block * stretch; row < end; row++) sum += (WIDE)a[row * outputs + output] * b[row * outputs + output];
    partial[block * outputs + output] = sum;
}

// sums [O] = partial [blocks,O] in the order of blocks
KERNEL void weight_output_total(IN_OF(WIDE, partial), OUT_OF(WIDE, sums), int outputs, int blocks)
{
    FROM_OF(WIDE, partial) INTO_OF(WIDE, sums)
    int output = GLOBAL_ID;
    if (output >= outputs) return;
    WIDE sum = 0;
    for (int block = 0; block < blocks; block++) sum += partial[block * outputs + output];
    sums[output] = sum;
}

// sums [I] = sum of a * b over taps and outputs; one group per input
KERNEL void weight_input_sums(IN(a), IN(b), OUT_OF(WIDE, sums), int taps, int inputs, int outputs)
{
    FROM(a) FROM(b) INTO_OF(WIDE, sums)
    LOCAL WIDE shared[BLOCK];
    int input = GROUP_X;
    WIDE sum = 0;
    for (int i = LANE; i < taps * outputs; i += BLOCK)
    {
        int at = (i / outputs * inputs + input) * outputs + i % outputs;
        sum += (WIDE)a[at] * b[at];
    }

    sum = block_sum(shared, sum);
    if (LANE == 0) sums[input] = sum;
}

KERNEL void weight_norm(IN(v), IN(g), IN_OF(WIDE, sums), OUT(w), OUT(norm), int per_input, int inputs, int outputs, int count)
{
    FROM(v) FROM(g) FROM_OF(WIDE, sums) INTO(w) INTO(norm)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / outputs, output = i % outputs, scale = per_input ? row % inputs : output;
    float length = (float)sqrt(sums[scale]);
    w[i] = v[i] * (g[scale] / length);
    if (per_input ? row < inputs && output == 0 : row == 0) norm[scale] = length;
}

// With s = sums of dw * v:   dg = s / norm;   dv = (g / norm) * (dw - v * s / norm^2)
KERNEL void weight_norm_backward(
    IN(v), IN(g), IN(norm), IN(dw), IN_OF(WIDE, sums), OUT(dv), OUT(dg), int per_input, int inputs, int outputs, int count, int add_v, int add_g)
{
    FROM(v) FROM(g) FROM(norm) FROM(dw) FROM_OF(WIDE, sums) INTO(dv) INTO(dg)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int row = i / outputs, output = i % outputs, scale = per_input ? row % inputs : output;
    WIDE length = norm[scale], factor = g[scale] / length;
    float of_v = (float)(-factor * sums[scale] / (length * length));
    if (dv != 0) PUT(dv, i, dw[i] * (float)factor + v[i] * of_v, add_v);
    if (dg != 0 && (per_input ? row < inputs && output == 0 : row == 0)) PUT(dg, scale, (float)(sums[scale] / length), add_g);
}

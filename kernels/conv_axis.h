// conv_axis: where the taps of a phase lie, for all kernels of convolutions (conv.cu has the words)

#define OUTSIDE (-(1 << 29))   // a row that no tap brings inside

// One axis of a phase: result place first_out + j * step_out, j below places, gathers by its i-th tap, tap first_tap + i * step_tap of the axis,
// place j * step_in + first_in + i * tap_in of the input.
typedef struct
{
    int places, first_out, step_out, step_in, first_in, tap_in, taps, first_tap, step_tap;
} Axis;

DEVICE Axis axis_of_phase(int phase, int out, int taps, int stride, int dilation, int pad, int tap_step, int to_fine)
{
    Axis axis;
    axis.places = out;
    axis.first_out = 0;
    axis.step_out = 1;
    axis.step_in = stride;
    axis.first_in = -pad;
    axis.tap_in = dilation;
    axis.taps = taps;
    axis.first_tap = 0;
    axis.step_tap = 1;
    if (!to_fine) return axis;
    int first = 0;
    while (first < tap_step && (phase + pad - first * dilation) % stride != 0) first++;
    axis.places = (out - 1 - phase) / stride + 1;
    axis.first_out = phase;
    axis.step_out = stride;
    axis.step_in = 1;
    axis.first_in = (phase + pad - first * dilation) / stride;
    axis.tap_in = -dilation / (stride / tap_step);
    axis.taps = first < tap_step && first < taps ? (taps - 1 - first) / tap_step + 1 : 0;
    axis.first_tap = first;
    axis.step_tap = tap_step;
    return axis;
}

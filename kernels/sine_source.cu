// sine_source: sines at the pitch and its overtones, noise where unvoiced      (Wang et al. 2019, arXiv:1904.12088; mainline's SineGen)
//   f0 [B,T] Hz;   noise, y [B,N,H], N = T * samples;   steps, starts [B,T,H]: turns in units of 2^-64, which wrap as phases do, without error
//   Launch  sine_phases: one thread per item and harmonic; sine_source: one thread per element of y, grid ceil(count / BLOCK)
//   Args    rate = sample rate in Hz, samples of a frame, frames = T, harmonics = H
//   Cost    one sine per element       Writes  steps, starts =, y =

// (f0 * harmonic / rate) mod 1 in units of 2^-64: f0 is a multiple of 2^-32 once it is 2^-8 and more
DEVICE U64 turns_per_sample(float f0, int harmonic, int rate)
{
    float size = fabs(f0), whole = floor(size);
    U64 hz = ((U64)whole << 32) + (U64)((size - whole) * 4294967296.0f), product = hz * (U64)harmonic, divisor = (U64)rate;
    U64 turns = product / divisor, rest = product % divisor, step = (turns << 32) + (rest << 32) / divisor;
    return f0 < 0 ? 0 - step : step;
}

// first [B,1,H] turns at the start, or null; the fundamental starts at 0
KERNEL void sine_phases(IN(f0), IN(first), OUT_OF(U64, steps), OUT_OF(U64, starts), int rate, int samples, int frames, int harmonics, int count)
{
    FROM(f0) FROM(first) INTO_OF(U64, steps) INTO_OF(U64, starts)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / harmonics, harmonic = i % harmonics;
    U64 phase = first == 0 || harmonic == 0 ? 0 : turns_of(first[i]);
    for (int row = item * frames; row < (item + 1) * frames; row++)
    {
        U64 step = turns_per_sample(f0[row], harmonic + 1, rate);
        steps[row * harmonics + harmonic] = step;
        starts[row * harmonics + harmonic] = phase;
        phase += step * (U64)samples;
    }
}

KERNEL void sine_source(
    IN(f0), IN(noise), IN_OF(U64, steps), IN_OF(U64, starts), OUT(y), float amplitude, float noise_std, int samples, int harmonics, int count)
{
    FROM(f0) FROM(noise) FROM_OF(U64, steps) FROM_OF(U64, starts) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int harmonic = i % harmonics, sample = i / harmonics, row = sample / samples, n = sample % samples, at = row * harmonics + harmonic;
    y[i] = f0[row] > 0 ? sine_of_turns(starts[at] + steps[at] * (U64)(n + 1)) * amplitude + noise[i] * noise_std : noise[i] * (amplitude / 3);
}

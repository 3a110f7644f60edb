// sine_template: one sine at a pitch that glides from frame to frame, noise where unvoiced (RefineGAN's template)
//   f0 [B,T] Hz;   noise, y [B,N,1], N = T * samples;   turns, starts [B,T] in units of 2^-64, which wrap as phases do, without error
//   Launch  template_turns, sine_template: one thread per frame, grid ceil(B * T / BLOCK); template_starts: one thread per item
//   Args    rate = sample rate in Hz, samples of a frame, frames = T, count
//   Cost    a line, a division and a sine per sample       Writes  turns, starts =, y =

// Pitch of sample n of an item: on the line through the frames' pitches at (n + 1/2) / samples - 1/2, held at the ends. In PyTorch's order of
// operations: whether a line has left an unvoiced frame is decided by the last bit.
DEVICE WIDE gliding_pitch(GLOBAL const float* f0, int n, int samples, int frames)
{
    WIDE at = (WIDE)1 / samples * (n + (WIDE)0.5f) - (WIDE)0.5f;
    if (at < 0) at = 0;
    int frame = (int)at, next = frame + 1 < frames ? frame + 1 : frames - 1;
    WIDE share = at - frame;
    return (1 - share) * f0[frame] + share * f0[next];
}

KERNEL void template_turns(IN(f0), OUT_OF(U64, turns), int rate, int samples, int frames, int count)
{
    FROM(f0) INTO_OF(U64, turns)
    int i = GLOBAL_ID;
    if (i >= count) return;
    U64 sum = 0;
    for (int n = i % frames * samples; n < (i % frames + 1) * samples; n++) sum += turns_of(gliding_pitch(f0 + i / frames * frames, n, samples, frames) / rate);
    turns[i] = sum;
}

KERNEL void template_starts(IN_OF(U64, turns), OUT_OF(U64, starts), int frames, int count)
{
    FROM_OF(U64, turns) INTO_OF(U64, starts)
    int item = GLOBAL_ID;
    if (item >= count) return;
    U64 phase = 0;
    for (int frame = item * frames; frame < (item + 1) * frames; frame++)
    {
        starts[frame] = phase;
        phase += turns[frame];
    }
}

KERNEL void sine_template(IN(f0), IN(noise), IN_OF(U64, starts), OUT(y), float amplitude, float noise_std, int rate, int samples, int frames, int count)
{
    FROM(f0) FROM(noise) FROM_OF(U64, starts) INTO(y)
    int i = GLOBAL_ID;
    if (i >= count) return;
    U64 phase = starts[i];
    for (int k = 0; k < samples; k++)
    {
        WIDE hz = gliding_pitch(f0 + i / frames * frames, i % frames * samples + k, samples, frames);
        int at = i * samples + k;
        phase += turns_of(hz / rate);
        y[at] = hz > 0 ? sine_of_turns(phase) * amplitude + noise[at] * noise_std : noise[at] * (amplitude / 3);
    }
}

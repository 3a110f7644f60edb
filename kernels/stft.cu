// stft: magnitudes of the short-time Fourier transform, sqrt(re^2 + im^2 + floor), their gradient, and the logarithm with a floor
//   wave, dwave [B,N,1], mirrored by `padding` samples at both ends;   window [W], centred in the transform;   y, dy [B,T,bins], bins = n / 2 + 1
//   turns [n / 2 + 1,4]: cos and sin of -2 pi k / n, each as a float and the float of what that leaves;   frames [B*T,W]
//   Launch  stft_magnitude, stft_frame_gradient: one group per frame, n a power of two from 4 to MOST; *_direct: one thread per result, any n;
//           stft_overlap_add: one thread per sample
//   Defines MOST: samples of the longest transform; its n / 2 complex numbers are in LOCAL memory, as WIDE
//   Cost    2.5 n log2 n FLOP a frame       Writes  y =, frames =, dwave = or +=, dx = or +=

DEVICE WIDE turn_cos(GLOBAL const float* turns, int k) { return (WIDE)turns[4 * k] + (WIDE)turns[4 * k + 1]; }
DEVICE WIDE turn_sin(GLOBAL const float* turns, int k) { return (WIDE)turns[4 * k + 2] + (WIDE)turns[4 * k + 3]; }

// Sample i of a frame under its window; 0 outside of the window.
DEVICE WIDE windowed(GLOBAL const float* wave, GLOBAL const float* window, int i, int samples, int first, int window_start, int window_samples)
{
    int place = i - window_start, sample = first + i;
    if (place < 0 || place >= window_samples) return 0;
    if (sample < 0) sample = -sample;
    if (sample >= samples) sample = 2 * (samples - 1) - sample;
    return (WIDE)wave[sample] * window[place];
}

#ifdef MOST

DEVICE int reversed(int i, int bits)
{
    int r = 0;
    for (int bit = 0; bit < bits; bit++) r |= (i >> bit & 1) << (bits - 1 - bit);
    return r;
}

// In place: the transform of re + i im [points], which are in bit-reversed order.
DEVICE void transform(NEAR WIDE* re, NEAR WIDE* im, GLOBAL const float* turns, int points)
{
    for (int reach = 1; reach < points; reach <<= 1)
    {
        for (int i = LANE; i < points / 2; i += BLOCK)
        {
            int place = i % reach, a = (i - place) * 2 + place, b = a + reach, k = place * (points / reach);
            WIDE c = turn_cos(turns, k), s = turn_sin(turns, k), x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;
            re[b] = re[a] - x;
            im[b] = im[a] - y;
            re[a] += x;
            im[a] += y;
        }

        BARRIER;
    }
}

// The transform of a frame of real samples, two a complex number.
DEVICE void load_and_transform(
    NEAR WIDE* re, NEAR WIDE* im, GLOBAL const float* wave, GLOBAL const float* window, GLOBAL const float* turns, int n, int bits, int samples, int first,
    int window_start, int window_samples)
{
    for (int i = LANE; i < n / 2; i += BLOCK)
    {
        int to = reversed(i, bits);
        re[to] = windowed(wave, window, 2 * i, samples, first, window_start, window_samples);
        im[to] = windowed(wave, window, 2 * i + 1, samples, first, window_start, window_samples);
    }

    BARRIER;
    transform(re, im, turns, n / 2);
}

// With z the complex transform and z' = conj z_{n/2-k}:   X_k = (z + z') / 2 - i exp(-2 pi i k / n) (z - z') / 2      ("Numerical recipes", 12.3.2)
KERNEL void stft_magnitude(
    IN(wave), IN(window), IN(turns), OUT(y), float floor_, int n, int bits, int hop, int padding, int window_start, int window_samples, int samples, int frames)
{
    FROM(wave) FROM(window) FROM(turns) INTO(y)
    LOCAL WIDE re[MOST / 2], im[MOST / 2];
    int frame = GROUP_X, item = frame / frames, points = n / 2, first = frame % frames * hop - padding;
    load_and_transform(re, im, wave + item * samples, window, turns, n, bits, samples, first, window_start, window_samples);
    for (int k = LANE; k <= points; k += BLOCK)
    {
        int a = k % points, b = (points - k) % points;
        WIDE dre = (re[a] - re[b]) / 2, sim = (im[a] + im[b]) / 2, c = turn_cos(turns, k), s = turn_sin(turns, k);
        WIDE x = (re[a] + re[b]) / 2 + dre * s + sim * c, v = (im[a] - im[b]) / 2 - dre * c + sim * s;
        y[frame * (points + 1) + k] = (float)sqrt(x * x + v * v + floor_);
    }
}

// dX = dy X / y, and its adjoint: samples of the frame under the window. Transforms are computed again.
KERNEL void stft_frame_gradient(
    IN(wave), IN(window), IN(turns), IN(y), IN(dy), OUT(to), int n, int bits, int hop, int padding, int window_start, int window_samples, int samples, int frames)
{
    FROM(wave) FROM(window) FROM(turns) FROM(y) FROM(dy) INTO(to)
    LOCAL WIDE re[MOST / 2], im[MOST / 2];
    int frame = GROUP_X, item = frame / frames, points = n / 2, first = frame % frames * hop - padding;
    load_and_transform(re, im, wave + item * samples, window, turns, n, bits, samples, first, window_start, window_samples);

    // The real signal of the Hermitian spectrum Y with Y_k = dX_k / 2 inside and the real part at both ends: its samples are the parts of the
    // inverse transform of   Z_k = (Y_k + Y') + i exp(2 pi i k / n) (Y_k - Y').   A forward transform of parts swapped is the inverse one of parts swapped.
    for (int k = LANE; k <= points / 2; k += BLOCK)
    {
        int m = points - k, a = k, b = m % points;
        WIDE dre = (re[a] - re[b]) / 2, sim = (im[a] + im[b]) / 2, sre = (re[a] + re[b]) / 2, dim = (im[a] - im[b]) / 2;
        WIDE c = turn_cos(turns, k), s = turn_sin(turns, k);
        float y_k = y[frame * (points + 1) + k], y_m = y[frame * (points + 1) + m];
        WIDE ratio_k = y_k == 0 ? 0 : (WIDE)dy[frame * (points + 1) + k] / y_k, ratio_m = y_m == 0 ? 0 : (WIDE)dy[frame * (points + 1) + m] / y_m;
        // X_m is conj of the same with the other sign of the second term.
        WIDE xk_re = (sre + dre * s + sim * c) * ratio_k, xk_im = (dim - dre * c + sim * s) * ratio_k;
        WIDE xm_re = (sre - dre * s - sim * c) * ratio_m, xm_im = (-dim - dre * c + sim * s) * ratio_m;
        WIDE scale = 0.5f;
        if (k == 0)
        {
            scale = 1;
            xk_im = 0;
            xm_im = 0;
        }

        WIDE d = xk_re - xm_re, t = xk_im + xm_im;
        re[a] = (xk_im - xm_im + d * c + t * s) * scale;
        im[a] = (xk_re + xm_re + d * s - t * c) * scale;
        if (k == 0 || m == k) continue;
        // m's turn is k's with the other sign of the cosine.
        re[b] = (xm_im - xk_im + d * c + t * s) * scale;
        im[b] = (xm_re + xk_re - d * s + t * c) * scale;
    }

    BARRIER;
    for (int i = LANE; i < points; i += BLOCK)
    {
        int other = reversed(i, bits);
        if (other <= i) continue;
        WIDE x = re[i], v = im[i];
        re[i] = re[other];
        im[i] = im[other];
        re[other] = x;
        im[other] = v;
    }

    BARRIER;
    transform(re, im, turns, points);
    for (int i = LANE; i < window_samples; i += BLOCK)
    {
        int sample = window_start + i;
        to[frame * window_samples + i] = (float)((sample & 1 ? re[sample / 2] : im[sample / 2]) * window[i]);
    }
}

#else

// X_k of a frame, term by term.
DEVICE void direct(
    GLOBAL const float* wave, GLOBAL const float* window, GLOBAL const float* turns, int k, int n, int samples, int first, int window_start, int window_samples,
    WIDE* re, WIDE* im)
{
    WIDE x = 0, v = 0;
    for (int i = window_start; i < window_start + window_samples; i++)
    {
        int turn = (int)((ID64)i * k % n), sign = turn > n / 2;
        WIDE value = windowed(wave, window, i, samples, first, window_start, window_samples);
        if (sign) turn = n - turn;
        x += value * turn_cos(turns, turn);
        v += sign ? -value * turn_sin(turns, turn) : value * turn_sin(turns, turn);
    }

    *re = x;
    *im = v;
}

KERNEL void stft_magnitude_direct(
    IN(wave), IN(window), IN(turns), OUT(y), float floor_, int n, int hop, int padding, int window_start, int window_samples, int samples, int frames, int count)
{
    FROM(wave) FROM(window) FROM(turns) INTO(y)
    int i = GLOBAL_ID, bins = n / 2 + 1;
    if (i >= count) return;
    int frame = i / bins, item = frame / frames;
    WIDE re, im;
    direct(wave + item * samples, window, turns, i % bins, n, samples, frame % frames * hop - padding, window_start, window_samples, &re, &im);
    y[i] = (float)sqrt(re * re + im * im + floor_);
}

// spectrum [B*T,bins,2] = dy X / y
KERNEL void stft_spectrum_gradient_direct(
    IN(wave), IN(window), IN(turns), IN(y), IN(dy), OUT(spectrum), int n, int hop, int padding, int window_start, int window_samples, int samples, int frames, int count)
{
    FROM(wave) FROM(window) FROM(turns) FROM(y) FROM(dy) INTO(spectrum)
    int i = GLOBAL_ID, bins = n / 2 + 1;
    if (i >= count) return;
    int frame = i / bins, item = frame / frames;
    WIDE re, im, ratio = y[i] == 0 ? 0 : (WIDE)dy[i] / y[i];
    direct(wave + item * samples, window, turns, i % bins, n, samples, frame % frames * hop - padding, window_start, window_samples, &re, &im);
    spectrum[2 * i] = (float)(re * ratio);
    spectrum[2 * i + 1] = (float)(im * ratio);
}

// The adjoint of the transform:   sum_k dRe_k cos(2 pi k i / n) - dIm_k sin(2 pi k i / n), times the window
KERNEL void stft_frame_gradient_direct(IN(spectrum), IN(window), IN(turns), OUT(to), int n, int window_start, int window_samples, int count)
{
    FROM(spectrum) FROM(window) FROM(turns) INTO(to)
    int i = GLOBAL_ID, bins = n / 2 + 1;
    if (i >= count) return;
    int frame = i / window_samples, place = i % window_samples, sample = window_start + place;
    WIDE sum = 0;
    for (int k = 0; k < bins; k++)
    {
        int turn = (int)((ID64)sample * k % n), sign = turn > n / 2;
        if (sign) turn = n - turn;
        WIDE s = turn_sin(turns, turn);
        sum += spectrum[2 * (frame * bins + k)] * turn_cos(turns, turn) + spectrum[2 * (frame * bins + k) + 1] * (sign ? -s : s);
    }

    to[i] = (float)(sum * window[place]);
}

// What the frames give to one sample of the padded wave, in the order of frames; first = first sample under the first frame's window
DEVICE WIDE covering(GLOBAL const float* frames, int sample, int first, int hop, int window_samples, int count)
{
    int before = sample - first - window_samples + 1, until = sample - first;
    if (until < 0) return 0;
    int from = before <= 0 ? 0 : (before + hop - 1) / hop, to = until / hop < count - 1 ? until / hop : count - 1;
    WIDE sum = 0;
    for (int t = from; t <= to; t++) sum += frames[t * window_samples + until - t * hop];
    return sum;
}

// dwave: first where a frame's sample lies, then where it is mirrored
KERNEL void stft_overlap_add(IN(frames), OUT(dwave), int hop, int padding, int window_start, int window_samples, int samples, int frames_an_item, int count, int add)
{
    FROM(frames) INTO(dwave)
    int i = GLOBAL_ID;
    if (i >= count) return;
    int item = i / samples, n = i % samples, first = window_start - padding, last = samples - 1;
    GLOBAL const float* of_item = frames + item * frames_an_item * window_samples;
    WIDE sum = covering(of_item, n, first, hop, window_samples, frames_an_item);
    if (n >= 1 && n <= padding) sum += covering(of_item, -n, first, hop, window_samples, frames_an_item);
    if (n < last && n >= last - padding) sum += covering(of_item, 2 * last - n, first, hop, window_samples, frames_an_item);
    PUT(dwave, i, (float)sum, add);
}

KERNEL void log_clamp(IN(x), OUT(y), float floor_, int count)
{
    FROM(x) INTO(y)
    int i = GLOBAL_ID;
    if (i < count) y[i] = log(fmax(x[i], floor_));
}

KERNEL void log_clamp_backward(IN(x), IN(dy), OUT(dx), float floor_, int count, int add)
{
    FROM(x) FROM(dy) INTO(dx)
    int i = GLOBAL_ID;
    if (i >= count) return;
    PUT(dx, i, x[i] >= floor_ ? dy[i] / x[i] : 0, add);
}

#endif

namespace RvcNative.Rvc.Models;

/// <summary>
/// Mean and variance over time of every channel of a convolution of one channel, without computing it: y_c(t) = sum_k w_kc x(t s + k) has the mean
/// w_c . m and the variance w_c' V w_c, where m and V are mean and covariance of the K samples that a frame sees. All in double, in one pass over the
/// samples after their mean, and in no memory, where the convolution itself has 512 values for every 5 samples.
/// </summary>
internal sealed class TapStatistics
{
    private readonly double[] _mean;
    private readonly double[,] _covariance;

    /// <param name="wave">All samples.</param>
    /// <param name="kernel">K.</param>
    /// <param name="stride">Samples from one frame to the next.</param>
    internal TapStatistics(ReadOnlySpan<float> wave, int kernel, int stride)
    {
        int frames = ((wave.Length - kernel) / stride) + 1;
        _mean = new double[kernel];
        _covariance = new double[kernel, kernel];
        for (int frame = 0; frame < frames; frame++)
        {
            ReadOnlySpan<float> seen = wave.Slice(frame * stride, kernel);
            for (int tap = 0; tap < kernel; tap++) _mean[tap] += seen[tap];
        }

        for (int tap = 0; tap < kernel; tap++) _mean[tap] /= frames;
        Span<double> centred = stackalloc double[kernel];
        for (int frame = 0; frame < frames; frame++)
        {
            ReadOnlySpan<float> seen = wave.Slice(frame * stride, kernel);
            for (int tap = 0; tap < kernel; tap++)
            {
                centred[tap] = seen[tap] - _mean[tap];
                for (int other = 0; other <= tap; other++) _covariance[tap, other] += centred[tap] * centred[other];
            }
        }

        for (int tap = 0; tap < kernel; tap++)
        {
            for (int other = 0; other <= tap; other++) _covariance[other, tap] = _covariance[tap, other] /= frames;
        }
    }

    /// <param name="weights">[K,C].</param>
    /// <returns>A channel's mean and variance over all frames.</returns>
    internal (double Mean, double Variance) Of(ReadOnlySpan<float> weights, int channels, int channel)
    {
        double mean = 0, variance = 0;
        for (int tap = 0; tap < _mean.Length; tap++)
        {
            double weight = weights[(tap * channels) + channel], row = 0;
            mean += weight * _mean[tap];
            for (int other = 0; other < _mean.Length; other++) row += _covariance[tap, other] * weights[(other * channels) + channel];
            variance += weight * row;
        }

        return (mean, Math.Max(0, variance));
    }
}

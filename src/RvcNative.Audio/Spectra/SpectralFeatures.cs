using System.Numerics.Tensors;

namespace RvcNative.Audio;

/// <summary>
/// Phone features that need no weights, in the place of HuBERT's: enough to train on and resynthesise one speaker, not to convert between speakers.
/// <code>
/// 1  level   L = sqrt(sum p^2 / sum p) over the power p of every 160 samples: the level of the speech, whatever silence surrounds it.
/// 2  mel     every 160 samples, around sample 160 m + 120: Hann window of 512, zeros beyond the ends, magnitude / L, 64 HTK bands of
///            60..7600 Hz, natural log, never below ln(0.002).
/// 3  shape   orthonormal DCT-II over the bands, its first 32 coefficients c[k]: the envelope, too smooth to show the pitch.
/// 4  motion  for frame t, centred on sample 320 t + 200 as HuBERT's, orthonormal DCT-II over c of m = 2t - 3 .. 2t + 4, held
///            at the ends: x[k, j], 32 x 8 values that span 105 ms.
/// 5  scale   0.298 (x[k, j] - mean[k, j]) (k + 1)^0.3 (j + 1)^0.5, mean -87.3, 27.4, 3.1, 11.1 at j = 0, k = 0..3, else 0. On speech x spreads as
///            (k + 1)^-0.6 (j + 1)^-1; half of that lead (in dB) is left to the slow and coarse, or near neighbours would be ruled by noise.
/// 6  spread  v = H S x / 16 with H the Hadamard matrix of order 256 and S diagonal signs (bit 0 of splitmix64's output n, 1 is minus): a rotation,
///            so distances stay. 256 values are one such v with n = 0..255, 768 are three with n = 0..255, 256..511, 512..767.
/// </code>
/// Steps 5 and 6 give every value a mean near 0 and a variance near 1 on speech. Pure functions.
/// </summary>
public static class SpectralFeatures
{
    public const int SampleRateHz = 16000, HopSamples = 320;

    private const int SubHop = 160, SubCentre = 120, FftSamples = 512, Bands = 64, Shapes = 32, Motions = 8;
    private const int Block = Shapes * Motions;
    private const double MelFloor = 2e-3, Gain = 0.298;

    private static readonly double[] Means = [-87.3, 27.4, 3.1, 11.1];
    private static readonly double[] ShapeBasis = Dct(Shapes, Bands), MotionBasis = Dct(Motions, Motions), Gains = GainsOfShapeAndMotion();

    private static readonly MelBank Bank = new(SampleRateHz, FftSamples, Bands, 60, 7600, MelScale.Htk);
    private static readonly RealFft Fft = new(FftSamples);

    /// <summary>Frames that HuBERT gives for N samples: convolutions without padding, kernels 10 3 3 3 3 2 2, strides 5 2 2 2 2 2 2.</summary>
    public static int Frames(int samples) => samples < 400 ? 0 : (samples - 400) / HopSamples + 1;

    /// <summary>[T, width] features of N samples at 16 kHz, T = <see cref="Frames"/>.</summary>
    /// <param name="width">256 (RVC v1) or 768 (v2).</param>
    /// <exception cref="ArgumentException">Another width.</exception>
    public static float[] Compute(ReadOnlySpan<float> wave, int width)
    {
        if (width is not (256 or 768))
            throw new ArgumentException($"Spectral features have 256 values a frame (v1) or 768 (v2), not {width}.", nameof(width));
        int frames = Frames(wave.Length);
        double[] coefficients = Coefficients(wave, frames);
        float[] features = new float[frames * width];
        double[] rotated = new double[Block];
        for (int t = 0; t < frames; t++)
            for (int block = 0; block < width / Block; block++)
            {
                coefficients.AsSpan(t * Block, Block).CopyTo(rotated);
                HadamardRotation.Apply(rotated, block);
                for (int i = 0; i < Block; i++) features[t * width + block * Block + i] = (float)rotated[i];
            }
        return features;
    }

    // Steps 1 to 5: [T, 32 * 8].
    internal static double[] Coefficients(ReadOnlySpan<float> wave, int frames)
    {
        double[] shapes = ShapeOverTime(wave, Level(wave));
        int steps = shapes.Length / Shapes;
        double[] scaled = new double[frames * Block];
        for (int t = 0; t < frames; t++)
            for (int k = 0; k < Shapes; k++)
                for (int j = 0; j < Motions; j++)
                {
                    double sum = 0;
                    for (int i = 0; i < Motions; i++)
                        sum += MotionBasis[j * Motions + i] * shapes[Math.Clamp(2 * t - 3 + i, 0, steps - 1) * Shapes + k];
                    scaled[t * Block + k * Motions + j] = (sum - (j == 0 && k < Means.Length ? Means[k] : 0)) * Gains[k * Motions + j];
                }
        return scaled;
    }

    // Steps 2 and 3: [steps, 32], one step every 160 samples.
    private static double[] ShapeOverTime(ReadOnlySpan<float> wave, double level)
    {
        int steps = (wave.Length + SubHop - 1 - SubCentre) / SubHop;
        float[] magnitude = new float[Math.Max(steps, 0) * Fft.Bins];
        double[] frame = new double[FftSamples], re = new double[Fft.Bins], im = new double[Fft.Bins];
        for (int m = 0; m < steps; m++)
        {
            int start = m * SubHop + SubCentre - FftSamples / 2;
            for (int i = 0; i < FftSamples; i++)
                frame[i] = start + i < 0 || start + i >= wave.Length ? 0
                    : wave[start + i] / level * (0.5 - 0.5 * Math.Cos(2 * Math.PI * i / FftSamples));
            Fft.Forward(frame, re, im);
            for (int bin = 0; bin < Fft.Bins; bin++) magnitude[m * Fft.Bins + bin] = (float)Math.Sqrt(re[bin] * re[bin] + im[bin] * im[bin]);
        }
        float[] mel = Bank.LogMel(magnitude, MelFloor);
        double[] shapes = new double[Math.Max(steps, 0) * Shapes];
        for (int m = 0; m < steps; m++)
            for (int k = 0; k < Shapes; k++)
                for (int band = 0; band < Bands; band++) shapes[m * Shapes + k] += ShapeBasis[k * Bands + band] * mel[m * Bands + band];
        return shapes;
    }

    // Step 1; 1 for silence.
    private static double Level(ReadOnlySpan<float> wave)
    {
        double powers = 0, squares = 0;
        for (int start = 0; start < wave.Length; start += SubHop)
        {
            double power = TensorPrimitives.SumOfSquares(wave[start..Math.Min(start + SubHop, wave.Length)]) / (double)SubHop;
            powers += power;
            squares += power * power;
        }
        return powers > 0 ? Math.Sqrt(squares / powers) : 1;
    }

    // The first rows of the orthonormal DCT-II of a length: [rows, points].
    private static double[] Dct(int rows, int points)
    {
        double[] basis = new double[rows * points];
        for (int row = 0; row < rows; row++)
            for (int i = 0; i < points; i++)
                basis[row * points + i] = Math.Sqrt((row == 0 ? 1.0 : 2.0) / points) * Math.Cos(Math.PI * row * (2 * i + 1) / (2.0 * points));
        return basis;
    }

    private static double[] GainsOfShapeAndMotion()
    {
        double[] gains = new double[Block];
        for (int k = 0; k < Shapes; k++)
            for (int j = 0; j < Motions; j++) gains[k * Motions + j] = Gain * Math.Pow(k + 1, 0.3) * Math.Sqrt(j + 1);
        return gains;
    }
}

using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void SineSource(Tensor f0, Tensor noise, Tensor? starts, SineSourceSettings settings, Tensor y)
    {
        (int batch, int frames, int harmonics) = (f0.Shape[0], f0.Shape[1], y.Shape[2]);
        using NativeScratch scratch = new(2L * sizeof(double) * batch * frames * harmonics);
        double* steps = scratch.As<double>(), phases = steps + ((long)batch * frames * harmonics);
        Phases(Pointer(f0), TailOrNull(starts, batch), batch, frames, harmonics, settings, steps, phases);
        FixedBlocks blocks = FixedBlocks.OfRows(batch * frames, settings.SamplesPerFrame * harmonics);
        SineSourceJob job = new()
        {
            F0 = Pointer(f0),
            Noise = Pointer(noise),
            Y = Pointer(y),
            Steps = steps,
            Starts = phases,
            Harmonics = harmonics,
            Settings = settings,
            Blocks = blocks,
        };
        _pool.For(blocks.Count, ref job);
    }

    /// <summary>Each frame's step in turns a sample, and its phase before its first sample, in [0, 1).</summary>
    private static void Phases(
        float* f0, float* first, int batch, int frames, int harmonics, SineSourceSettings settings, double* steps, double* starts)
    {
        for (int item = 0; item < batch; item++)
        {
            for (int h = 0; h < harmonics; h++)
            {
                double phase = first == null || h == 0 ? 0 : Fraction(first[(item * harmonics) + h]);
                for (int row = item * frames; row < (item + 1) * frames; row++)
                {
                    long at = ((long)row * harmonics) + h;
                    steps[at] = Fraction((double)f0[row] * (h + 1) / settings.SampleRateHz);
                    starts[at] = phase;
                    phase = Fraction(phase + (steps[at] * settings.SamplesPerFrame));
                }
            }
        }

        static double Fraction(double x) => x - Math.Floor(x);
    }

    private struct SineSourceJob : IJob
    {
        internal float* F0, Noise, Y;
        internal double* Steps, Starts;
        internal int Harmonics;
        internal SineSourceSettings Settings;
        internal FixedBlocks Blocks;

        public readonly void Run(int part)
        {
            for (int row = Blocks.Start(part); row < Blocks.End(part); row++)
            {
                long first = (long)row * Settings.SamplesPerFrame * Harmonics;
                for (int h = 0; h < Harmonics; h++)
                {
                    long at = ((long)row * Harmonics) + h;
                    if (F0[row] > 0) Voiced(Noise + first + h, Y + first + h, Starts[at], Steps[at]);
                    else Unvoiced(Noise + first + h, Y + first + h);
                }
            }
        }

        private readonly void Voiced(float* noise, float* y, double start, double step)
        {
            double* sines = stackalloc double[Vector<double>.Count];
            for (int n = 0; n < Settings.SamplesPerFrame; n += Vector<double>.Count)
            {
                Vector<double> phase = Vector.Create(start) + ((Vector<double>.Indices + Vector.Create(n + 1.0)) * step);
                Vector.Sin((phase - Vector.Round(phase)) * (2 * Math.PI)).Store(sines);
                int count = Math.Min(Vector<double>.Count, Settings.SamplesPerFrame - n);
                for (int lane = 0; lane < count; lane++)
                {
                    long at = (long)(n + lane) * Harmonics;
                    y[at] = ((float)sines[lane] * Settings.SineAmplitude) + (noise[at] * Settings.NoiseStd);
                }
            }
        }

        private readonly void Unvoiced(float* noise, float* y)
        {
            float amplitude = Settings.SineAmplitude / 3;
            for (long at = 0; at < (long)Settings.SamplesPerFrame * Harmonics; at += Harmonics) y[at] = noise[at] * amplitude;
        }
    }
}

using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void SineTemplate(Tensor f0, Tensor noise, SineSourceSettings settings, Tensor y)
    {
        (int batch, int frames) = (f0.Shape[0], f0.Shape[1]);
        using NativeScratch scratch = new(sizeof(double) * ((long)y.Count + Vector<double>.Count));
        double* phases = scratch.As<double>();
        GlidingPhase glide = new(Pointer(f0), frames, settings, phases);
        _pool.For(batch, ref glide);
        ForRows(y.Count, 1, new TemplateSamples(phases, Pointer(noise), settings, Pointer(y)));
    }

    /// <summary>Phases in turns, in [-1/2, 1/2], and NaN where unvoiced; a part is an item, for a phase hangs on all samples before it.</summary>
    private readonly struct GlidingPhase(float* f0, int frames, SineSourceSettings settings, double* phases) : IJob
    {
        public void Run(int part)
        {
            float* pitch = f0 + ((long)part * frames);
            double* to = phases + ((long)part * frames * settings.SamplesPerFrame);
            double phase = 0, scale = 1.0 / settings.SamplesPerFrame;
            for (int n = 0; n < frames * settings.SamplesPerFrame; n++)
            {
                // In PyTorch's order of operations: whether a line has left an unvoiced frame is decided by the last bit.
                double at = Math.Max(0, (scale * (n + 0.5)) - 0.5);
                int frame = (int)at, next = Math.Min(frame + 1, frames - 1);
                double share = at - frame, hz = ((1 - share) * pitch[frame]) + (share * pitch[next]);
                phase += hz / settings.SampleRateHz;
                phase -= Math.Round(phase);
                to[n] = hz > 0 ? phase : double.NaN;
            }
        }
    }

    private readonly struct TemplateSamples(double* phases, float* noise, SineSourceSettings settings, float* y) : IRows
    {
        public void Run(int first, int end)
        {
            double* sines = stackalloc double[Vector<double>.Count];
            float unvoiced = settings.SineAmplitude / 3;
            for (int n = first; n < end; n += Vector<double>.Count)
            {
                Vector.Sin(Vector.Load(phases + n) * (2 * Math.PI)).Store(sines);
                int count = Math.Min(Vector<double>.Count, end - n);
                for (int lane = 0; lane < count; lane++)
                {
                    int at = n + lane;
                    y[at] = double.IsNaN(phases[at])
                        ? noise[at] * unvoiced
                        : ((float)sines[lane] * settings.SineAmplitude) + (noise[at] * settings.NoiseStd);
                }
            }
        }
    }
}

using System.Numerics;
using RvcNative.Core.Cpu.Fourier;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void StftMagnitude(Tensor wave, Tensor window, StftSettings settings, Tensor y)
    {
        StftFrames of = new(wave, wave.Shape[0], window, settings);
        MagnitudeJob job = new() { Of = of, Y = Pointer(y) };
        _pool.For(of.Groups, ref job);
    }

    public override void StftMagnitudeBackward(Tensor wave, Tensor window, StftSettings settings, Tensor y, Tensor dy, Gradient dwave)
    {
        if (dwave.Tensor is not { } gradient) return;
        int items = gradient.Shape[0];
        StftFrames of = new(wave, items, window, settings);
        using NativeScratch scratch = new((long)of.Count * settings.WindowSamples * sizeof(float));
        FrameGradientJob frames = new() { Of = of, Y = Tail(y, items), Dy = Tail(dy, items), Frames = scratch.As<float>() };
        _pool.For(of.Groups, ref frames);
        OverlapAddJob add = new() { Of = of, Frames = frames.Frames, Dwave = Pointer(gradient), Accumulate = dwave.Accumulate };
        _pool.For(of.Batch * add.BlocksAnItem, ref add);
    }

    public override void LogClamp(Tensor x, float floor, Tensor y)
    {
        FixedBlocks blocks = new(x.Count);
        LogClampJob job = new() { X = Pointer(x), Y = Pointer(y), Floor = floor, Blocks = blocks };
        _pool.For(blocks.Count, ref job);
    }

    public override void LogClampBackward(Tensor x, float floor, Tensor dy, Gradient dx)
    {
        if (dx.Tensor is not { } gradient) return;
        FixedBlocks blocks = new(gradient.Count);
        LogClampBackwardJob job = new()
        {
            X = Tail(x, gradient.Shape[0]),
            Dy = Tail(dy, gradient.Shape[0]),
            Dx = Pointer(gradient),
            Floor = floor,
            Add = dx.Accumulate,
            Blocks = blocks,
        };
        _pool.For(blocks.Count, ref job);
    }

    /// <summary>The windowed frames of a batch's last waves, transformed in groups of as many as a vector has lanes.</summary>
    private readonly struct StftFrames
    {
        internal readonly StftSettings Settings;
        internal readonly int Batch, Samples, FramesAnItem;
        private readonly float* _wave, _window;

        internal StftFrames(Tensor wave, int items, Tensor window, StftSettings settings)
        {
            RealFft.Of(settings.FftSamples);   // refuses an odd length here rather than in a worker
            Settings = settings;
            (Batch, Samples, FramesAnItem) = (items, wave.Shape[1], settings.Frames(wave.Shape[1]));
            _wave = Tail(wave, items);
            _window = Pointer(window);
        }

        internal int Count => Batch * FramesAnItem;

        internal int Groups => (Count + RealFft.Lanes - 1) / RealFft.Lanes;

        internal int Bins => Settings.Bins;

        /// <summary>Where a shorter window starts in the transform (torch.stft's rule).</summary>
        internal int WindowStart => (Settings.FftSamples - Settings.WindowSamples) / 2;

        internal float* Window => _window;

        /// <summary>Bytes of scratch that a group needs: the frames, work of the same size and their spectrum.</summary>
        internal long ScratchBytes => ((2L * Settings.FftSamples) + (2L * Bins)) * sizeof(Vector<double>);

        /// <summary>Frames in a group, fewer than lanes in the last.</summary>
        internal int FramesIn(int group) => Math.Min(RealFft.Lanes, Count - (group * RealFft.Lanes));

        /// <summary>The transform of a group's frames; the memory before the spectrum (2 * FftSamples vectors) is free again.</summary>
        internal Vector<double>* Spectrum(int group, Vector<double>* scratch)
        {
            Vector<double>* x = scratch, work = x + Settings.FftSamples, spectrum = work + Settings.FftSamples;
            new Span<Vector<double>>(x, Settings.FftSamples).Clear();
            for (int lane = 0; lane < FramesIn(group); lane++) Load((group * RealFft.Lanes) + lane, (double*)x + lane);
            RealFft.Of(Settings.FftSamples).Forward(x, work, spectrum);
            return spectrum;
        }

        private void Load(int frame, double* to)
        {
            int item = Math.DivRem(frame, FramesAnItem, out int t);
            int first = (t * Settings.HopSamples) + WindowStart - Settings.Padding;
            float* wave = _wave + ((long)item * Samples);
            to += WindowStart * RealFft.Lanes;
            for (int i = 0; i < Settings.WindowSamples; i++) to[i * RealFft.Lanes] = (double)wave[Mirrored(first + i)] * _window[i];
        }

        private int Mirrored(int sample) => sample < 0 ? -sample : sample >= Samples ? (2 * (Samples - 1)) - sample : sample;
    }

    private struct MagnitudeJob : IJob
    {
        internal StftFrames Of;
        internal float* Y;

        public readonly void Run(int part)
        {
            using NativeScratch scratch = new(Of.ScratchBytes);
            Vector<double>* spectrum = Of.Spectrum(part, scratch.As<Vector<double>>());
            float* y = Y + ((long)part * RealFft.Lanes * Of.Bins);
            int frames = Of.FramesIn(part);
            for (int k = 0; k < Of.Bins; k++)
            {
                Vector<double> re = spectrum[2 * k], im = spectrum[(2 * k) + 1];
                Vector<double> magnitude = Vector.SquareRoot((re * re) + (im * im) + Vector.Create((double)Of.Settings.Floor));
                for (int lane = 0; lane < frames; lane++) y[((long)lane * Of.Bins) + k] = (float)magnitude[lane];
            }
        }
    }

    private struct FrameGradientJob : IJob
    {
        internal StftFrames Of;
        internal float* Y, Dy, Frames;

        public readonly void Run(int part)
        {
            using NativeScratch scratch = new(Of.ScratchBytes);
            Vector<double>* x = scratch.As<Vector<double>>(), spectrum = Of.Spectrum(part, x);
            int frames = Of.FramesIn(part), first = part * RealFft.Lanes;
            double* ratios = stackalloc double[RealFft.Lanes];
            new Span<double>(ratios, RealFft.Lanes).Clear();
            for (int k = 0; k < Of.Bins; k++)
            {
                for (int lane = 0; lane < frames; lane++)
                {
                    long at = ((long)(first + lane) * Of.Bins) + k;
                    ratios[lane] = Y[at] == 0 ? 0 : (double)Dy[at] / Y[at];   // 0 only where the floor and X are
                }

                spectrum[2 * k] *= Vector.Load(ratios);
                spectrum[(2 * k) + 1] *= Vector.Load(ratios);
            }

            double* samples = (double*)RealFft.Of(Of.Settings.FftSamples).Adjoint(spectrum, x, x + Of.Settings.FftSamples);
            for (int i = 0; i < Of.Settings.WindowSamples; i++)
            {
                double* pair = samples + (((Of.WindowStart + i) ^ 1) * RealFft.Lanes);
                float* to = Frames + ((long)first * Of.Settings.WindowSamples) + i;
                for (int lane = 0; lane < frames; lane++) to[(long)lane * Of.Settings.WindowSamples] = (float)(pair[lane] * Of.Window[i]);
            }
        }
    }

    /// <summary>Sums what the frames give to each sample, in order of frames: first where it lies, then where it is mirrored.</summary>
    private struct OverlapAddJob : IJob
    {
        private const int BlockSamples = 1024;
        internal StftFrames Of;
        internal float* Frames, Dwave;
        internal bool Accumulate;

        internal readonly int BlocksAnItem => (Of.Samples + BlockSamples - 1) / BlockSamples;

        public readonly void Run(int part)
        {
            int item = Math.DivRem(part, BlocksAnItem, out int block);
            int start = block * BlockSamples, count = Math.Min(BlockSamples, Of.Samples - start);
            int last = Of.Samples - 1, padding = Of.Settings.Padding;
            double* sums = stackalloc double[BlockSamples];
            new Span<double>(sums, count).Clear();
            AddInPlace(item, start, count, sums);
            for (int n = Math.Max(start, 1); n < start + count && n <= padding; n++) sums[n - start] += At(item, -n);
            for (int n = Math.Max(start, last - padding); n < start + count && n < last; n++) sums[n - start] += At(item, (2 * last) - n);
            float* to = Dwave + ((long)item * Of.Samples) + start;
            for (int i = 0; i < count; i++) to[i] = (float)sums[i] + (Accumulate ? to[i] : 0);
        }

        private readonly void AddInPlace(int item, int start, int count, double* sums)
        {
            (int from, int to) = Covering(start, start + count - 1);
            for (int t = from; t <= to; t++)
            {
                int first = FirstSample(t);
                float* frame = Frame(item, t);
                int end = Math.Min(start + count, first + Of.Settings.WindowSamples);
                for (int n = Math.Max(start, first); n < end; n++) sums[n - start] += frame[n - first];
            }
        }

        /// <summary>What the frames give to one sample of the padded wave.</summary>
        private readonly double At(int item, int sample)
        {
            (int from, int to) = Covering(sample, sample);
            double sum = 0;
            for (int t = from; t <= to; t++) sum += Frame(item, t)[sample - FirstSample(t)];
            return sum;
        }

        private readonly float* Frame(int item, int t) => Frames + ((((long)item * Of.FramesAnItem) + t) * Of.Settings.WindowSamples);

        /// <summary>First sample under a frame's window.</summary>
        private readonly int FirstSample(int t) => (t * Of.Settings.HopSamples) + Of.WindowStart - Of.Settings.Padding;

        /// <summary>First and last frame whose windows touch samples first … last; none if the first is greater.</summary>
        private readonly (int From, int To) Covering(int first, int last)
        {
            int before = first - FirstSample(0) - Of.Settings.WindowSamples + 1, until = last - FirstSample(0);
            int from = before <= 0 ? 0 : (before + Of.Settings.HopSamples - 1) / Of.Settings.HopSamples;
            return (from, until < 0 ? -1 : Math.Min(until / Of.Settings.HopSamples, Of.FramesAnItem - 1));
        }
    }

    private struct LogClampJob : IJob
    {
        internal float* X, Y;
        internal float Floor;
        internal FixedBlocks Blocks;

        public readonly void Run(int part)
        {
            int i = Blocks.Start(part), end = Blocks.End(part);
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.Log(Vector.Max(Vector.Load(X + i), Vector.Create(Floor))).Store(Y + i);
            }

            for (; i < end; i++) Y[i] = MathF.Log(MathF.Max(X[i], Floor));
        }
    }

    private struct LogClampBackwardJob : IJob
    {
        internal float* X, Dy, Dx;
        internal float Floor;
        internal bool Add;
        internal FixedBlocks Blocks;

        public readonly void Run(int part)
        {
            int i = Blocks.Start(part), end = Blocks.End(part);
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector<float> x = Vector.Load(X + i), above = Vector.GreaterThanOrEqual(x, Vector.Create(Floor)).As<int, float>();
                Vector<float> gradient = (Vector.Load(Dy + i) / x) & above;
                (Add ? Vector.Load(Dx + i) + gradient : gradient).Store(Dx + i);
            }

            for (; i < end; i++)
            {
                float gradient = X[i] >= Floor ? Dy[i] / X[i] : 0;
                Dx[i] = Add ? Dx[i] + gradient : gradient;
            }
        }
    }
}

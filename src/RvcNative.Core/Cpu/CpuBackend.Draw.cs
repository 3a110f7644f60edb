using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Normal(ulong key, Tensor step, Tensor? start, int framesAStart, Tensor y)
    {
        (int frames, int channels) = (y.Shape[1], y.Shape[2]);
        int groups = (channels + 3) / 4;
        FixedBlocks blocks = new(y.Shape[0] * frames * groups, NormalJob.CountersAtOnce * 8);
        NormalJob job = new()
        {
            Key = key,
            Step = (uint)*Ids(step),
            FirstFrame = start is null ? 0 : (uint)(*Ids(start) * framesAStart),
            Y = Pointer(y),
            Frames = frames,
            Channels = channels,
            Groups = groups,
            Blocks = blocks,
        };
        _pool.For(blocks.Count, ref job);
    }

    /// <summary>
    /// A word w is the uniform number u = (w + 0.5) / 2^32; a pair (u, v) makes sqrt(-2 ln u) cos(2 pi v) and sqrt(-2 ln u) sin(2 pi v)
    /// (Box and Muller 1958), here in double.
    /// </summary>
    private struct NormalJob : IJob
    {
        internal const int CountersAtOnce = 64;
        private const double WordScale = 1.0 / 4294967296.0;
        internal ulong Key;
        internal uint Step, FirstFrame;
        internal float* Y;
        internal int Frames, Channels, Groups;
        internal FixedBlocks Blocks;

        public void Run(int part)
        {
            double* u = stackalloc double[2 * CountersAtOnce], v = stackalloc double[2 * CountersAtOnce];
            int end = Blocks.End(part);
            for (int first = Blocks.Start(part); first < end; first += CountersAtOnce)
            {
                int counters = Math.Min(CountersAtOnce, end - first);
                DrawUniform(first, counters, u, v);
                BoxMuller(u, v, 2 * counters);
                Place(first, counters, u, v);
            }
        }

        private void DrawUniform(int first, int counters, double* u, double* v)
        {
            int row = Math.DivRem(first, Groups, out int group);
            int item = Math.DivRem(row, Frames, out int frame);
            for (int counter = 0; counter < counters; counter++)
            {
                (uint w0, uint w1, uint w2, uint w3) = Philox.Words((uint)Key, (uint)(Key >> 32), (uint)group, FirstFrame + (uint)frame, (uint)item, Step);
                (u[2 * counter], v[2 * counter]) = ((w0 + 0.5) * WordScale, (w1 + 0.5) * WordScale);
                (u[(2 * counter) + 1], v[(2 * counter) + 1]) = ((w2 + 0.5) * WordScale, (w3 + 0.5) * WordScale);
                if (++group < Groups) continue;
                group = 0;
                if (++frame < Frames) continue;
                (frame, item) = (0, item + 1);
            }
        }

        /// <summary>Turns pairs (u, v) into pairs of normal numbers, in place.</summary>
        private static void BoxMuller(double* u, double* v, int pairs)
        {
            for (int i = 0; i < pairs; i += Vector<double>.Count)
            {
                Vector<double> radius = Vector.SquareRoot(Vector.Log(Vector.Load(u + i)) * -2.0);
                (Vector<double> sine, Vector<double> cosine) = Vector.SinCos(Vector.Load(v + i) * (2 * Math.PI));
                (radius * cosine).Store(u + i);
                (radius * sine).Store(v + i);
            }
        }

        private readonly void Place(int first, int counters, double* u, double* v)
        {
            int row = Math.DivRem(first, Groups, out int group);
            float* y = Y + ((long)row * Channels);
            for (int counter = 0; counter < counters; counter++)
            {
                int channel = 4 * group, pair = 2 * counter;
                y[channel] = (float)u[pair];
                if (channel + 1 < Channels) y[channel + 1] = (float)v[pair];
                if (channel + 2 < Channels) y[channel + 2] = (float)u[pair + 1];
                if (channel + 3 < Channels) y[channel + 3] = (float)v[pair + 1];
                if (++group < Groups) continue;
                group = 0;
                y += Channels;
            }
        }
    }
}

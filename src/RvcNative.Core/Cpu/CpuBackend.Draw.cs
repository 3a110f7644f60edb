using System.Numerics;
using System.Runtime.Intrinsics;

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
            double* u0 = stackalloc double[4 * CountersAtOnce], v0 = u0 + CountersAtOnce, u1 = v0 + CountersAtOnce, v1 = u1 + CountersAtOnce;
            int end = Blocks.End(part);
            for (int first = Blocks.Start(part); first < end; first += CountersAtOnce)
            {
                int counters = Math.Min(CountersAtOnce, end - first);
                DrawUniform(first, counters, u0, v0, u1, v1);
                BoxMuller(u0, v0, counters);
                BoxMuller(u1, v1, counters);
                Place(first, counters, u0, v0, u1, v1);
            }
        }

        private void DrawUniform(int first, int counters, double* u0, double* v0, double* u1, double* v1)
        {
            ulong* groups = stackalloc ulong[3 * CountersAtOnce], frames = groups + CountersAtOnce, items = frames + CountersAtOnce;
            int row = Math.DivRem(first, Groups, out int group);
            int item = Math.DivRem(row, Frames, out int frame);
            for (int counter = 0; counter < counters; counter++)
            {
                (groups[counter], frames[counter], items[counter]) = ((ulong)group, FirstFrame + (uint)frame, (ulong)item);
                if (++group < Groups) continue;
                group = 0;
                if (++frame < Frames) continue;
                (frame, item) = (0, item + 1);
            }

            for (int i = 0; i < counters; i += Vector256<ulong>.Count)
            {
                (Vector256<ulong> w0, Vector256<ulong> w1, Vector256<ulong> w2, Vector256<ulong> w3) = Philox.Words(
                    (uint)Key, (uint)(Key >> 32), Vector256.Load(groups + i), Vector256.Load(frames + i), Vector256.Load(items + i), Vector256.Create((ulong)Step));
                Uniform(w0).Store(u0 + i);
                Uniform(w1).Store(v0 + i);
                Uniform(w2).Store(u1 + i);
                Uniform(w3).Store(v1 + i);
            }
        }

        // A word below the bits of 2^52 is the last digits of a double, exactly.
        private static Vector256<double> Uniform(Vector256<ulong> words)
        {
            const double unit = 4503599627370496;
            return ((words | Vector256.Create(unit).AsUInt64()).AsDouble() - Vector256.Create(unit - 0.5)) * WordScale;
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

        private readonly void Place(int first, int counters, double* u0, double* v0, double* u1, double* v1)
        {
            int row = Math.DivRem(first, Groups, out int group);
            float* y = Y + ((long)row * Channels);
            for (int counter = 0; counter < counters; counter++)
            {
                int channel = 4 * group;
                Vector128<float> four = Vector128.Create((float)u0[counter], (float)v0[counter], (float)u1[counter], (float)v1[counter]);
                if (channel + 4 <= Channels) four.Store(y + channel);
                else for (int lane = 0; channel + lane < Channels; lane++) y[channel + lane] = four[lane];
                if (++group < Groups) continue;
                group = 0;
                y += Channels;
            }
        }
    }
}

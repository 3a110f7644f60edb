using System.Numerics;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void KlDivergence(Tensor z, Tensor q, Tensor p, Tensor mask, Tensor? frames, Tensor loss)
    {
        FixedBlocks blocks = FixedBlocks.OfRows(mask.Count, z.Shape[2]);
        double* sums = stackalloc double[FixedBlocks.Most];
        KlJob job = new()
        {
            Z = Pointer(z),
            Q = Pointer(q),
            P = Pointer(p),
            Mask = Pointer(mask),
            Channels = z.Shape[2],
            Blocks = blocks,
            Sums = sums,
        };
        _pool.For(blocks.Count, ref job);
        *Pointer(loss) = (float)(InOrder(sums, blocks.Count) / Frames(mask, frames));
    }

    public override void KlDivergenceBackward(
        Tensor z, Tensor q, Tensor p, Tensor mask, Tensor? frames, float weight, Gradient dz, Gradient dq, Gradient dp)
    {
        FixedBlocks blocks = FixedBlocks.OfRows(mask.Count, z.Shape[2]);
        KlBackwardJob job = new()
        {
            Z = Pointer(z),
            P = Pointer(p),
            Mask = Pointer(mask),
            Channels = z.Shape[2],
            Blocks = blocks,
            Scale = weight / Frames(mask, frames),
            Dz = dz.Tensor is { } z1 ? Pointer(z1) : null,
            AddZ = dz.Accumulate,
            Dq = dq.Tensor is { } q1 ? Pointer(q1) : null,
            AddQ = dq.Accumulate,
            Dp = dp.Tensor is { } p1 ? Pointer(p1) : null,
            AddP = dp.Accumulate,
        };
        _pool.For(blocks.Count, ref job);
    }

    private static double Frames(Tensor mask, Tensor? frames)
    {
        if (frames is not null) return *Pointer(frames);
        double total = 0;
        foreach (float value in Span(mask)) total += value;
        return total;
    }

    /// <summary>Sums of rows; rows behind an item's end are left out, whatever they hold.</summary>
    private struct KlJob : IJob
    {
        internal float* Z, Q, P, Mask;
        internal int Channels;
        internal FixedBlocks Blocks;
        internal double* Sums;

        public readonly void Run(int part)
        {
            double sum = 0;
            for (int row = Blocks.Start(part); row < Blocks.End(part); row++)
            {
                long at = (long)row * Channels;
                if (Mask[row] != 0) sum += Mask[row] * OfRow(Z + at, Q + (2 * at) + Channels, P + (2 * at), P + (2 * at) + Channels);
            }

            Sums[part] = sum;
        }

        private readonly double OfRow(float* z, float* logsQ, float* meanP, float* logsP)
        {
            Vector<double> sums = default;
            int c = 0;
            for (; c <= Channels - Vector<float>.Count; c += Vector<float>.Count)
            {
                Vector.Widen(Vector.Load(z + c), out Vector<double> z0, out Vector<double> z1);
                Vector.Widen(Vector.Load(logsQ + c), out Vector<double> q0, out Vector<double> q1);
                Vector.Widen(Vector.Load(meanP + c), out Vector<double> m0, out Vector<double> m1);
                Vector.Widen(Vector.Load(logsP + c), out Vector<double> p0, out Vector<double> p1);
                sums += Term(z0 - m0, q0, p0) + Term(z1 - m1, q1, p1);
            }

            double sum = Vector.Sum(sums);
            for (; c < Channels; c++)
            {
                double d = (double)z[c] - meanP[c];
                sum += logsP[c] - (double)logsQ[c] - 0.5 + (0.5 * d * d * Math.Exp(-2.0 * logsP[c]));
            }

            return sum;
        }

        private static Vector<double> Term(Vector<double> d, Vector<double> logsQ, Vector<double> logsP) =>
            logsP - logsQ - Vector.Create(0.5) + (d * d * 0.5 * Vector.Exp(logsP * -2.0));
    }

    private struct KlBackwardJob : IJob
    {
        internal float* Z, P, Mask, Dz, Dq, Dp;
        internal bool AddZ, AddQ, AddP;
        internal double Scale;
        internal int Channels;
        internal FixedBlocks Blocks;

        public readonly void Run(int part)
        {
            for (int row = Blocks.Start(part); row < Blocks.End(part); row++)
            {
                float s = (float)(Scale * Mask[row]);
                long at = (long)row * Channels;
                float* dz = Dz == null ? null : Dz + at, dmeanP = Dp == null ? null : Dp + (2 * at), dlogsP = Dp == null ? null : dmeanP + Channels;
                if (Dq != null)
                {
                    Fill(Dq + (2 * at), 0, AddQ);
                    Fill(Dq + (2 * at) + Channels, -s, AddQ);
                }

                if (Mask[row] != 0)
                {
                    Row(Z + at, P + (2 * at), s, dz, dmeanP, dlogsP);
                    continue;
                }

                if (dz != null) Fill(dz, 0, AddZ);
                if (dmeanP == null) continue;
                Fill(dmeanP, 0, AddP);
                Fill(dlogsP, 0, AddP);
            }
        }

        private readonly void Row(float* z, float* meanP, float s, float* dz, float* dmeanP, float* dlogsP)
        {
            int c = 0;
            for (; c <= Channels - Vector<float>.Count; c += Vector<float>.Count)
            {
                Vector<float> d = Vector.Load(z + c) - Vector.Load(meanP + c), sde = d * Vector.Exp(Vector.Load(meanP + Channels + c) * -2f) * s;
                if (dz != null) Put(dz + c, sde, AddZ);
                if (dmeanP == null) continue;
                Put(dmeanP + c, -sde, AddP);
                Put(dlogsP + c, Vector.Create(s) - (d * sde), AddP);
            }

            for (; c < Channels; c++)
            {
                float d = z[c] - meanP[c], sde = d * MathF.Exp(-2 * meanP[Channels + c]) * s;
                if (dz != null) Put(dz + c, sde, AddZ);
                if (dmeanP == null) continue;
                Put(dmeanP + c, -sde, AddP);
                Put(dlogsP + c, s - (d * sde), AddP);
            }
        }

        private readonly void Fill(float* to, float value, bool add)
        {
            if (add && value == 0) return;
            for (int c = 0; c < Channels; c++) Put(to + c, value, add);
        }

        private static void Put(float* to, float value, bool add) => *to = add ? *to + value : value;

        private static void Put(float* to, Vector<float> value, bool add) => (add ? Vector.Load(to) + value : value).Store(to);
    }
}

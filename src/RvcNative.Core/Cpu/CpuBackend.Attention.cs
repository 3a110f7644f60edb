namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Attention(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor y, Tensor p)
    {
        int span = relativeKeys?.Shape[1] ?? 0;
        AttentionHead job = new()
        {
            Q = Pointer(q), K = Pointer(k), V = Pointer(v), Rk = relativeKeys is null ? null : Pointer(relativeKeys),
            Rv = relativeValues is null ? null : Pointer(relativeValues), Mask = Pointer(mask), P = Pointer(p), Y = Pointer(y),
            Heads = heads, Frames = q.Shape[1], Channels = q.Shape[2], Window = span / 2,
        };
        _pool.For(q.Shape[0] * heads, ref job);
    }

    public override void AttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? relativeKeys, Tensor? relativeValues, Tensor mask, int heads, Tensor p, Tensor scratch, Tensor dy,
        Gradient dq, Gradient dk, Gradient dv, Gradient drelativeKeys, Gradient drelativeValues)
    {
        int span = relativeKeys?.Shape[1] ?? 0, frames = q.Shape[1], channels = q.Shape[2], depth = channels / heads;
        float scale = (float)(1 / Math.Sqrt(depth));
        foreach (Gradient each in (ReadOnlySpan<Gradient>)[dq, dk, dv, drelativeKeys, drelativeValues])
        {
            if (each is { Tensor: { } to, Accumulate: false }) Clear(Pointer(to), to.Count);
        }

        static float* Of(Tensor? tensor) => tensor is null ? null : Pointer(tensor);
        float* rk = Of(relativeKeys), rv = Of(relativeValues), gq = Of(dq.Tensor), gk = Of(dk.Tensor), gv = Of(dv.Tensor);
        float* grk = Of(drelativeKeys.Tensor), grv = Of(drelativeValues.Tensor);
        for (int head = 0; head < q.Shape[0] * heads; head++)
        {
            int item = head / heads, window = span / 2;
            int at = (item * frames * channels) + (head % heads * depth);
            for (int i = 0; i < frames; i++)
            {
                float* pi = Pointer(p) + (((head * frames) + i) * frames), ds = Pointer(scratch) + (((head * frames) + i) * frames);
                float* dyi = Pointer(dy) + at + (i * channels);
                double weighted = 0;
                for (int j = 0; j < frames; j++)
                {
                    int r = j - i + window;
                    float* vj = Pointer(v) + at + (j * channels);
                    double sum = 0;
                    for (int c = 0; c < depth; c++) sum += dyi[c] * (vj[c] + (rv != null && r >= 0 && r < span ? rv[(r * depth) + c] : 0));
                    ds[j] = (float)sum;
                    weighted += sum * pi[j];
                }

                for (int j = 0; j < frames; j++)
                {
                    int r = j - i + window;
                    bool near = rk != null && r >= 0 && r < span;
                    bool masked = Pointer(mask)[(item * frames) + i] * Pointer(mask)[(item * frames) + j] == 0;
                    float d = masked ? 0 : (float)(pi[j] * (ds[j] - weighted)) * scale;
                    for (int c = 0; c < depth; c++)
                    {
                        int ci = at + (i * channels) + c, cj = at + (j * channels) + c;
                        if (gq != null) gq[ci] += d * (Pointer(k)[cj] + (near ? rk[(r * depth) + c] : 0));
                        if (gk != null) gk[cj] += d * Pointer(q)[ci];
                        if (gv != null) gv[cj] += pi[j] * dyi[c];
                        if (near && grk != null) grk[(r * depth) + c] += d * Pointer(q)[ci];
                        if (near && grv != null) grv[(r * depth) + c] += pi[j] * dyi[c];
                    }
                }
            }
        }
    }

    private struct AttentionHead : IJob
    {
        public float* Q, K, V, Rk, Rv, Mask, P, Y;
        public int Heads, Frames, Channels, Window;

        public readonly void Run(int head)
        {
            int depth = Channels / Heads, item = head / Heads, span = (2 * Window) + 1;
            int at = (item * Frames * Channels) + (head % Heads * depth);
            for (int i = 0; i < Frames; i++)
            {
                float* p = P + (((head * Frames) + i) * Frames);
                float largest = float.NegativeInfinity;
                for (int j = 0; j < Frames; j++)
                {
                    int r = j - i + Window;
                    double sum = 0;
                    for (int c = 0; c < depth; c++)
                    {
                        float key = K[at + (j * Channels) + c] + (Rk != null && r >= 0 && r < span ? Rk[(r * depth) + c] : 0);
                        sum += (double)Q[at + (i * Channels) + c] * key;
                    }

                    bool masked = Mask[(item * Frames) + i] * Mask[(item * Frames) + j] == 0;
                    p[j] = masked ? -1e4f : (float)(sum / Math.Sqrt(depth));
                    largest = Math.Max(largest, p[j]);
                }

                double total = 0;
                for (int j = 0; j < Frames; j++) total += p[j] = MathF.Exp(p[j] - largest);
                for (int j = 0; j < Frames; j++) p[j] = (float)(p[j] / total);
                for (int c = 0; c < depth; c++)
                {
                    double sum = 0;
                    for (int j = 0; j < Frames; j++)
                    {
                        int r = j - i + Window;
                        sum += p[j] * (V[at + (j * Channels) + c] + (Rv != null && r >= 0 && r < span ? Rv[(r * depth) + c] : 0));
                    }

                    Y[at + (i * Channels) + c] = (float)sum;
                }
            }
        }
    }
}

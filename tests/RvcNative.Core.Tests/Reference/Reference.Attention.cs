namespace RvcNative.Core.Tests;

/// <summary>Attention with relative positions as its formula says it, pair by pair and in double.</summary>
internal sealed class ReferenceAttention(int batch, int frames, int channels, int heads, int window)
{
    private readonly int _depth = channels / heads, _span = (2 * window) + 1;

    /// <summary>Tables [2*window+1,D] or null; mask [B,T].</summary>
    internal (double[] Y, double[] P) Forward(float[] q, float[] k, float[] v, float[]? rk, float[]? rv, float[] mask)
    {
        double[] y = new double[q.Length], p = new double[batch * heads * frames * frames];
        for (int head = 0; head < batch * heads; head++)
        {
            for (int i = 0; i < frames; i++)
            {
                double[] scores = new double[frames];
                for (int j = 0; j < frames; j++)
                {
                    bool masked = mask[(head / heads * frames) + i] * mask[(head / heads * frames) + j] == 0;
                    for (int c = 0; c < _depth; c++) scores[j] += q[At(head, i, c)] * (k[At(head, j, c)] + Near(rk, i, j, c)) / Math.Sqrt(_depth);
                    if (masked) scores[j] = -1e4;
                }

                double largest = scores.Max(), sum = scores.Sum(score => Math.Exp(score - largest));
                for (int j = 0; j < frames; j++)
                {
                    double weight = p[Pair(head, i, j)] = Math.Exp(scores[j] - largest) / sum;
                    for (int c = 0; c < _depth; c++) y[At(head, i, c)] += weight * (v[At(head, j, c)] + Near(rv, i, j, c));
                }
            }
        }

        return (y, p);
    }

    /// <summary>Gradients of q, k, v and of the tables.</summary>
    internal double[][] Backward(
        float[] q, float[] k, float[] v, float[]? rk, float[]? rv, float[] mask, float[] dy)
    {
        double[] p = Forward(q, k, v, rk, rv, mask).P;
        double[] dq = new double[q.Length], dk = new double[q.Length], dv = new double[q.Length];
        double[] drk = new double[_span * _depth], drv = new double[_span * _depth];
        for (int head = 0; head < batch * heads; head++)
        {
            for (int i = 0; i < frames; i++)
            {
                double[] dp = new double[frames];
                double mean = 0;
                for (int j = 0; j < frames; j++)
                {
                    for (int c = 0; c < _depth; c++) dp[j] += dy[At(head, i, c)] * (v[At(head, j, c)] + Near(rv, i, j, c));
                    mean += p[Pair(head, i, j)] * dp[j];
                }

                for (int j = 0; j < frames; j++)
                {
                    bool masked = mask[(head / heads * frames) + i] * mask[(head / heads * frames) + j] == 0;
                    double weight = p[Pair(head, i, j)], ds = masked ? 0 : weight * (dp[j] - mean) / Math.Sqrt(_depth);
                    for (int c = 0; c < _depth; c++)
                    {
                        dq[At(head, i, c)] += ds * (k[At(head, j, c)] + Near(rk, i, j, c));
                        dk[At(head, j, c)] += ds * q[At(head, i, c)];
                        dv[At(head, j, c)] += weight * dy[At(head, i, c)];
                        if (Math.Abs(j - i) > window) continue;
                        drk[((j - i + window) * _depth) + c] += ds * q[At(head, i, c)];
                        drv[((j - i + window) * _depth) + c] += weight * dy[At(head, i, c)];
                    }
                }
            }
        }

        return [dq, dk, dv, drk, drv];
    }

    private int At(int head, int frame, int c) => (((head / heads * frames) + frame) * channels) + (head % heads * _depth) + c;

    private int Pair(int head, int i, int j) => (((head * frames) + i) * frames) + j;

    private double Near(float[]? table, int i, int j, int c) =>
        table is null || Math.Abs(j - i) > window ? 0 : table[((j - i + window) * _depth) + c];
}

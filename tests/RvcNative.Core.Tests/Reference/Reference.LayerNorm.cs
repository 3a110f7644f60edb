namespace RvcNative.Core.Tests;

/// <summary>Layer normalisation of rows of [rows,C], in double.</summary>
internal static class ReferenceLayerNorm
{
    internal static (double[] Y, double[] Mean, double[] Rstd) Forward(float[] x, float[] gamma, float[] beta, double epsilon)
    {
        int channels = gamma.Length, rows = x.Length / channels;
        double[] y = new double[x.Length], mean = new double[rows], rstd = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            float[] values = x[(row * channels)..((row + 1) * channels)];
            mean[row] = values.Sum(v => (double)v) / channels;
            rstd[row] = 1 / Math.Sqrt((values.Sum(v => (v - mean[row]) * (v - mean[row])) / channels) + epsilon);
            for (int c = 0; c < channels; c++) y[(row * channels) + c] = ((values[c] - mean[row]) * rstd[row] * gamma[c]) + beta[c];
        }

        return (y, mean, rstd);
    }

    internal static (double[] Dx, double[] Dgamma, double[] Dbeta) Backward(float[] x, float[] gamma, double epsilon, float[] dy)
    {
        int channels = gamma.Length, rows = x.Length / channels;
        (double[] n, _, double[] rstd) = Forward(x, [.. gamma.Select(_ => 1f)], new float[channels], epsilon);
        double[] dx = new double[x.Length], dgamma = new double[channels], dbeta = new double[channels];
        for (int row = 0; row < rows; row++)
        {
            double meanG = 0, meanGn = 0;
            for (int c = 0; c < channels; c++)
            {
                int at = (row * channels) + c;
                dgamma[c] += dy[at] * n[at];
                dbeta[c] += dy[at];
                meanG += (double)dy[at] * gamma[c] / channels;
                meanGn += (double)dy[at] * gamma[c] * n[at] / channels;
            }

            for (int c = 0; c < channels; c++)
            {
                int at = (row * channels) + c;
                dx[at] = rstd[row] * (((double)dy[at] * gamma[c]) - meanG - (n[at] * meanGn));
            }
        }

        return (dx, dgamma, dbeta);
    }
}

namespace RvcNative.Core.Tests;

/// <summary>PyTorch's nn.GRU, its input's product given, unit by unit.</summary>
internal static class ReferenceGru
{
    internal static double[] Run(float[] gates, float[] weight, float[] bias, float[] start, int batch, int frames, int directions, int hidden)
    {
        double[] y = new double[batch * frames * directions * hidden];
        int width = 3 * hidden, channels = directions * hidden;
        for (int item = 0; item < batch; item++)
        {
            for (int direction = 0; direction < directions; direction++)
            {
                double[] h = [.. start.Skip((item * channels) + (direction * hidden)).Take(hidden).Select(value => (double)value)];
                for (int step = 0; step < frames; step++)
                {
                    int frame = (item * frames) + (direction == 0 ? step : frames - 1 - step);
                    double[] next = new double[hidden];
                    for (int unit = 0; unit < hidden; unit++)
                    {
                        double r = Sigmoid(Gate(0, unit) + State(0, unit)), z = Sigmoid(Gate(1, unit) + State(1, unit));
                        double n = Math.Tanh(Gate(2, unit) + (r * State(2, unit)));
                        next[unit] = ((1 - z) * n) + (z * h[unit]);
                    }

                    h = next;
                    h.CopyTo(y, (frame * channels) + (direction * hidden));

                    double Gate(int gate, int unit) => gates[(((frame * directions) + direction) * width) + (gate * hidden) + unit];

                    double State(int gate, int unit)
                    {
                        double sum = bias[(direction * width) + (gate * hidden) + unit];
                        for (int i = 0; i < hidden; i++) sum += h[i] * weight[(((direction * hidden) + i) * width) + (gate * hidden) + unit];
                        return sum;
                    }
                }
            }
        }

        return y;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}

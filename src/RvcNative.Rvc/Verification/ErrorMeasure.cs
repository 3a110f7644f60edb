namespace RvcNative.Rvc.Verification;

/// <summary>Errors as the goldens state them.</summary>
internal static class ErrorMeasure
{
    /// <summary>||ours - truth|| / max(||truth||, floor), in double; infinite where ours is not finite or of another length.</summary>
    internal static double Relative(ReadOnlySpan<float> ours, ReadOnlySpan<double> truth, double floor)
    {
        if (ours.Length != truth.Length) return double.PositiveInfinity;
        double error = 0, norm = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            double difference = ours[i] - truth[i];
            error += difference * difference;
            norm += truth[i] * truth[i];
        }

        double relative = Math.Sqrt(error) / Math.Max(Math.Sqrt(norm), floor);
        return double.IsFinite(relative) ? relative : double.PositiveInfinity;
    }

    internal static double Norm(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values) sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    /// <summary>16 elements at floor(linspace(0, n - 1, 16)), as the "#at16" entries hold.</summary>
    internal static float[] At16(ReadOnlySpan<float> values)
    {
        const int Points = 16;
        float[] picked = new float[Points];
        for (int i = 0; i < Points; i++)
        {
            // numpy's linspace: i * step, the last point set exactly.
            int index = i == Points - 1 ? values.Length - 1 : (int)Math.Floor(i * ((values.Length - 1) / (double)(Points - 1)));
            picked[i] = values[index];
        }

        return picked;
    }
}

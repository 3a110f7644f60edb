namespace RvcNative.Audio;

/// <summary>Values between the samples of a band-limited sequence: sum of y[k] sinc(x - k) under a raised cosine that ends one sample past the last one used.</summary>
internal static class SincInterpolation
{
    private const double Golden = 0.3819660112501051, Tolerance = 1e-10;
    private const int MostSteps = 60;

    /// <summary>The value at x from up to <paramref name="depth"/> samples on each side.</summary>
    internal static double At(ReadOnlySpan<double> y, double x, int depth)
    {
        int left = (int)Math.Floor(x), right = left + 1;
        if (x >= y.Length - 1) return y[^1];
        if (x <= 0) return y[0];
        if (x == left) return y[left];
        depth = Math.Min(depth, Math.Min(right, y.Length - right));
        double distance = x - left, sine = Math.Sin(Math.PI * distance) / Math.PI;
        return Side(y[..right], distance, depth, -1, sine) + Side(y[right..], 1 - distance, depth, 1, sine);
    }

    /// <summary>The highest point within one sample of y[peak], by Brent's method (Brent 1973, ch. 5).</summary>
    internal static (double Place, double Value) Maximum(ReadOnlySpan<double> y, int peak, int depth)
    {
        double low = peak - 1, high = peak + 1, best = low + (Golden * (high - low)), second = best, third = best;
        double atBest = At(y, best, depth), atSecond = atBest, atThird = atBest, step = 0, last = 0;
        for (int i = 0; i < MostSteps; i++)
        {
            double middle = 0.5 * (low + high), tolerance = (1.5e-8 * Math.Abs(best)) + (Tolerance / 3);
            if (Math.Abs(best - middle) <= (2 * tolerance) - (0.5 * (high - low))) break;
            double r = (best - second) * (atThird - atBest), q = (best - third) * (atSecond - atBest);
            double p = ((best - third) * q) - ((best - second) * r);
            q = 2 * (q - r);
            if (q > 0) p = -p;
            q = Math.Abs(q);
            bool parabolic = Math.Abs(last) > tolerance && Math.Abs(p) < Math.Abs(0.5 * q * last) && p > q * (low - best) && p < q * (high - best);
            if (!parabolic) last = best < middle ? high - best : low - best;
            else last = step;
            step = parabolic ? p / q : Golden * last;
            if (parabolic && (best + step - low < 2 * tolerance || high - best - step < 2 * tolerance)) step = best < middle ? tolerance : -tolerance;
            double place = best + (Math.Abs(step) >= tolerance ? step : Math.CopySign(tolerance, step)), value = At(y, place, depth);
            if (value >= atBest)
            {
                if (place < best) high = best;
                else low = best;
                (third, second, best, atThird, atSecond, atBest) = (second, best, place, atSecond, atBest, value);
                continue;
            }
            if (place < best) low = place;
            else high = place;
            if (value >= atSecond || second == best) (third, second, atThird, atSecond) = (second, place, atSecond, value);
            else if (value >= atThird || third == best || third == second) (third, atThird) = (place, value);
        }
        return (best, atBest);
    }

    // sin(pi (d + n)) = +- sin(pi d), and the cosines of the window follow one another by a turn: no call of either in the loop.
    private static double Side(ReadOnlySpan<double> y, double distance, int depth, int direction, double sine)
    {
        double reach = distance + depth, sum = 0;
        (double cos, double sin) = Turn(Math.PI * distance / reach);
        (double cosStep, double sinStep) = Turn(Math.PI / reach);
        int at = direction < 0 ? y.Length - 1 : 0;
        for (int n = 0; n < depth; n++, at += direction, distance++, sine = -sine)
        {
            sum += y[at] * sine / distance * 0.5 * (1 + cos);
            (cos, sin) = ((cos * cosStep) - (sin * sinStep), (sin * cosStep) + (cos * sinStep));
        }
        return sum;
    }

    private static (double Cos, double Sin) Turn(double angle)
    {
        (double sin, double cos) = Math.SinCos(angle);
        return (cos, sin);
    }
}

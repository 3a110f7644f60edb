using System.Globalization;
using System.Text;

namespace RvcNative.Gpu;

/// <summary>
/// Who computes a sum: own kernels or a library. Measured once for a device, its libraries, the kernels and a sum, and kept on disk; from then on it is the same in every run,
/// to the same bytes.
/// </summary>
/// <param name="ms">Measures a launch.</param>
internal sealed class ConvChoices(string device, IReadOnlyList<ConvLibrary> libraries, ConvMath math, Precision precision, KernelCache cache, Func<Action, double> ms) : IDisposable
{
    private const string Own = "own";
    private readonly Dictionary<ConvSum, ConvPlan?> _chosen = [];

    /// <summary>A way to compute a sum into memory of its own, for measuring.</summary>
    /// <param name="Run">Launches once.</param>
    /// <param name="Result">Waits, and returns what the last run computed.</param>
    /// <param name="Memory">Where it goes.</param>
    internal sealed record Candidate(Action Run, Func<float[]> Result, IDisposable? Memory = null) : IDisposable
    {
        public void Dispose() => Memory?.Dispose();
    }

    /// <summary>Whether there is a choice.</summary>
    internal bool Any { get; } = libraries.Count > 0 && math != ConvMath.Own;

    /// <summary>The plan of the library that is to compute a sum; null for own kernels.</summary>
    /// <param name="candidate">The sum by a plan, or by own kernels for null.</param>
    /// <exception cref="InvalidDataException">A library's result differs from that of own kernels.</exception>
    internal ConvPlan? For(ConvSum sum, Func<ConvPlan?, Candidate> candidate)
    {
        if (_chosen.TryGetValue(sum, out ConvPlan? chosen)) return chosen;
        List<ConvPlan> plans = [.. libraries.Select(library => library.Plan(sum, precision)).OfType<ConvPlan>()];
        string key = KernelCache.Key([device, .. libraries.Select(library => library.Name), $"{math} {precision}", KernelSource.Hash, string.Create(CultureInfo.InvariantCulture, $"{sum}")]);
        string name = plans.Count == 0 ? Own : Kept(key, plans) ?? Measure(sum, plans, candidate, key);
        chosen = plans.Find(plan => plan.Library == name);
        foreach (ConvPlan plan in plans)
        {
            if (plan != chosen) plan.Dispose();
        }

        _chosen.Add(sum, chosen);
        return chosen;
    }

    public void Dispose()
    {
        foreach (ConvPlan? plan in _chosen.Values) plan?.Dispose();
        foreach (ConvLibrary library in libraries) library.Dispose();
    }

    private string? Kept(string key, List<ConvPlan> plans) =>
        cache.Find(key) is { } kept && Encoding.UTF8.GetString(kept) is { } name && (name == Own || plans.Exists(plan => plan.Library == name)) ? name : null;

    private string Measure(ConvSum sum, List<ConvPlan> plans, Func<ConvPlan?, Candidate> candidate, string key)
    {
        using Candidate own = candidate(null);
        own.Run();
        float[] wanted = own.Result();
        (string Name, double Ms) best = math == ConvMath.Library ? (plans[0].Library, double.PositiveInfinity) : (Own, ms(own.Run));
        foreach (ConvPlan plan in plans)
        {
            using Candidate other = candidate(plan);
            other.Run();
            Check(plan, sum, wanted, other.Result());
            double took = ms(other.Run);
            if (took < best.Ms) best = (plan.Library, took);
        }

        cache.Keep(key, Encoding.UTF8.GetBytes(best.Name));
        return best.Name;
    }

    // A misplaced operand is off by more than any rounding.
    private void Check(ConvPlan plan, ConvSum sum, float[] wanted, float[] found)
    {
        double difference = 0, size = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            difference += Math.Pow((double)wanted[i] - found[i], 2);
            size += (double)wanted[i] * wanted[i];
        }

        double error = Math.Sqrt(difference / Math.Max(size, double.Epsilon)), limit = precision == Precision.F32 ? 1e-4 : 3e-2;
        if (difference == 0 || !double.IsFinite(size) || error <= limit) return;
        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
            $"{plan.Library}: its result of {sum} differs from that of own kernels by {error:g2} (relative), {limit:g2} is allowed; --math own does without the library"));
    }
}

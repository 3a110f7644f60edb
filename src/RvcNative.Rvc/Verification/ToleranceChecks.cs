using System.Text.Json;
using RvcNative.Formats;

namespace RvcNative.Rvc.Verification;

/// <summary>
/// Compares what we compute with a case's tensors, each by the tolerance that its entry in case.json states (goldens' README, "Tolerances").
/// </summary>
internal sealed class ToleranceChecks(GoldenCase golden)
{
    private readonly List<TensorCheck> _checks = [];
    private readonly List<string> _failures = [], _notes = [];

    /// <summary>Compares every tensor of case.json's "expected".</summary>
    /// <param name="compute">Our tensor of that name, in the case's layout; null for a name that the kind does not have.</param>
    /// <param name="group">Row of the printed table for a name.</param>
    internal void Each(Func<string, FileTensor?> compute, Func<string, string> group)
    {
        foreach (JsonProperty entry in golden.ExpectedEntries)
        {
            try
            {
                if (compute(entry.Name) is { } ours) Compare(group(entry.Name), entry.Name, ours);
                else Fail($"{entry.Name}: cases of the kind '{golden.Kind}' have no tensor of this name");
            }
            catch (Exception failure) when (failure is IOException or ArgumentException or NotSupportedException)
            {
                Fail($"{entry.Name}: {failure.Message}");
            }
        }
    }

    /// <summary>Compares one tensor of "expected" by its tolerance.</summary>
    /// <param name="shownAs">The name in the report, where more than one of our tensors is held against the same truth.</param>
    internal void Compare(string group, string name, FileTensor ours, string? shownAs = null)
    {
        JsonElement entry = golden.Description.GetProperty("expected").GetProperty(name), tolerance = entry.GetProperty("tolerance");
        FileTensor truth = Truth(name);
        shownAs ??= name;
        if (!ours.Shape.AsSpan().SequenceEqual(truth.Shape))
        {
            Fail($"{shownAs}: ours is {ours}, the case's is {truth}");
            return;
        }

        double[] got = ours.ToFloat64(), expected = truth.ToFloat64();
        double? peer = golden.PeerError(name) ?? (entry.TryGetProperty("peer_error", out JsonElement stated) ? stated.GetDouble() : null);
        int judged = 0;
        if (Stated(tolerance, "exact") is not null) Add(new TensorCheck($"{group} (unequal)", shownAs, Unequal(ours, truth), null, 0));
        if (Stated(tolerance, "rel_l2") is { } limit) Add(new TensorCheck($"{group} (L2 norm)", shownAs, Norm(got, expected), peer, limit));
        (double? abs, double? rel) = (Stated(tolerance, "abs"), Stated(tolerance, "rel"));
        if (abs is not null || rel is not null) Add(Elements(group, shownAs, got, expected, abs, rel));
        if (judged == 0) Fail($"{shownAs}: the tolerance {tolerance.GetRawText()} is not one that is known");

        void Add(TensorCheck check)
        {
            judged++;
            this.Add(check);
        }
    }

    /// <summary>The case's tensor of that name.</summary>
    internal FileTensor Truth(string name) => golden.Expected is not null && golden.Expected.TryGet(name, out FileTensor? truth)
        ? truth
        : throw new FileFormatException(golden.Place("expected.safetensors"), $"has no tensor {name}, which case.json names");

    internal void Add(TensorCheck check)
    {
        _checks.Add(check);
        if (!check.Passes) Fail(FormattableString.Invariant($"{check.Name}: error {check.Error:g3} ({check.Group}), limit {check.Limit:g3}"));
    }

    /// <summary>A fact that holds or does not.</summary>
    internal void Fact(string group, string name, bool holds, string otherwise)
    {
        _checks.Add(new TensorCheck(group, name, holds ? 0 : 1, null, 0));
        if (!holds) Fail($"{name}: {otherwise}");
    }

    internal void Fail(string why) => _failures.Add(why);

    /// <summary>Says what the folder lacks, so that it could not be looked at.</summary>
    internal void Note(string what) => _notes.Add(what);

    internal CaseReport Report()
    {
        if (_checks.Count == 0 && _failures.Count == 0) Fail("the case holds nothing to compare");
        return new CaseReport(golden.Name, _checks, _failures) { Notes = _notes };
    }

    /// <summary>A condition's number; 1 for a true, null where it is not named (or false).</summary>
    internal static double? Stated(JsonElement tolerance, string condition) => !tolerance.TryGetProperty(condition, out JsonElement value) ? null
        : value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.True => 1,
            _ => null,
        };

    // Elements that differ in any bit; all of them where the types differ.
    private static double Unequal(FileTensor ours, FileTensor truth)
    {
        if (ours.DType != truth.DType) return double.PositiveInfinity;
        int width = truth.DType.ByteCount(), unequal = 0;
        for (int i = 0; i < truth.Data.Length; i += width)
        {
            if (!ours.Data.AsSpan(i, width).SequenceEqual(truth.Data.AsSpan(i, width))) unequal++;
        }

        return unequal;
    }

    private static double Norm(double[] got, double[] expected)
    {
        double error = 0, norm = 0;
        for (int i = 0; i < got.Length; i++)
        {
            error += (got[i] - expected[i]) * (got[i] - expected[i]);
            norm += expected[i] * expected[i];
        }

        double relative = error == 0 ? 0 : Math.Sqrt(error / norm);
        return double.IsFinite(relative) ? relative : double.PositiveInfinity;
    }

    // |got - expected| <= abs + rel * |expected|; the error is in the limit's unit where one condition stands alone, else the share of the allowance.
    private static TensorCheck Elements(string group, string name, double[] got, double[] expected, double? abs, double? rel)
    {
        double worst = 0;
        for (int i = 0; i < got.Length; i++)
        {
            double difference = got[i].Equals(expected[i]) ? 0 : Math.Abs(got[i] - expected[i]);
            if (difference == 0) continue;
            double allowance = rel is null ? 1 : abs is null ? Math.Abs(expected[i]) : abs.Value + (rel.Value * Math.Abs(expected[i]));
            double error = difference / allowance;
            worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
        }

        return (abs, rel) switch
        {
            ({ } limit, null) => new TensorCheck($"{group} (absolute)", name, worst, null, limit),
            (null, { } limit) => new TensorCheck($"{group} (relative)", name, worst, null, limit),
            _ => new TensorCheck($"{group} (of allowance)", name, worst, null, 1),
        };
    }
}

using System.Text.Json;
using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Nn;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Verification;

/// <summary>Collects a training case's comparisons and judges them by the four rules of training-cases.md.</summary>
internal sealed class StepChecks
{
    private const double TinyGradient = 1e-4, NormFloor = 1e-6, ZeroFloor = 1e-12, GoodShare = 0.9;
    private const string ResumedMark = " (resumed)";
    private readonly GoldenCase _golden;
    private readonly CaseLimits _limits;
    private readonly HashSet<string> _zeroGradients;
    private readonly List<TensorCheck> _checks = [];
    private readonly List<string> _failures = [];
    private readonly HashSet<string> _seen = [];

    internal StepChecks(GoldenCase golden, CaseLimits limits)
    {
        (_golden, _limits) = (golden, limits);
        _zeroGradients = golden.Description.TryGetProperty("zero_gradient", out JsonElement names)
            ? [.. names.EnumerateArray().Select(name => name.GetString()!)]
            : [];
    }

    /// <summary>Whether what follows comes from the run that started at the checkpoints after one step.</summary>
    internal bool Resumed { get; set; }

    internal void Value(string name, float[] ours) => Add(Group("values"), name, ours, ZeroFloor, _limits.Values);

    internal void Losses(int step, StepLosses losses)
    {
        string prefix = $"step{step}.";
        double floor = step == 0 ? _limits.Values : _limits.Losses;
        Scalar("loss.disc", losses.Discriminator);
        Scalar("loss.gen", losses.Generator);
        Scalar("loss.fm", losses.FeatureMatching);
        Scalar("loss.mel", losses.Mel);
        Scalar("loss.kl", losses.Kl);
        Scalar("loss.total", losses.Total);
        for (int i = 0; i < losses.Adversarial.Length; i++)
        {
            Scalar($"loss.d_r.{i}", losses.DiscriminatorReal[i]);
            Scalar($"loss.d_g.{i}", losses.DiscriminatorGenerated[i]);
            Scalar($"loss.g.{i}", losses.Adversarial[i]);
        }

        floor = _limits.Losses;
        Scalar("grad_norm_g", losses.GeneratorGradientNorm);
        Scalar("grad_norm_d", losses.DiscriminatorGradientNorm);

        void Scalar(string name, double value)
        {
            string group = name.StartsWith("loss", StringComparison.Ordinal) ? "losses" : "gradient norms";
            Add(Group(group), prefix + name, [(float)value], ZeroFloor, floor);
        }
    }

    /// <param name="scale">What the gradients are multiplied by.</param>
    internal void Gradients(string letter, Network network, float scale)
    {
        double norm = Truth($"step0.grad_norm_{letter}") is { } stated ? stated[0] : 1;
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            float[] gradient = [.. network.Save(parameter, parameter.Gradient).Select(value => value / scale)];
            string key = $"{letter}.{parameter.Name}";
            if (_zeroGradients.Contains(key))
            {
                MarkSeen($"step0.grad.{key}");
                double size = ErrorMeasure.Norm(gradient);
                if (!(size <= TinyGradient * norm)) _failures.Add($"the gradient of {key} is zero in exact arithmetic, ours has norm {size:g3}");
            }
            else
            {
                Tensor("gradients", $"step0.grad.{key}", gradient, NormFloor * norm);
            }
        }
    }

    internal void Finals(string letter, Network network)
    {
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            string key = $"{letter}.{parameter.Name}";
            if (_zeroGradients.Contains(key)) MarkSeen($"final.{key}");
            else Tensor("final parameters", $"final.{key}", network.Save(parameter, parameter.Value), ZeroFloor);
        }
    }

    internal CaseReport Report()
    {
        foreach (TensorCheck check in _checks.Where(check => !IsTraced(check) && !check.Passes))
        {
            _failures.Add($"{check.Name}: error {check.Error:g3}, limit {check.Limit:g3}");
        }

        // The resumed steps are a run of their own, judged as the first is.
        foreach (IGrouping<bool, TensorCheck> run in _checks.GroupBy(IsResumed)) JudgeRun(run.Key ? "resumed: " : "", [.. run]);
        foreach (string name in _golden.Expected?.Tensors.Select(tensor => tensor.Key).Where(name => !_seen.Contains(name)) ?? [])
        {
            _failures.Add($"{name}: the case expects it, and no part of a step has this name");
        }

        return new CaseReport(_golden.Name, _checks, _failures);
    }

    private void JudgeRun(string prefix, List<TensorCheck> run)
    {
        List<TensorCheck> traced = [.. run.Where(IsTraced)];
        int good = traced.Count(check => check.Passes);
        if (good < GoodShare * traced.Count)
        {
            _failures.Add(
                $"{prefix}only {good} of {traced.Count} gradients and final parameters are within max(8 * PyTorch's error, {_limits.Gradients:g2})");
        }

        foreach (TensorCheck check in traced.Where(check => !(check.Error <= _limits.WorstGradient)))
        {
            _failures.Add($"{prefix}{check.Name}: error {check.Error:g3}, limit {_limits.WorstGradient:g2}");
        }

        if (CaseReport.GeometricMean(run) is { } ratio && ratio > _limits.MeanRatio)
        {
            _failures.Add($"{prefix}the geometric mean of our error over PyTorch's is {ratio:f2}, limit {_limits.MeanRatio}");
        }
    }

    private static bool IsResumed(TensorCheck check) => check.Group.EndsWith(ResumedMark, StringComparison.Ordinal);

    private static bool IsTraced(TensorCheck check) =>
        check.Name.StartsWith("final.", StringComparison.Ordinal) || check.Name.Contains(".grad.", StringComparison.Ordinal);

    private void Tensor(string group, string name, float[] ours, double floor)
    {
        Add(Group(group), name, ours, floor, _limits.Gradients);
        Add(Group(group), $"{name}#norm", [(float)ErrorMeasure.Norm(ours)], floor, _limits.Gradients);
        Add(Group(group), $"{name}#at16", ErrorMeasure.At16(ours), floor, _limits.Gradients);
    }

    // What the case does not expect is left out: large tensors stand as #norm and #at16 alone.
    private void Add(string group, string name, float[] ours, double normFloor, double limitFloor)
    {
        if (Truth(name) is not { } truth) return;
        _seen.Add(name);
        double error = ErrorMeasure.Relative(ours, truth, normFloor);
        double? peer = _golden.PeerError(name);
        _checks.Add(new TensorCheck(group, name, error, peer, CaseLimits.Beside(peer, limitFloor)));
    }

    private void MarkSeen(string name) => _seen.UnionWith([name, $"{name}#norm", $"{name}#at16"]);

    private double[]? Truth(string name) => _golden.Expected is not null && _golden.Expected.TryGet(name, out FileTensor? tensor)
        ? tensor.ToFloat64()
        : null;

    private string Group(string group) => Resumed ? group + ResumedMark : group;
}

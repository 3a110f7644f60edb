using RvcNative.Core;
using RvcNative.Formats;
using RvcNative.Nn;
using RvcNative.Rvc.Training;

namespace RvcNative.Rvc.Verification;

/// <summary>Collects a training case's comparisons and judges them by the four rules of training-cases.md.</summary>
internal sealed class StepChecks
{
    private const double PeerFactor = 8, ValueFloor = 1e-5, LossFloor = 5e-3, GradientFloor = 1e-4, GradientWorst = 2e-2, TinyGradient = 1e-4;
    private const double NormFloor = 1e-6, ZeroFloor = 1e-12, GoodShare = 0.9, RatioLimit = 2;
    private readonly GoldenCase _golden;
    private readonly HashSet<string> _zeroGradients;
    private readonly List<TensorCheck> _checks = [];
    private readonly List<string> _failures = [];

    internal StepChecks(GoldenCase golden)
    {
        _golden = golden;
        _zeroGradients = [.. golden.Description.GetProperty("zero_gradient").EnumerateArray().Select(name => name.GetString()!)];
    }

    /// <summary>Whether what follows comes from the run that started at the checkpoints after one step.</summary>
    internal bool Resumed { get; set; }

    internal void Value(string name, float[] ours) => Add(Group("values"), name, ours, ZeroFloor, ValueFloor);

    internal void Losses(int step, StepLosses losses)
    {
        string prefix = $"step{step}.";
        double floor = step == 0 ? ValueFloor : LossFloor;
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

        floor = LossFloor;
        Scalar("grad_norm_g", losses.GeneratorGradientNorm);
        Scalar("grad_norm_d", losses.DiscriminatorGradientNorm);

        void Scalar(string name, double value) => Add(Group(name.StartsWith("loss", StringComparison.Ordinal) ? "losses" : "gradient norms"), prefix + name, [(float)value], ZeroFloor, floor);
    }

    internal void Gradients(string letter, Network network)
    {
        double norm = Truth($"step0.grad_norm_{letter}")[0];
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            float[] gradient = network.Save(parameter, parameter.Gradient);
            string key = $"{letter}.{parameter.Name}";
            if (_zeroGradients.Contains(key))
            {
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
            if (!_zeroGradients.Contains(key)) Tensor("final parameters", $"final.{key}", network.Save(parameter, parameter.Value), ZeroFloor);
        }
    }

    internal CaseReport Report()
    {
        foreach (TensorCheck check in _checks.Where(check => !IsTraced(check) && !check.Passes))
        {
            _failures.Add($"{check.Name}: error {check.Error:g3}, limit {check.Limit:g3}");
        }

        foreach (IGrouping<string, TensorCheck> group in _checks.Where(IsTraced).GroupBy(check => check.Group))
        {
            int good = group.Count(check => check.Passes), all = group.Count();
            if (good < GoodShare * all) _failures.Add($"{group.Key}: only {good} of {all} tensors are within max(8 * PyTorch's error, {GradientFloor:g})");
            foreach (TensorCheck check in group.Where(check => check.Error > GradientWorst)) _failures.Add($"{check.Name}: error {check.Error:g3}, limit {GradientWorst:g}");
        }

        if (CaseReport.GeometricMean(_checks) is { } ratio && ratio > RatioLimit)
        {
            _failures.Add($"the geometric mean of our error over PyTorch's is {ratio:f2}, limit {RatioLimit}");
        }

        return new CaseReport(_golden.Name, _checks, _failures);
    }

    private static bool IsTraced(TensorCheck check) =>
        check.Name.StartsWith("final.", StringComparison.Ordinal) || check.Name.Contains(".grad.", StringComparison.Ordinal);

    private void Tensor(string group, string name, float[] ours, double floor)
    {
        if (_golden.Expected!.TryGet($"{name}#norm", out _))
        {
            Add(Group(group), $"{name}#norm", [(float)ErrorMeasure.Norm(ours)], floor, GradientFloor);
            Add(Group(group), $"{name}#at16", ErrorMeasure.At16(ours), floor, GradientFloor);
        }
        else
        {
            Add(Group(group), name, ours, floor, GradientFloor);
        }
    }

    private void Add(string group, string name, float[] ours, double normFloor, double limitFloor)
    {
        double error = ErrorMeasure.Relative(ours, Truth(name), normFloor);
        double? peer = _golden.PeerError(name);
        _checks.Add(new TensorCheck(group, name, error, peer, Math.Max(PeerFactor * (peer ?? 0), limitFloor)));
    }

    private double[] Truth(string name) => _golden.Expected is not null && _golden.Expected.TryGet(name, out FileTensor? tensor)
        ? tensor.ToFloat64()
        : throw new FileFormatException(_golden.Place("expected.safetensors"), $"has no tensor {name}");

    private string Group(string group) => Resumed ? $"{group} (resumed)" : group;
}

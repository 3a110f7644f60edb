using RvcNative.Gpu.SelfTest;
using RvcNative.Tests;

namespace RvcNative.Gpu.Tests;

/// <summary>What `selftest` runs, op by op.</summary>
[Collection(OpenClTests.Name)]
public sealed class OpTrialTests(OpenClFixture fixture)
{
    public static TheoryData<string> Ops() => [.. OpTrials.All().Select(trial => trial.Op).Distinct()];

    public static TheoryData<string> Differentiated() => [.. FiniteDifferences.Cases().Select(each => each.Name)];

    [SkippableTheory, MemberData(nameof(Ops))]
    public void An_op_agrees_with_the_CPU_and_with_itself(string op)
    {
        TrialResult[] results = [.. OpTrials.All().Where(trial => trial.Op == op).Select(trial => TrialResult.Of(trial, fixture.Reference, fixture.Device))];
        Assert.DoesNotContain(results, result => result.Failure is not null);
    }

    /// <summary>Of cards that have no double precision, such as Intel's Arc: long sums are kept in float there.</summary>
    [SkippableFact]
    public void Ops_that_want_double_precision_agree_without_it()
    {
        string[] ops = ["Attention", "Decimate", "Draw", "GroupNorm", "Gru", "LayerNorm", "Losses", "NoisyRelu", "Optimiser", "SineSource", "SineTemplate", "Stft", "WeightNorm"];
        using KernelBackend device = new(new SingleDevice(fixture.Another().Device));
        TrialResult[] results = [.. OpTrials.All().Where(trial => ops.Contains(trial.Op)).Select(trial => TrialResult.Of(trial, fixture.Reference, device))];
        Assert.Equal(ops.Order(StringComparer.Ordinal), results.Select(result => result.Op).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal([], results.Where(result => result.Failure is not null).Select(result => $"{result.Op} {result.Case} {result.Failure}"));
    }

    [SkippableTheory, MemberData(nameof(Differentiated))]
    public void Both_passes_agree_with_finite_differences(string name)
    {
        (string Name, Func<Tape, Tensor[], Tensor> Op, Shape[] Inputs) one = FiniteDifferences.Cases().Single(each => each.Name == name);
        Assert.Null(FiniteDifferences.Check(fixture.Device, one.Name, one.Op, one.Inputs).Failure);
    }

    [Fact]
    public void A_wrong_result_is_found()
    {
        OpTrial wrong = new("Mask", "one element off", run =>
        {
            Tensor y = run.Output([1, 3, 5]);
            run.Backend.Mask(run.Normal([1, 3, 5]), run.Mask(1, 3), y);
            if (!ReferenceEquals(run.Backend, fixture.Reference)) run.Backend.Write([1e-3f], Core.Backend.Part(y, 4, [1]));
        });
        using Core.Cpu.CpuBackend other = new(1);
        Assert.NotNull(TrialResult.Of(wrong, fixture.Reference, other).Failure);
    }

    [Fact]
    public void An_element_that_is_not_written_is_found()
    {
        OpTrial lazy = new("LeakyRelu", "half of it", run =>
        {
            Tensor y = run.Output([2, 3, 5]);
            Tensor part = ReferenceEquals(run.Backend, fixture.Reference) ? y : Core.Backend.Part(y, 0, [1, 3, 5]);
            run.Backend.LeakyRelu(run.Normal([2, 3, 5]), 0.1f, part);
        });
        using Core.Cpu.CpuBackend other = new(1);
        Assert.NotNull(TrialResult.Of(lazy, fixture.Reference, other).Failure);
    }

    [Fact]
    public void What_is_written_beside_a_result_is_found()
    {
        OpTrial wide = new("Mask", "a frame too many", run =>
        {
            Tensor y = run.Output([1, 3, 5]);
            run.Backend.Clear(y.Items(0, 2));   // a view past the end, as a kernel with a wrong count has it
        });
        Assert.Contains("beside a result", TrialResult.Of(wide, fixture.Reference, fixture.Reference).Failure, StringComparison.Ordinal);
    }

    private sealed class SingleDevice(IDevice inner) : ForwardingDevice(inner)
    {
        public override bool HasDouble => false;
    }
}

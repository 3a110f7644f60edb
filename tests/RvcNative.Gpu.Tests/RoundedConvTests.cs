using RvcNative.Core;
using RvcNative.Gpu.SelfTest;

namespace RvcNative.Gpu.Tests;

/// <summary>
/// Convolutions with rounded operands, and tensors that are stored in 16 bits: as devices without tensor cores compute them, and as tensor cores do, whose instruction runs in C by the tables of who holds what. An
/// operand in a wrong place is found without a card.
/// </summary>
[Collection(OpenClTests.Name)]
public sealed class RoundedConvTests(OpenClFixture fixture)
{
    [SkippableTheory, InlineData(Precision.Tf32, true), InlineData(Precision.Bf16, true), InlineData(Precision.Fp16, false)]
    public void Sums_are_those_of_f32_where_nothing_is_rounded_and_numbers_are_rounded_to_the_nearest(Precision precision, bool emulates)
    {
        using KernelBackend device = fixture.Another(precision, emulates);
        OpTrial[] trials = [.. OpTrials.All().Where(trial => trial.IsWide || (trial.Op == "Conv" && trial.Case.Contains(" rounded", StringComparison.Ordinal)))];
        Assert.NotEmpty(trials);
        Assert.Equal(precision switch { Precision.Bf16 => DType.Bf16, Precision.Fp16 => DType.F16, _ => DType.F32 }, device.WideType);
        Assert.DoesNotContain(trials.Select(trial => TrialResult.Of(trial, fixture.Reference, device)), result => result.Failure is not null);
        Assert.Null(RoundingTrial.Run(device).Failure);
        Assert.Equal(precision == Precision.Fp16, device.LossScale is not null);
        if (device.LossScale is not null) Assert.Null(LossScaleTrial.Run(device).Failure);
        Assert.All(Kernels.All.Where(spec => spec.File == "conv_rounded"), spec => Assert.Equal(spec.Precision == precision, device.IsCompiled(spec)));
    }
}

using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class WeightNormTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public static TheoryData<int, int, int, bool> Shapes => new()
    {
        { 1, 1, 1, false }, { 3, 5, 7, false }, { 5, 32, 64, false }, { 7, 33, 1, false }, { 3, 70, 257, false }, { 41, 4, 256, false },
        { 1, 1, 1, true }, { 16, 9, 5, true }, { 4, 64, 32, true }, { 10, 37, 130, true },
    };

    public void Dispose() => _backend.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_agrees_with_the_reference(int taps, int inputs, int outputs, bool perInput)
    {
        (Shape shape, int scales) = ([taps, inputs, outputs], perInput ? inputs : outputs);
        float[] v = RandomValues.Normal(shape, 1), g = RandomValues.Normal(scales, 2);
        Guarded w = Guarded.Output(_backend, shape, new float[v.Length]), norm = Guarded.Output(_backend, [scales], new float[scales]);
        _backend.WeightNorm(Guarded.Input(_backend, shape, v), Guarded.Input(_backend, [scales], g), perInput, w.Tensor, norm.Tensor);
        (double[] weight, double[] norms) = ReferenceWeightNorm.Forward(Doubles(v), Doubles(g), shape, perInput);
        Assert.InRange(Errors.RelativeL2(w.Values(), weight), 0, 8e-8);
        Assert.InRange(Errors.RelativeL2(norm.Values(), norms), 0, 6e-8);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Backward_agrees_with_the_reference(int taps, int inputs, int outputs, bool perInput)
    {
        (Shape shape, int scales) = ([taps, inputs, outputs], perInput ? inputs : outputs);
        float[] v = RandomValues.Normal(shape, 1), g = RandomValues.Normal(scales, 2), dw = RandomValues.Normal(shape, 3);
        (double[] weight, double[] norms) = ReferenceWeightNorm.Forward(Doubles(v), Doubles(g), shape, perInput);
        (double[] wantedV, double[] wantedG) = ReferenceWeightNorm.Backward(Doubles(v), Doubles(g), Doubles(dw), shape, perInput);
        double scale = Math.Sqrt(weight.Sum(w => w * w) / v.Sum(value => (double)value * value) * dw.Sum(d => (double)d * d));
        foreach (bool add in (bool[])[false, true])
        {
            float[] before = add ? RandomValues.Normal(shape, 4) : Nan(v.Length), beforeG = add ? RandomValues.Normal(scales, 5) : Nan(scales);
            Guarded dv = Guarded.Output(_backend, shape, before), dg = Guarded.Output(_backend, [scales], beforeG);
            _backend.WeightNormBackward(
                Guarded.Input(_backend, shape, v), Guarded.Input(_backend, [scales], g), perInput,
                    Guarded.Input(_backend, [scales], [.. norms.Select(n => (float)n)]),
                Guarded.Input(_backend, shape, dw), new Gradient(dv.Tensor, add), new Gradient(dg.Tensor, add));
            Assert.InRange(Errors.Largest(dv.Values(), [.. wantedV.Select((d, i) => d + (add ? before[i] : 0))]), 0, 1e-6 * Math.Max(1, scale));
            Assert.InRange(Errors.Largest(dg.Values(), [.. wantedG.Select((d, i) => d + (add ? beforeG[i] : 0))]), 0,
                1e-6 * Math.Max(1, Math.Sqrt(v.Length)));
        }
    }

    [Fact]
    public void Unwanted_gradients_are_left_out()
    {
        Tensor v = GradientCheck.Constant(_backend, [2, 3, 4], RandomValues.Normal(24, 1)), g = GradientCheck.Constant(_backend, [4], [1, 2, 3, 4]);
        Tensor w = _backend.NewTensor(v.Shape), norm = _backend.NewTensor([4]), both = _backend.NewTensor([4]), alone = _backend.NewTensor([4]);
        _backend.WeightNorm(v, g, false, w, norm);
        _backend.WeightNormBackward(v, g, false, norm, w, default, default);
        _backend.WeightNormBackward(v, g, false, norm, w, default, new Gradient(alone, false));
        _backend.WeightNormBackward(v, g, false, norm, w, new Gradient(_backend.NewTensor(v.Shape), false), new Gradient(both, false));
        Assert.Equal(_backend.ToArray(both), _backend.ToArray(alone));
    }

    [Property]
    public void Gradients_match_finite_differences(RandomShapes draw)
    {
        Shape shape = [draw.Between(1, 9, "taps"), draw.Between(1, 37, "inputs"), draw.Between(1, 37, "outputs")];
        bool perInput = draw.Coin("per input");
        Shape scales = [perInput ? shape[1] : shape[2]];
        int wanted = draw.Between(0, 2, "gradients of both, v, g");

        // Norms stay 0.5 away from their kink at zero.
        GradientCheck.Run(
            _backend,
            (tape, inputs) =>
            {
                (Tensor v, Tensor g) = (tape.Keep(inputs[0]), tape.Keep(inputs[1]));
                Tensor w = _backend.NewTensor(v.Shape), norm = _backend.NewTensor(g.Shape);
                tape.Run(() => _backend.WeightNorm(v, g, perInput, w, norm), v, g, w, norm);
                return Op.WeightNorm(tape, v, g, perInput, w, norm);
            },
            [(shape, draw.Values(seed => RandomValues.AwayFromZero(shape.Count, seed, 0.5f))), draw.Input(scales)],
            gradientFrom: [wanted == 2 ? shape[0] : 0, wanted == 1 ? scales[0] : 0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Thread_count_changes_nothing(bool perInput) => ThreadCounts.AssertSameBytes(backend =>
    {
        Shape shape = [5, 130, 190];
        int scales = perInput ? 130 : 190;
        Tensor v = GradientCheck.Constant(backend, shape, RandomValues.Normal(shape, 1)),
            g = GradientCheck.Constant(backend, [scales], RandomValues.Normal(scales, 2));
        Tensor w = backend.NewTensor(shape), norm = backend.NewTensor([scales]), dv = backend.NewTensor(shape), dg = backend.NewTensor([scales]);
        backend.WeightNorm(v, g, perInput, w, norm);
        backend.WeightNormBackward(v, g, perInput, norm, GradientCheck.Constant(backend, shape, RandomValues.Normal(shape, 3)),
            new Gradient(dv, false), new Gradient(dg, false));
        return [.. backend.ToArray(w), .. backend.ToArray(dv), .. backend.ToArray(dg)];
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_call_allocates_nothing(bool perInput)
    {
        Tensor v = _backend.NewTensor([3, 100, 200]), g = _backend.NewTensor([perInput ? 100 : 200]), norm = _backend.NewTensor(g.Shape),
            w = _backend.NewTensor(v.Shape);
        ThreadCounts.AssertAllocatesNothing(() =>
        {
            _backend.WeightNorm(v, g, perInput, w, norm);
            _backend.WeightNormBackward(v, g, perInput, norm, w, new Gradient(w, true), new Gradient(g, true));
        });
    }

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static float[] Nan(int count) => [.. Enumerable.Repeat(float.NaN, count)];
}

using FsCheck.Xunit;
using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests.Convolution;

[Properties(Arbitrary = [typeof(ConvCases)], MaxTest = 100, QuietOnSuccess = true)]
public sealed class ConvEpilogueTests : IDisposable
{
    private readonly CpuBackend _backend = new(threads: 2);

    public void Dispose() => _backend.Dispose();

    [Property]
    public void Forward_finishes_each_sum(ConvCase c, bool biased, bool added, bool masked, Activation activation, bool relu, bool shortSums)
    {
        float slope = relu ? 0 : 0.1f;
        float[] bias = biased ? c.Values(c.Cout, 5) : new float[c.Cout], residual = added ? c.Values(c.OutShape.Count, 6) : new float[c.OutShape.Count];
        float[] mask = c.Mask(7);
        ConvEpilogue epilogue = new(activation, slope, added ? Guarded.Input(_backend, c.OutShape, residual) : null,
            masked ? Guarded.Input(_backend, c.MaskShape, mask) : null)
        {
            ShortSums = shortSums,
        };
        float[] y = ConvRun.Forward(_backend, c, biased ? bias : null, epilogue);
        (double[] sum, double[] magnitude) = ConvTests.Reference(c).Forward(c.X, c.W);
        for (int i = 0; i < sum.Length; i++)
        {
            double v = sum[i] + bias[i % c.Cout], factor = masked ? mask[i / c.Cout] : 1;
            double active = ReferenceActivate.Of(v, activation, slope), wanted = factor * (active + residual[i]);
            double allowed = 1e-6 * (magnitude[i] + Math.Abs(bias[i % c.Cout]) + Math.Abs(active) + Math.Abs(residual[i]));
            if (!(Math.Abs(y[i] - wanted) <= allowed)) Assert.Fail($"{c}: [{i}] is {y[i]}, not {wanted}");
        }
    }

    [Property]
    public void Backward_goes_from_the_result_to_the_sum(ConvCase c, bool added, bool masked, bool biased, Activation activation, bool accumulate)
    {
        const float slope = 0.2f;
        if (activation > Activation.Tanh) activation -= Activation.Gelu;   // the others are forward only
        float[] y = c.Values(c.OutShape.Count, 5), mask = c.Mask(7), given = c.Dy;
        float[] residualBefore = c.Before(c.OutShape), biasBefore = c.Before([c.Cout]);
        ConvEpilogue epilogue = new(activation, slope, null, masked ? Guarded.Input(_backend, c.MaskShape, mask) : null);
        Guarded dy = Guarded.Output(_backend, c.OutShape, given);
        Guarded dresidual = Guarded.Output(_backend, c.OutShape, residualBefore), dbias = Guarded.Output(_backend, [c.Cout], biasBefore);
        _backend.ConvEpilogueBackward(Guarded.Input(_backend, c.OutShape, y), epilogue, dy.Tensor,
            added ? new Gradient(dresidual.Tensor, accumulate) : default, biased ? new Gradient(dbias.Tensor, accumulate) : default);

        float[] found = dy.Values(), passed = dresidual.Values(), summed = dbias.Values();
        double[] sum = new double[c.Cout], magnitude = new double[c.Cout];
        for (int i = 0; i < found.Length; i++)
        {
            float arrived = masked ? given[i] * mask[i / c.Cout] : given[i];
            Assert.Equal(added ? arrived + (accumulate ? residualBefore[i] : 0) : residualBefore[i], passed[i], 1e-6);
            double wanted = arrived * (activation switch { Activation.None => 1, Activation.Tanh => 1 - ((double)y[i] * y[i]), _ => y[i] > 0 ? 1 : slope });
            Assert.Equal(wanted, found[i], 1e-6);
            sum[i % c.Cout] += found[i];
            magnitude[i % c.Cout] += Math.Abs(found[i]);
        }

        for (int channel = 0; channel < c.Cout; channel++)
        {
            double before = accumulate ? biasBefore[channel] : 0, wanted = biased ? sum[channel] + before : biasBefore[channel];
            double allowed = 1e-6 * (magnitude[channel] + 1);
            if (!(Math.Abs(summed[channel] - wanted) <= allowed)) Assert.Fail($"{c}: dbias[{channel}] is {summed[channel]}, not {wanted}");
        }
    }
}

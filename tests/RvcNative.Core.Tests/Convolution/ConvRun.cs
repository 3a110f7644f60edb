using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Reference;

namespace RvcNative.Core.Tests.Convolution;

/// <summary>One case through a backend, pass by pass, on guarded tensors.</summary>
internal static class ConvRun
{
    public static float[] Forward(CpuBackend backend, ConvCase c, float[]? bias = null, ConvEpilogue? epilogue = null)
    {
        Tensor x = Guarded.Input(backend, c.InShape, c.X), w = Guarded.Input(backend, c.WeightShape, c.W);
        Tensor? b = bias is null ? null : Guarded.Input(backend, [c.Cout], bias);
        Guarded y = Guarded.Output(backend, c.OutShape, c.Values(c.OutShape.Count, 9));
        backend.Conv(x, w, b, c.Geometry, epilogue ?? ConvEpilogue.Plain, y.Tensor);
        return y.Values();
    }

    public static float[] DataGradient(CpuBackend backend, ConvCase c, bool accumulate)
    {
        Tensor dy = Guarded.Input(backend, c.OutShape, c.Dy), w = Guarded.Input(backend, c.WeightShape, c.W);
        Guarded dx = Guarded.Output(backend, c.InShape, c.Before(c.InShape));
        backend.ConvDataGradient(dy, w, c.Geometry, new Gradient(dx.Tensor, accumulate));
        return dx.Values();
    }

    public static float[] WeightGradient(CpuBackend backend, ConvCase c, bool accumulate)
    {
        Tensor x = Guarded.Input(backend, c.InShape, c.X), dy = Guarded.Input(backend, c.OutShape, c.Dy);
        Guarded dw = Guarded.Output(backend, c.WeightShape, c.Before(c.WeightShape));
        backend.ConvWeightGradient(x, dy, c.Geometry, new Gradient(dw.Tensor, accumulate));
        return dw.Values();
    }

    /// <summary>All three passes, the gradients written and added to, against the reference.</summary>
    /// <param name="ofLargest">Error allowed as a part of the largest sum of magnitudes, where sums of neighbours go through common products.</param>
    public static void AssertAll(CpuBackend backend, ConvCase c, double ofLargest = 0)
    {
        ReferenceConv reference = ConvTests.Reference(c);
        AssertClose(Forward(backend, c), reference.Forward(c.X, c.W), null, c, ofLargest);
        (double[] Sum, double[] Magnitude) dx = reference.DataGradient(c.Dy, c.W), dw = reference.WeightGradient(c.X, c.Dy);
        AssertClose(DataGradient(backend, c, false), dx, null, c, ofLargest);
        AssertClose(DataGradient(backend, c, true), dx, c.Before(c.InShape), c, ofLargest);
        AssertClose(WeightGradient(backend, c, false), dw, null, c, ofLargest);
        AssertClose(WeightGradient(backend, c, true), dw, c.Before(c.WeightShape), c, ofLargest);
    }

    /// <summary>Each value within rounding of what it should be: a few ulp of the sum of its terms' magnitudes.</summary>
    public static void AssertClose(float[] found, (double[] Sum, double[] Magnitude) wanted, float[]? before, ConvCase c, double ofLargest = 0)
    {
        double ofNeighbours = ofLargest * wanted.Magnitude.Max();
        for (int i = 0; i < found.Length; i++)
        {
            double start = before?[i] ?? 0, error = Math.Abs(found[i] - start - wanted.Sum[i]);
            double allowed = Math.Max(1e-6 * wanted.Magnitude[i], ofNeighbours) + (1e-6 * Math.Abs(start));
            if (!(error <= allowed)) Assert.Fail($"{c}: [{i}] is {found[i]}, not {wanted.Sum[i] + start}");
        }
    }
}

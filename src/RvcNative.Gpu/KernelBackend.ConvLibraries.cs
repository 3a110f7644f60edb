using System.Diagnostics;
using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int Square = 16, ScratchAlignment = 256;
    private readonly ConvChoices _choices;

    /// <summary>x [rows,columns], y [columns,rows].   y = or +=</summary>
    internal void Transpose(KernelArgument x, KernelArgument y, int rows, int columns, bool add) =>
        Launch(Kernels.Transpose, new Grid(Ceiling(columns, Square), Ceiling(rows, Square)), x, y, rows, columns, add);

    /// <summary>The library's plan that is to compute a sum, or null for own kernels; measured when the sum first comes up.</summary>
    private ConvPlan? PlanFor(ConvPass pass, Tensor x, Tensor y, Tensor w, ConvGeometry geometry)
    {
        if (!_choices.Any || x.DType != DType.F32 || y.DType != DType.F32) return null;
        return Choose(SumOf(pass, x, y, geometry), x, y, w);
    }

    // Apart, for what it captures is made at every call.
    private ConvPlan? Choose(ConvSum sum, Tensor x, Tensor y, Tensor w) => _choices.For(sum, plan => CandidateFor(plan, sum, x, y, w));

    private static ConvSum SumOf(ConvPass pass, Tensor x, Tensor y, ConvGeometry geometry) =>
        new(pass, Math.Min(x.Shape[0], y.Shape[0]), x.Shape[1], x.Shape[2], y.Shape[1], y.Shape[2], geometry);

    private ConvChoices.Candidate CandidateFor(ConvPlan? plan, ConvSum sum, Tensor x, Tensor y, Tensor w)
    {
        (Shape result, ConvGeometry geometry) = (sum.Pass switch
        {
            ConvPass.Forward => y.Shape,
            ConvPass.DataGradient => x.Shape,
            _ => w.Shape,
        }, sum.Geometry);
        Tensor to = NewTensor(result);
        Action run = (plan, sum.Pass) switch
        {
            (null, ConvPass.Forward) => () => OwnConv(x, w, null, geometry, ConvEpilogue.Plain, to),
            (null, ConvPass.DataGradient) => () => OwnDataGradient(y, w, geometry, to, accumulate: false),
            (null, _) => () => OwnWeightGradient(x, y, geometry, to, accumulate: false),
            (_, ConvPass.Forward) => () => Run(plan, sum, x, w, to, accumulate: false),
            (_, ConvPass.DataGradient) => () => Run(plan, sum, Tail(y, sum.Batch), w, to, accumulate: false),
            _ => () => Run(plan, sum, Tail(x, sum.Batch), Tail(y, sum.Batch), to, accumulate: false),
        };
        return new ConvChoices.Candidate(run, () => ToArray(to), to.Buffer.Storage);
    }

    private void Run(ConvPlan plan, in ConvSum sum, KernelArgument first, KernelArgument second, KernelArgument to, bool accumulate)
    {
        long weightBytes = plan.WantsOutputsFirst ? (sum.WeightCount * sizeof(float) + ScratchAlignment - 1) / ScratchAlignment * ScratchAlignment : 0, bytes = weightBytes + plan.WorkspaceBytes;
        KernelArgument turned = default(Tensor), workspace = default(Tensor);
        if (bytes > 0)
        {
            DeviceStorage scratch = Scratch(bytes);
            (turned, workspace) = (KernelArgument.Of(scratch, 0, sizeof(float)), KernelArgument.Of(scratch, weightBytes, 1));
        }

        int rows = sum.Geometry.Taps * sum.InGroup, outputs = sum.OutChannels;
        if (!plan.WantsOutputsFirst)
        {
            plan.Run(first, second, to, accumulate, workspace);
        }
        else if (sum.Pass == ConvPass.WeightGradient)
        {
            plan.Run(first, second, turned, accumulate: false, workspace);
            Transpose(turned, to, outputs, rows, accumulate);
        }
        else
        {
            Transpose(second, turned, rows, outputs, add: false);
            plan.Run(first, turned, to, accumulate, workspace);
        }
    }

    /// <summary>Milliseconds of a launch by the host's clock: of several in a row, the best of a few tries.</summary>
    private double Time(Action launch)
    {
        const int Tries = 3, Launches = 4;
        double best = double.PositiveInfinity;
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            Wait();
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < Launches; i++) launch();
            Wait();
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds / Launches);
        }

        return best;
    }
}

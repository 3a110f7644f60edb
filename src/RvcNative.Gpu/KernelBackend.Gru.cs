using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    private const int MostHidden = 1024;

    public override void Gru(Tensor gates, Tensor weight, Tensor bias, Tensor start, Tensor y)
    {
        (int directions, int hidden) = (weight.Shape[0], weight.Shape[1]);
        if (hidden > MostHidden) throw new NotSupportedException($"gru: {hidden} hidden values on {Name}; its kernel holds at most {MostHidden}; --device cpu has no limit");
        Launch(Kernels.Gru, new Grid(directions, y.Shape[0]), gates, weight, bias, start, y, y.Shape[1], directions, hidden);
    }
}

using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    /// <summary>Floating-point operations of <see cref="PeakProducts"/> for each element and turn.</summary>
    internal const int PeakFlopATurn = 32;

    // y [N] = what 16 chains of v -> v * a + b become, added up; so many turns
    internal void PeakProducts(Tensor y, float a, float b, int turns) => Launch(Kernels.PeakProducts, Each(y.Count), y, a, b, turns, y.Count);

    // x, y [N], N a multiple of 4.   y =
    internal void PeakCopy(Tensor x, Tensor y) => Launch(Kernels.PeakCopy, Each(y.Count / 4), x, y, y.Count / 4);
}

using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void Conv(Tensor x, Tensor w, Tensor? bias, ConvGeometry geometry, ConvEpilogue epilogue, Tensor y)
    {
        RowSumJob job = new()
        {
            Map = new TapMap(geometry, x.Shape[0], x.Shape[1], y.Shape[1], geometry.Transposed),
            X = Pointer(x), W = Pointer(w), Y = Pointer(y), InChannels = x.Shape[2], OutChannels = y.Shape[2], Groups = geometry.Groups,
            WeightRow = w.Shape[2], WeightTap = w.Shape[1] * w.Shape[2],
            Epilogue = StoreEpilogue.Of(bias, epilogue),
        };
        _pool.For(job.Parts, ref job);
    }

    public override void ConvDataGradient(Tensor dy, Tensor w, ConvGeometry geometry, Gradient dx)
    {
        if (dx.Tensor is not { } target) return;
        int skipped = (dy.Shape[0] - target.Shape[0]) * dy.Shape[1] * dy.Shape[2];
        RowSumJob job = new()
        {
            Map = new TapMap(geometry, target.Shape[0], dy.Shape[1], target.Shape[1], !geometry.Transposed),
            X = Pointer(dy) + skipped, W = Pointer(w), Y = Pointer(target), InChannels = dy.Shape[2], OutChannels = target.Shape[2],
            Groups = geometry.Groups, WeightRow = w.Shape[2], WeightTap = w.Shape[1] * w.Shape[2], Flipped = true, Accumulate = dx.Accumulate,
        };
        _pool.For(job.Parts, ref job);
    }

    public override void ConvWeightGradient(Tensor x, Tensor dy, ConvGeometry geometry, Gradient dw)
    {
        if (dw.Tensor is not { } target) return;
        WeightSumJob job = new()
        {
            Map = new TapMap(geometry, x.Shape[0], geometry.Transposed ? dy.Shape[1] : x.Shape[1], geometry.Transposed ? x.Shape[1] : dy.Shape[1], false),
            X = Pointer(x), Dy = Pointer(dy), Dw = Pointer(target), InChannels = x.Shape[2], OutChannels = dy.Shape[2], Groups = geometry.Groups,
            Transposed = geometry.Transposed, Accumulate = dw.Accumulate,
        };
        _pool.For(job.Map.Kernel * target.Shape[1], ref job);
    }
}

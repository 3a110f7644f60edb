using RvcNative.Core.Cpu.Convolution;

namespace RvcNative.Core.Cpu;

public sealed unsafe partial class CpuBackend
{
    public override void ConvEpilogueBackward(Tensor y, ConvEpilogue epilogue, Tensor dy, Gradient dresidual, Gradient dbias)
    {
        int channels = dy.Shape[^1], rows = dy.Count / channels;
        EpilogueBackwardJob job = new()
        {
            Dy = Pointer(dy),
            Y = epilogue.Activation == Activation.None ? null : Pointer(y),
            Mask = epilogue.Mask is { } mask ? Pointer(mask) : null,
            Channels = channels,
            Rows = rows,
            Activation = epilogue.Activation,
            Slope = epilogue.Slope,
        };
        if (dresidual.Tensor is { } residual)
        {
            job.Residual = Pointer(residual);
            (job.AddResidual, job.ResidualFrom) = (dresidual.Accumulate, rows - (residual.Count / channels));
        }

        if (dbias.Tensor is not null) job.Partials = ThreadScratch.Own.Partials(job.Blocks * channels);
        _pool.For(job.Blocks, ref job);
        if (dbias.Tensor is not { } bias) return;
        float* sum = Pointer(bias);
        for (int c = 0; c < channels; c++)
        {
            double total = 0;
            for (int block = 0; block < job.Blocks; block++) total += job.Partials[(block * channels) + c];
            sum[c] = dbias.Accumulate ? sum[c] + (float)total : (float)total;
        }
    }
}

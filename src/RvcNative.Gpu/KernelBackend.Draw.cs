using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void Normal(ulong key, Tensor step, Tensor? start, int framesAStart, Tensor y)
    {
        int frames = y.Shape[1], channels = y.Shape[2], count = y.Shape[0] * frames * Ceiling(channels, 4);
        Launch(Kernels.Normal, Each(count), step, start, y, framesAStart, unchecked((int)(uint)key), unchecked((int)(uint)(key >> 32)), frames, channels, count);
    }
}

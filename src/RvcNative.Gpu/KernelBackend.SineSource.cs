using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void SineSource(Tensor f0, Tensor noise, Tensor? starts, SineSourceSettings settings, Tensor y)
    {
        int batch = f0.Shape[0], frames = f0.Shape[1], harmonics = y.Shape[2];
        long bytes = sizeof(ulong) * (long)batch * frames * harmonics;
        DeviceStorage scratch = Scratch(2 * bytes);
        KernelArgument steps = KernelArgument.Of(scratch, 0, sizeof(ulong)), phases = KernelArgument.Of(scratch, bytes, sizeof(ulong));
        Launch(Kernels.SinePhases, Each(batch * harmonics), f0, Tail(starts, batch), steps, phases, settings.SampleRateHz, settings.SamplesPerFrame, frames, harmonics, batch * harmonics);
        Launch(Kernels.SineSource, Each(y.Count), f0, noise, steps, phases, y, settings.SineAmplitude, settings.NoiseStd, settings.SamplesPerFrame, harmonics, y.Count);
    }
}

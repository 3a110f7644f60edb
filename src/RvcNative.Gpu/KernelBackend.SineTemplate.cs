using RvcNative.Core;

namespace RvcNative.Gpu;

public sealed partial class KernelBackend
{
    public override void SineTemplate(Tensor f0, Tensor noise, SineSourceSettings settings, Tensor y)
    {
        int frames = f0.Shape[1];
        long bytes = sizeof(ulong) * (long)f0.Count;
        DeviceStorage scratch = Scratch(2 * bytes);
        KernelArgument turns = KernelArgument.Of(scratch, 0, sizeof(ulong)), starts = KernelArgument.Of(scratch, bytes, sizeof(ulong));
        Launch(Kernels.TemplateTurns, Each(f0.Count), f0, turns, settings.SampleRateHz, settings.SamplesPerFrame, frames, f0.Count);
        Launch(Kernels.TemplateStarts, Each(f0.Shape[0]), turns, starts, frames, f0.Shape[0]);
        Launch(Kernels.SineTemplate, Each(f0.Count), f0, noise, starts, y, settings.SineAmplitude, settings.NoiseStd, settings.SampleRateHz, settings.SamplesPerFrame, frames, f0.Count);
    }
}

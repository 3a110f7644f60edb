using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class SineTemplateTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Property]
    public void Follows_the_formula_in_any_shape(RandomShapes draw)
    {
        int batch = draw.Between(1, 4, "batch"), frames = draw.Between(1, 60, "frames"), samplesPerFrame = draw.Between(1, 50, "samples a frame");
        SineSourceSettings settings = new(draw.Between(4000, 48000, "rate"), samplesPerFrame);
        float[] f0 = draw.Values(seed => RandomValues.Uniform(batch * frames, seed, -300, 1100));
        for (int frame = 0; frame < f0.Length; frame++) f0[frame] = Math.Max(0, f0[frame]);
        Shape shape = [batch, frames * samplesPerFrame, 1];
        float[] noise = draw.Normal(shape);
        Guarded y = Guarded.Output(_backend, shape, new float[noise.Length]);
        _backend.SineTemplate(Guarded.Input(_backend, [batch, frames], f0), Guarded.Input(_backend, shape, noise), settings, y.Tensor);
        Assert.InRange(Errors.Largest(y.Values(), ReferenceSineTemplate.Run(f0, noise, batch, frames, settings)), 0, 5e-8);
    }

    [Fact]
    public void A_glide_out_of_silence_is_voiced_from_the_first_sample_that_has_a_pitch()
    {
        SineSourceSettings settings = new(1000, 5, SineAmplitude: 1, NoiseStd: 0);
        float[] noise = new float[15];
        Array.Fill(noise, 1);
        Tensor y = _backend.NewTensor([1, 15, 1]);
        _backend.SineTemplate(GradientCheck.Constant(_backend, [1, 3], [0f, 0, 100]), GradientCheck.Constant(_backend, y.Shape, noise), settings, y);
        float[] values = _backend.ToArray(y);

        // The middle of frame 1 is sample 7; the line leaves it there.
        Assert.All(values[..8], value => Assert.Equal(1 / 3f, value));
        Assert.Equal(Math.Sin(2 * Math.PI * 0.02), values[8], 1e-7);
        Assert.Equal(Math.Sin(2 * Math.PI * 0.06), values[9], 1e-7);
    }

    [Fact]
    public void Thread_count_changes_nothing() => ThreadCounts.AssertSameBytes(backend =>
    {
        Tensor y = backend.NewTensor([3, 211 * 80, 1]);
        Tensor f0 = GradientCheck.Constant(backend, [3, 211], RandomValues.Uniform(3 * 211, 1, 0, 900)),
            noise = GradientCheck.Constant(backend, y.Shape, RandomValues.Normal(y.Count, 4));
        backend.SineTemplate(f0, noise, new SineSourceSettings(32000, 80), y);
        return backend.ToArray(y);
    });

    [Fact]
    public void A_call_allocates_nothing()
    {
        Tensor f0 = _backend.NewTensor([4, 32]), noise = _backend.NewTensor([4, 32 * 400, 1]), y = _backend.NewTensor([4, 32 * 400, 1]);
        ThreadCounts.AssertAllocatesNothing(() => _backend.SineTemplate(f0, noise, new SineSourceSettings(40000, 400), y));
    }
}

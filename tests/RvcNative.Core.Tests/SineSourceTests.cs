using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class SineSourceTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData(1, 1, 1, 1, 16000)]
    [InlineData(2, 37, 400, 1, 40000)]
    [InlineData(3, 11, 7, 1, 8000)]
    [InlineData(2, 23, 13, 9, 16000)]
    [InlineData(1, 600, 480, 1, 48000)]
    public void Follows_the_formula(int batch, int frames, int samplesPerFrame, int harmonics, int rateHz)
    {
        SineSourceSettings settings = new(rateHz, samplesPerFrame);
        float[] f0 = Pitch(batch * frames), noise = RandomValues.Normal(batch * frames * samplesPerFrame * harmonics, 3);
        Guarded y = Guarded.Output(_backend, [batch, frames * samplesPerFrame, harmonics], new float[noise.Length]);
        _backend.SineSource(Guarded.Input(_backend, [batch, frames], f0), Guarded.Input(_backend, y.Tensor.Shape, noise), settings, y.Tensor);
        double[] wanted = ReferenceSineSource.Run(f0, noise, batch, frames, harmonics, settings);
        Assert.InRange(Errors.Largest(y.Values(), wanted), 0, 3e-8);
    }

    [Property]
    public void Follows_the_formula_in_any_shape(RandomShapes draw)
    {
        int batch = draw.Between(1, 4, "batch"), frames = draw.Between(1, 40, "frames"), harmonics = draw.Between(1, 9, "harmonics");
        int samplesPerFrame = draw.Between(1, 37, "samples a frame"), rateHz = draw.Between(4000, 48000, "rate");
        SineSourceSettings settings = new(rateHz, samplesPerFrame);
        float[] f0 = draw.Values(seed => RandomValues.Uniform(batch * frames, seed, -300, 1100));
        for (int frame = 0; frame < f0.Length; frame++) f0[frame] = Math.Max(0, f0[frame]);
        Shape shape = [batch, frames * samplesPerFrame, harmonics];
        float[] noise = draw.Normal(shape);
        Guarded y = Guarded.Output(_backend, shape, new float[noise.Length]);
        _backend.SineSource(Guarded.Input(_backend, [batch, frames], f0), Guarded.Input(_backend, shape, noise), settings, y.Tensor);
        Assert.InRange(Errors.Largest(y.Values(), ReferenceSineSource.Run(f0, noise, batch, frames, harmonics, settings)), 0, 5e-8);
    }

    [Fact]
    public void Overtones_start_where_they_are_told_and_the_fundamental_at_zero()
    {
        SineSourceSettings settings = new(8000, 4, NoiseStd: 0);
        float[] f0 = [210, 215, 0, 230, 1000], noise = new float[20 * 3], starts = [0.4f, 0.25f, -1.7f];
        Tensor y = _backend.NewTensor([1, 20, 3]);
        _backend.SineSource(
            GradientCheck.Constant(_backend, [1, 5], f0), GradientCheck.Constant(_backend, y.Shape, noise), GradientCheck.Constant(_backend, [1, 1, 3], starts), settings, y);
        float[] values = _backend.ToArray(y);
        double[] turns = [0, starts[1], starts[2]];
        for (int n = 0; n < 20; n++)
        {
            for (int h = 0; h < 3; h++)
            {
                turns[h] += f0[n / 4] * (h + 1.0) / 8000;
                Assert.Equal(f0[n / 4] > 0 ? 0.1 * Math.Sin(2 * Math.PI * turns[h]) : 0, values[(n * 3) + h], 2e-8);
            }
        }
    }

    [Fact]
    public void An_hour_keeps_its_phase()
    {
        const int frames = 360000, samplesPerFrame = 4;
        SineSourceSettings settings = new(400, samplesPerFrame, NoiseStd: 0);
        float[] f0 = new float[frames], noise = new float[frames * samplesPerFrame];
        Array.Fill(f0, 99.9f);
        Tensor y = _backend.NewTensor([1, frames * samplesPerFrame, 1]);
        _backend.SineSource(GradientCheck.Constant(_backend, [1, frames], f0), GradientCheck.Constant(_backend, y.Shape, noise), settings, y);
        float[] values = _backend.ToArray(y);
        for (int n = values.Length - 100; n < values.Length; n++)
        {
            decimal turns = (decimal)(double)99.9f / 400 * (n + 1);
            Assert.Equal(0.1 * Math.Sin(2 * Math.PI * (double)(turns - Math.Floor(turns))), values[n], 2e-8);
        }
    }

    [Fact]
    public void Thread_count_changes_nothing() => ThreadCounts.AssertSameBytes(backend =>
    {
        Tensor y = backend.NewTensor([2, 211 * 80, 3]);
        Tensor f0 = GradientCheck.Constant(backend, [2, 211], Pitch(2 * 211)),
            noise = GradientCheck.Constant(backend, y.Shape, RandomValues.Normal(y.Count, 4));
        backend.SineSource(f0, noise, new SineSourceSettings(32000, 80), y);
        return backend.ToArray(y);
    });

    [Fact]
    public void A_call_allocates_nothing()
    {
        Tensor f0 = _backend.NewTensor([4, 32]), noise = _backend.NewTensor([4, 32 * 400, 1]), y = _backend.NewTensor([4, 32 * 400, 1]);
        ThreadCounts.AssertAllocatesNothing(() => _backend.SineSource(f0, noise, new SineSourceSettings(40000, 400), y));
    }

    /// <summary>Pitches of 50 to 1100 Hz with unvoiced stretches, and one above the sample rate of the smallest cases.</summary>
    private static float[] Pitch(int frames)
    {
        float[] f0 = RandomValues.Uniform(frames, 2, 50, 1100);
        for (int frame = 0; frame < frames; frame++)
        {
            if (frame % 11 is 3 or 4) f0[frame] = 0;
        }

        f0[^1] = 17000.3f;
        return f0;
    }
}

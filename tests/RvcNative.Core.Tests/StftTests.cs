using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class StftTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    /// <summary>Batch, samples, transform, hop, window.</summary>
    public static TheoryData<int, int, int, int, int, bool> Cases => new()
    {
        { 1, 5, 2, 1, 2, false }, { 2, 40, 8, 2, 8, false }, { 3, 100, 12, 5, 9, false }, { 1, 301, 60, 12, 60, false }, { 2, 250, 120, 24, 100, false },
        { 1, 1000, 194, 50, 194, false }, { 1, 903, 210, 64, 130, false }, { 2, 600, 240, 50, 240, false }, { 1, 2000, 256, 64, 255, false },
        { 1, 1500, 600, 120, 600, false }, { 1, 1900, 1024, 120, 600, false }, { 1, 2400, 1200, 240, 1200, false }, { 1, 2817, 2048, 400, 2048, false },
        { 2, 70, 32, 8, 32, true }, { 1, 333, 128, 32, 100, true }, { 1, 2050, 2048, 512, 2048, true },
    };

    public void Dispose() => _backend.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Magnitudes_agree_with_the_sums(int batch, int samples, int fft, int hop, int window, bool centred)
    {
        StftSettings settings = new(fft, hop, window) { Centred = centred };
        float[] wave = RandomValues.Normal(batch * samples, 1, 0.1f), shape = Window(window);
        Guarded y = Output(batch, samples, settings);
        _backend.StftMagnitude(Guarded.Input(_backend, [batch, samples, 1], wave), Guarded.Input(_backend, [window], shape), settings, y.Tensor);
        Assert.InRange(Errors.RelativeL2(y.Values(), ReferenceStft.Magnitude(Doubles(wave), batch, Doubles(shape), settings)), 0, 5e-8);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_agree_with_the_sums(int batch, int samples, int fft, int hop, int window, bool centred)
    {
        StftSettings settings = new(fft, hop, window) { Centred = centred };
        float[] wave = RandomValues.Normal(batch * samples, 1, 0.1f), shape = Window(window), before = RandomValues.Normal(wave.Length, 3);
        Tensor x = Guarded.Input(_backend, [batch, samples, 1], wave), weights = Guarded.Input(_backend, [window], shape);
        Guarded y = Output(batch, samples, settings), first = Guarded.Output(_backend, x.Shape, [.. wave.Select(_ => float.NaN)]),
            added = Guarded.Output(_backend, x.Shape, before);
        float[] dy = RandomValues.Normal(y.Tensor.Count, 2);
        _backend.StftMagnitude(x, weights, settings, y.Tensor);
        _backend.StftMagnitudeBackward(x, weights, settings, y.Tensor, Guarded.Input(_backend, y.Tensor.Shape, dy),
            new Gradient(first.Tensor, false));
        _backend.StftMagnitudeBackward(x, weights, settings, y.Tensor, Guarded.Input(_backend, y.Tensor.Shape, dy), new Gradient(added.Tensor, true));
        _backend.StftMagnitudeBackward(x, weights, settings, y.Tensor, Guarded.Input(_backend, y.Tensor.Shape, dy), default);
        double[] wanted = ReferenceStft.Backward(Doubles(wave), batch, Doubles(shape), settings, Doubles(dy));
        Assert.InRange(Errors.RelativeL2(first.Values(), wanted), 0, 2e-7);
        Assert.InRange(Errors.RelativeL2(added.Values(), [.. wanted.Select((d, i) => d + before[i])]), 0, 2e-7);
    }

    // The allowed errors are those of PyTorch's own float32 against the same float64 truth (audio-mel/peer_error.json).
    [SkippableTheory]
    [InlineData("40k", 2048, 400, 7.1e-8, 4.6e-7, 2.6e-7)]
    [InlineData("32k", 1024, 320, 6.7e-8, 3.1e-7, 1.8e-7)]
    [InlineData("48k", 2048, 480, 7.1e-8, 4.6e-7, 2.7e-7)]
    public void Spectrogram_and_mel_are_mainlines(string rate, int fft, int hop, double ofSpectrum, double ofMel, double ofApplio)
    {
        float[] wave = Golden.Tensor("audio-mel", "inputs", "wav").ToFloat32();
        Tensor x = GradientCheck.Constant(_backend, [1, wave.Length, 1], wave), window = GradientCheck.Constant(_backend, [fft], TorchWindow(fft));
        float[] spectrum = Check("spec_", new StftSettings(fft, hop, fft), ofSpectrum);
        CheckMel("mel_", spectrum, 2e-6f, ofMel);
        CheckMel("mel_applio_", Magnitude(new StftSettings(fft, hop, fft, 1e-6f)), 1e-5f, ofApplio);

        float[] Check(string name, StftSettings settings, double allowed)
        {
            float[] y = Magnitude(settings);
            Assert.InRange(Errors.RelativeL2(y, Transposed(Golden.Tensor("audio-mel", "expected", name + rate).ToFloat64(), settings.Bins)), 0,
                allowed);
            return y;
        }

        float[] Magnitude(StftSettings settings)
        {
            Tensor y = _backend.NewTensor([1, settings.Frames(wave.Length), settings.Bins]);
            _backend.StftMagnitude(x, window, settings, y);
            return _backend.ToArray(y);
        }

        void CheckMel(string name, float[] spectrum, float floor, double allowed)
        {
            double[] bank = Golden.Tensor("audio-mel", "expected", "bank_" + rate).ToFloat64();
            (int bins, int bands) = ((fft / 2) + 1, bank.Length / ((fft / 2) + 1));
            float[] mel = new float[spectrum.Length / bins * bands];
            for (int at = 0; at < mel.Length; at++)
            {
                double sum = 0;
                for (int k = 0; k < bins; k++) sum += bank[(at % bands * bins) + k] * spectrum[(at / bands * bins) + k];
                mel[at] = (float)sum;
            }

            Tensor linear = GradientCheck.Constant(_backend, [mel.Length], mel), log = _backend.NewTensor([mel.Length]);
            _backend.LogClamp(linear, floor, log);
            Assert.InRange(Errors.RelativeL2(_backend.ToArray(log), Transposed(Golden.Tensor("audio-mel", "expected", name + rate).ToFloat64(),
                bands)), 0, allowed);
        }
    }

    [Property]
    public void Gradient_matches_finite_differences(RandomShapes draw)
    {
        int batch = draw.Between(1, 4, "batch"), fft = 2 * draw.Between(1, 40, "bins"), hop = draw.Between(1, fft, "hop"), window = draw.Between(1, fft, "window");

        // A window without symmetry, and a floor that keeps the root's kink at silence away.
        StftSettings settings = new(fft, hop, window, 0.01f * fft) { Centred = draw.Coin("centred") };
        bool asPicture = draw.Coin("a picture");
        int least = Math.Max(settings.Padding + 1, fft - (2 * settings.Padding)), samples = draw.Between(least, least + 60, "samples");
        Tensor weights = GradientCheck.Constant(_backend, [window], draw.Values(seed => RandomValues.Uniform(window, seed, 0.1f, 1)));
        Shape shape = [batch, samples, 1];
        GradientCheck.Run(
            _backend, (tape, x) => Op.StftMagnitude(tape, x[0], weights, settings, asPicture), [draw.Input(shape)], gradientFrom: draw.GradientFrom(shape));
    }

    [Fact]
    public void Frames_of_a_centred_transform_lie_around_multiples_of_the_hop()
    {
        StftSettings settings = new(16, 4, 16, 0) { Centred = true };
        float[] wave = new float[41];
        wave[20] = 1;
        Tensor x = GradientCheck.Constant(_backend, [1, 41, 1], wave), window = GradientCheck.Constant(_backend, [16], Window(16));
        Tensor y = _backend.NewTensor([1, settings.Frames(41), 9]);
        _backend.StftMagnitude(x, window, settings, y);
        float[] magnitudes = _backend.ToArray(y);
        Assert.Equal(11 * 9, magnitudes.Length);
        for (int t = 0; t < 11; t++) Assert.Equal(Math.Abs(t - 5) >= 2 ? 0 : t == 5 ? 1 : 0.5, magnitudes[t * 9], 6);   // Hann, four hops long
    }

    [Theory]
    [InlineData(2e-7f)]
    [InlineData(0)]
    public void A_silent_wave_has_no_gradient(float floor)
    {
        StftSettings settings = new(64, 16, 64, floor);
        Tensor wave = _backend.NewTensor([1, 200, 1]), window = GradientCheck.Constant(_backend, [64], Window(64)),
            dwave = _backend.NewTensor(wave.Shape);
        Tensor y = _backend.NewTensor([1, settings.Frames(200), 33]);
        _backend.StftMagnitude(wave, window, settings, y);
        _backend.StftMagnitudeBackward(wave, window, settings, y, y, new Gradient(dwave, false));
        Assert.All(_backend.ToArray(y), value => Assert.Equal(MathF.Sqrt(floor), value, 1e-9f));
        Assert.Equal(new float[200], _backend.ToArray(dwave));
    }

    [Fact]
    public void An_odd_length_is_refused()
    {
        StftSettings settings = new(63, 16, 63);
        Tensor wave = _backend.NewTensor([1, 200, 1]), window = _backend.NewTensor([63]),
            y = _backend.NewTensor([1, settings.Frames(200), settings.Bins]);
        Assert.Contains("63 samples", Assert.Throws<ArgumentException>(() => _backend.StftMagnitude(wave, window, settings, y)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_wave_without_a_whole_frame_is_refused()
    {
        Tape tape = new(_backend);
        Tensor wave = tape.Input([1, 7, 1]), window = _backend.NewTensor([8]);
        Assert.Contains("whole frame", Assert.Throws<ArgumentException>(() => Op.StftMagnitude(tape, wave, window, new StftSettings(8, 8, 8))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(33333)]
    public void Logarithm_has_a_floor(int count)
    {
        const float floor = 2e-6f;
        float[] x = [.. RandomValues.Normal(count, 1).Select(value => MathF.Pow(10, 3 * value))], dy = RandomValues.Normal(count, 2),
            before = RandomValues.Normal(count, 3);
        for (int i = 0; i < count; i += 7) x[i] = i % 2 == 0 ? 1e-6f : 0;
        if (count > 30) (x[20], x[30]) = (floor, MathF.BitDecrement(floor));
        Guarded y = Guarded.Output(_backend, [count], new float[count]), dx = Guarded.Output(_backend, [count], [.. before]);
        _backend.LogClamp(Guarded.Input(_backend, [count], x), floor, y.Tensor);
        _backend.LogClampBackward(Guarded.Input(_backend, [count], x), floor, Guarded.Input(_backend, [count], dy), new Gradient(dx.Tensor, true));
        Assert.InRange(Errors.RelativeL2(y.Values(), [.. x.Select(value => Math.Log(Math.Max(value, floor)))]), 0, 6e-8);
        double[] wanted = [.. x.Select((value, i) => value >= floor ? (double)dy[i] / value : 0)];
        Assert.InRange(Errors.RelativeL2(dx.Values(), [.. wanted.Select((d, i) => d + before[i])]), 0, 6e-8);
        dx = Guarded.Output(_backend, [count], [.. before.Select(_ => float.NaN)]);
        _backend.LogClampBackward(Guarded.Input(_backend, [count], x), floor, Guarded.Input(_backend, [count], dy), new Gradient(dx.Tensor, false));
        Assert.Equal(wanted.Select(d => (float)d), dx.Values());
    }

    [Property]
    public void Gradient_of_the_logarithm_matches_finite_differences(RandomShapes draw)
    {
        Shape shape = draw.Activations("x");
        float floor = draw.Between(2, 9, "floor") / 4f;
        float[] x = [.. draw.Values(seed => RandomValues.AwayFromZero(shape.Count, seed)).Select(value => value + floor)];
        GradientCheck.Run(_backend, (tape, inputs) => Op.LogClamp(tape, inputs[0], floor), [(shape, x)], gradientFrom: draw.GradientFrom(shape));
    }

    [Fact]
    public void Thread_count_changes_nothing() => ThreadCounts.AssertSameBytes(backend =>
    {
        StftSettings settings = new(120, 30, 100);
        Tensor wave = GradientCheck.Constant(backend, [3, 5000, 1], RandomValues.Normal(15000, 1)),
            window = GradientCheck.Constant(backend, [100], Window(100));
        Tensor y = backend.NewTensor([3, settings.Frames(5000), settings.Bins]), log = backend.NewTensor(y.Shape),
            dwave = backend.NewTensor(wave.Shape);
        backend.StftMagnitude(wave, window, settings, y);
        backend.LogClamp(y, 2e-6f, log);
        backend.StftMagnitudeBackward(wave, window, settings, y, log, new Gradient(dwave, false));
        return [.. backend.ToArray(y), .. backend.ToArray(log), .. backend.ToArray(dwave)];
    });

    [Fact]
    public void A_call_allocates_nothing()
    {
        StftSettings settings = new(256, 64, 256);
        Tensor wave = _backend.NewTensor([2, 3000, 1]), window = _backend.NewTensor([256]),
            y = _backend.NewTensor([2, settings.Frames(3000), settings.Bins]);
        ThreadCounts.AssertAllocatesNothing(() =>
        {
            _backend.StftMagnitude(wave, window, settings, y);
            _backend.StftMagnitudeBackward(wave, window, settings, y, y, new Gradient(wave, true));
            _backend.LogClamp(y, 1, y);
            _backend.LogClampBackward(y, 1, y, new Gradient(y, true));
        });
    }

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    /// <summary>[rows,columns] as [columns,rows].</summary>
    private static double[] Transposed(double[] values, int rows) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[(i % rows * (values.Length / rows)) + (i / rows)])];

    /// <summary>torch.hann_window's float32 table, from which the goldens were made; its rounding errors exceed those of the transform.</summary>
    private static float[] TorchWindow(int samples) =>
        [.. Enumerable.Range(0, samples).Select(n => (MathF.Cos(n * (float)(2 * Math.PI / samples)) * -0.5f) + 0.5f)];

    private static float[] Window(int samples) => [.. ReferenceStft.Window(samples).Select(value => (float)value)];

    private Guarded Output(int batch, int samples, StftSettings settings)
    {
        Shape shape = [batch, settings.Frames(samples), settings.Bins];
        return Guarded.Output(_backend, shape, new float[shape.Count]);
    }
}

using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class OptimiserTests : IDisposable
{
    private const float Beta1 = 0.8f, Beta2 = 0.99f, Epsilon = 1e-9f;
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    // torch 1.13.1, torch.optim.AdamW(lr=1e-2, betas=(0.8, 0.99), eps=1e-9, weight_decay=0.01), three steps in float32.
    [Fact]
    public void Three_steps_are_those_of_PyTorch()
    {
        float[][] gradients = [[0.5f, -2, 1e-4f, 0, 300], [0.1f, 1, -3e-4f, 0, -20], [-0.7f, 0.3f, 2e-5f, 0, 1e-3f]];
        Tensor value = Of([1.5f, -0.25f, 3e-3f, 0, 20]), mean = _backend.NewTensor([5]), variance = _backend.NewTensor([5]);
        for (int step = 1; step <= gradients.Length; step++)
        {
            _backend.AdamW(value, Of(gradients[step - 1]), mean, variance, Of(Schedule(step, 1e-2, 0.01)), Beta1, Beta2, Epsilon);
        }

        AssertClose([1.4842857122421265, -0.2372472733259201, 0.001952180522494018, 0, 19.97406005859375], value, [1.5, 0.25, 1e-2, 0, 20]);
        AssertClose([-0.059999994933605194, -0.03600001335144043, -3.1200001103570685e-05, 0, 35.200199127197266], mean, [0.7, 2, 3e-4, 0, 300]);
        AssertClose([0.007449249736964703, 0.05000399798154831, 9.93010118577331e-10, 0, 886.0499877929688], variance, [0.0074, 0.05, 1e-9, 0, 886]);

        void AssertClose(double[] wanted, Tensor actual, double[] largestTerm)
        {
            float[] values = _backend.ToArray(actual);
            for (int i = 0; i < wanted.Length; i++) Assert.InRange(Math.Abs(values[i] - wanted[i]), 0, 2e-7 * largestTerm[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(16384)]
    [InlineData(50007)]
    public void A_step_agrees_with_the_reference(int count)
    {
        float[] value = RandomValues.Normal(count, 1), gradient = RandomValues.Normal(count, 2, 0.1f), mean = RandomValues.Normal(count, 3, 0.1f);
        float[] variance = RandomValues.Uniform(count, 4, 1e-4f, 1), schedule = Schedule(7, 1e-4, 0.01);
        Guarded values = Guarded.Output(_backend, [count], value), means = Guarded.Output(_backend, [count], mean),
            variances = Guarded.Output(_backend, [count], variance);
        _backend.AdamW(values.Tensor, Guarded.Input(_backend, [count], gradient), means.Tensor, variances.Tensor, Of(schedule), Beta1, Beta2,
            Epsilon);

        (double Value, double Mean, double Variance)[] wanted = [.. Enumerable.Range(0, count).Select(
            i => ReferenceOptimiser.AdamW(value[i], gradient[i], mean[i], variance[i], schedule, 0.8, 0.99, Epsilon))];
        Assert.InRange(Errors.RelativeL2(values.Values(), [.. wanted.Select(w => w.Value)]), 0, 6e-8);
        Assert.InRange(Errors.RelativeL2(means.Values(), [.. wanted.Select(w => w.Mean)]), 0, 8e-8);
        Assert.InRange(Errors.RelativeL2(variances.Values(), [.. wanted.Select(w => w.Variance)]), 0, 8e-8);
    }

    [Property]
    public void A_step_and_a_norm_of_any_count_agree_with_the_reference(RandomShapes draw)
    {
        int count = draw.Between(1, draw.Coin("many") ? 40000 : 99, "count"), step = draw.Between(1, 5000, "step");
        float[] value = draw.Normal([count]), gradient = draw.Normal([count], 0.1f), mean = draw.Normal([count], 0.1f);
        float[] variance = draw.Values(seed => RandomValues.Uniform(count, seed, 1e-4f, 1)),
            schedule = Schedule(step, 1e-4, 0.01, 1f / draw.Between(1, 5, "batches"));
        (double Value, double Mean, double Variance)[] wanted = [.. Enumerable.Range(0, count).Select(
            i => ReferenceOptimiser.AdamW(value[i], gradient[i], mean[i], variance[i], schedule, 0.8, 0.99, Epsilon))];
        Guarded values = Guarded.Output(_backend, [count], value), means = Guarded.Output(_backend, [count], mean),
            variances = Guarded.Output(_backend, [count], variance);
        Tensor given = Guarded.Input(_backend, [count], gradient);
        _backend.AdamW(values.Tensor, given, means.Tensor, variances.Tensor, Of(schedule), Beta1, Beta2, Epsilon);
        OpRun.AssertClose([.. wanted.Select(w => w.Value)], values.Values(), 2e-7);
        OpRun.AssertClose([.. wanted.Select(w => w.Mean)], means.Values(), 2e-7);
        OpRun.AssertClose([.. wanted.Select(w => w.Variance)], variances.Values(), 2e-7);

        Guarded norm = Guarded.Output(_backend, [1], [float.NaN]);
        _backend.Norm(given, norm.Tensor);
        OpRun.AssertClose([Math.Sqrt(gradient.Sum(g => (double)g * g))], norm.Values(), 1e-7);
        _backend.Clear(values.Tensor);
        Assert.All(values.Values(), cleared => Assert.Equal(0, cleared));
    }

    [Fact]
    public void A_trial_is_what_the_update_leaves_and_changes_nothing_else()
    {
        const int Count = 16384 + 21;
        Tensor[] state = [.. Enumerable.Range(1, 4).Select(seed => Of(RandomValues.Uniform(Count, seed, 0, 1)))];
        float[][] before = [.. state.Select(_backend.ToArray)];
        Guarded trial = Guarded.Output(_backend, [Count], new float[Count]);
        Tensor schedule = Of(Schedule(3, 1e-2, 0.01));
        _backend.AdamWTrial(state[0], state[1], state[2], state[3], schedule, Beta1, Beta2, Epsilon, trial.Tensor);
        Assert.Equal(before, state.Select(_backend.ToArray));
        _backend.AdamW(state[0], state[1], state[2], state[3], schedule, Beta1, Beta2, Epsilon);
        Assert.Equal(_backend.ToArray(state[0]), trial.Values());
    }

    [Fact]
    public void A_fault_leaves_values_and_moments_alone()
    {
        Tensor[] state = [.. Enumerable.Range(1, 4).Select(seed => Of(RandomValues.Uniform(333, seed, 0, 1)))];
        float[][] before = [.. state.Select(_backend.ToArray)];
        Tensor schedule = Of(Schedule(3, 1e-2, 0.01));
        _backend.AdamW(state[0], state[1], state[2], state[3], schedule, Beta1, Beta2, Epsilon, Numbers(1));
        Assert.Equal(before, state.Select(_backend.ToArray));
        _backend.AdamW(state[0], state[1], state[2], state[3], schedule, Beta1, Beta2, Epsilon, Numbers(0));
        Assert.NotEqual(before[0], _backend.ToArray(state[0]));
    }

    [Theory]
    [InlineData(8, 0.5, 2, 0.25)]
    [InlineData(8, 0.25, 2, 0.25)]
    [InlineData(0, 0.5, 2, 0.5)]
    [InlineData(3, 1, 0.1, 0.1 / 3.000001)]
    public void A_scale_is_lowered_to_the_norm_that_is_allowed(float norm, float scale, float most, double wanted)
    {
        Guarded schedule = Guarded.Output(_backend, [4], [1, 2, 3, scale]);
        _backend.ClipToNorm(Of([norm]), most, schedule.Tensor);
        Assert.Equal([1f, 2f, 3f], schedule.Values()[..3]);
        Assert.Equal(wanted, schedule.Values()[3], 1e-6);
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_a_fault_that_stays(float bad)
    {
        float[] values = [.. RandomValues.Normal(85, 1), float.MaxValue];
        Tensor fault = Numbers(0);
        _backend.CheckFinite(Of(values), fault);
        Assert.Equal(0, Read());
        values[50] = bad;
        _backend.CheckFinite(Of(values), fault);
        Assert.Equal(1, Read());
        _backend.CheckFinite(Of([1, 2]), fault);
        Assert.Equal(1, Read());

        long Read()
        {
            Span<long> number = [7];
            _backend.Read(fault, number);
            return number[0];
        }
    }

    [Fact]
    public void What_is_zero_stays_zero()
    {
        Tensor value = _backend.NewTensor([37]), gradient = _backend.NewTensor([37]), mean = _backend.NewTensor([37]),
            variance = _backend.NewTensor([37]);
        _backend.AdamW(value, gradient, mean, variance, Of(Schedule(1, 1e-4, 0.01)), Beta1, Beta2, Epsilon);
        Assert.All((Tensor[])[value, mean, variance], tensor => Assert.Equal(new float[37], _backend.ToArray(tensor)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(100003)]
    public void Norm_is_summed_in_double(int count)
    {
        float[] gradient = RandomValues.Normal(count, 5);
        gradient[count / 2] = 1e4f;
        double wanted = Math.Sqrt(gradient.Sum(g => (double)g * g));
        Assert.Equal(wanted, NormOf(_backend, gradient), 1e-7 * wanted);
    }

    [Fact]
    public void Norm_shows_what_is_not_finite()
    {
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
        {
            foreach (int place in (int[])[0, 15, 16384, 40000, 50000])
            {
                float[] gradient = RandomValues.Normal(50001, 6);
                gradient[place] = bad;
                Assert.False(float.IsFinite(NormOf(_backend, gradient)), $"{bad} at {place} is not seen");
            }
        }
    }

    [Fact]
    public void Clear_clears_its_tensor_alone()
    {
        Guarded values = Guarded.Output(_backend, [5, 7], RandomValues.Normal(35, 1));
        _backend.Clear(values.Tensor);
        Assert.Equal(new float[35], values.Values());
    }

    [Fact]
    public void Thread_count_changes_nothing()
    {
        ThreadCounts.AssertSameBytes(backend => [NormOf(backend, RandomValues.Normal(123457, 7))]);
        ThreadCounts.AssertSameBytes(backend =>
        {
            Tensor[] tensors = [.. Enumerable.Range(1, 4).Select(seed =>
                GradientCheck.Constant(backend, [99991], RandomValues.Uniform(99991, seed, 0, 1)))];
            backend.AdamW(tensors[0], tensors[1], tensors[2], tensors[3], GradientCheck.Constant(backend, [4], Schedule(3, 1e-4, 0.01)), Beta1,
                Beta2, Epsilon);
            return [.. tensors.SelectMany(backend.ToArray)];
        });
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        Tensor value = _backend.NewTensor([70001]), other = _backend.NewTensor([70001]), schedule = Of(Schedule(1, 1e-4, 0.01)),
            norm = _backend.NewTensor([1]);
        ThreadCounts.AssertAllocatesNothing(() =>
        {
            _backend.AdamW(value, other, other, other, schedule, Beta1, Beta2, Epsilon);
            _backend.Norm(value, norm);
            _backend.Clear(value);
        });
    }

    private static float[] Schedule(int step, double rate, double decay, float scale = 1) =>
        [(float)(1 - (rate * decay)), (float)(rate / (1 - Math.Pow(0.8, step))), (float)(1 / Math.Sqrt(1 - Math.Pow(0.99, step))), scale];

    private static float NormOf(Backend backend, float[] gradient)
    {
        Tensor norm = backend.NewTensor([1]);
        backend.Norm(GradientCheck.Constant(backend, [gradient.Length], gradient), norm);
        return backend.ToArray(norm)[0];
    }

    private Tensor Numbers(params long[] values)
    {
        Tensor numbers = _backend.NewTensor([values.Length], DType.I64);
        _backend.Write(values, numbers);
        return numbers;
    }

    private Tensor Of(float[] values) => GradientCheck.Constant(_backend, [values.Length], values);
}

using FsCheck.Xunit;
using RvcNative.Core.Cpu;
using RvcNative.Core.Tests.Convolution;

namespace RvcNative.Core.Tests;

[Properties(Arbitrary = [typeof(RandomShapes)], MaxTest = 30, QuietOnSuccess = true)]
public sealed class GruTests
{
    [Property]
    public void Random_shapes_agree_with_the_plain_loop(RandomShapes draw)
    {
        using CpuBackend backend = new(2);
        int batch = draw.Between(1, 3, "batch"), frames = draw.Between(1, 20, "frames");
        int directions = draw.Between(1, 2, "directions"), hidden = draw.Between(1, 70, "hidden");
        Shape gates = [batch, frames, directions * 3 * hidden], weight = [directions, hidden, 3 * hidden], bias = [directions, 3 * hidden];
        Shape start = [batch, 1, directions * hidden], states = [batch, frames, directions * hidden];
        float[] g = draw.Normal(gates), w = draw.Values(seed => RandomValues.Normal(weight, seed, 1 / MathF.Sqrt(hidden))), b = draw.Normal(bias), s = draw.Normal(start);
        Guarded y = Guarded.Output(backend, states, new float[states.Count]);
        backend.Gru(Guarded.Input(backend, gates, g), Guarded.Input(backend, weight, w), Guarded.Input(backend, bias, b), Guarded.Input(backend, start, s), y.Tensor);
        OpRun.AssertClose(ReferenceGru.Run(g, w, b, s, batch, frames, directions, hidden), y.Values(), 2e-6);
    }

    [Fact]
    public void Going_on_from_a_state_gives_what_the_whole_gives()
    {
        using CpuBackend backend = new(2);
        const int hidden = 19, frames = 24, first = 9;
        float[] gates = RandomValues.Normal(frames * 3 * hidden, 1), weight = RandomValues.Normal(hidden * 3 * hidden, 2, 0.3f), bias = RandomValues.Normal(3 * hidden, 3);
        float[] whole = Run(gates, new float[hidden], frames), head = Run(gates[..(first * 3 * hidden)], new float[hidden], first);
        float[] tail = Run(gates[(first * 3 * hidden)..], head[^hidden..], frames - first);
        Assert.Equal(whole, (IEnumerable<float>)[.. head, .. tail]);

        float[] Run(float[] values, float[] state, int count) => OpRun.Forward(
            backend, (tape, x) => Op.Gru(tape, x[0], x[1], x[2], x[3]), ([1, count, 3 * hidden], values), ([1, hidden, 3 * hidden], weight), ([1, 3 * hidden], bias),
            ([1, 1, hidden], state));
    }

    [Fact]
    public void Threads_agree()
    {
        const int hidden = 37;
        ThreadCounts.AssertSameBytes(backend => OpRun.Forward(
            backend, (tape, x) => Op.Gru(tape, x[0], x[1], x[2], x[3]), ([2, 30, 6 * hidden], RandomValues.Normal(2 * 30 * 6 * hidden, 1)),
            ([2, hidden, 3 * hidden], RandomValues.Normal(2 * hidden * 3 * hidden, 2, 0.2f)), ([2, 3 * hidden], RandomValues.Normal(6 * hidden, 3)),
            ([2, 1, 2 * hidden], RandomValues.Normal(4 * hidden, 4))));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using CpuBackend backend = new(1);
        Tape tape = new(backend);
        Tensor weight = tape.Input([2, 4, 12]), bias = tape.Input([2, 12]), start = tape.Input([1, 1, 8]);
        Assert.Contains("[D,H,3H]", Assert.Throws<ArgumentException>(() => Op.Gru(tape, tape.Input([1, 5, 12]), weight, bias, start)).Message);
        Assert.Throws<ArgumentException>(() => Op.Gru(tape, tape.Input([1, 5, 24]), weight, bias, tape.Input([1, 1, 4])));
    }
}

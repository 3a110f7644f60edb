using RvcNative.Core;

namespace RvcNative.Gpu.Tests;

/// <summary>Programs that are launched at once, and what the host waits for.</summary>
[Collection(OpenClTests.Name)]
public sealed class RecordingTests(OpenClFixture fixture)
{
    private static readonly Shape s_shape = [3, 70, 20];

    [SkippableFact]
    public void A_recorded_program_computes_what_launches_one_by_one_compute()
    {
        using KernelBackend eager = fixture.Another(records: false);
        float[][] wanted = Runs(eager), found = Runs(fixture.Device);
        for (int run = 0; run < wanted.Length; run++) Assert.Equal(wanted[run], found[run]);
        Assert.NotEqual(wanted[0], wanted[1]);
    }

    [SkippableFact]
    public void A_program_follows_its_arena_when_that_grows()
    {
        KernelBackend backend = fixture.Device;
        using Arena arena = new(backend);
        (StepProgram program, Tensor x, Tensor y) = Program(backend, arena);
        float[] first = Run(backend, program, x, y, 1);
        for (int i = 0; i < 3; i++) Assert.Equal(first, Run(backend, program, x, y, 1));
        arena.Reserve(arena.Bytes * 3);
        Assert.Equal(first, Run(backend, program, x, y, 1));
        Assert.Equal(first, Run(backend, program, x, y, 1));
    }

    [SkippableFact]
    public void Nothing_but_launches_is_recorded()
    {
        KernelBackend backend = fixture.Device;
        Tensor x = backend.NewTensor([4]);
        foreach (Action other in (Action[])[() => backend.Write([1f], x), () => backend.ToArray(x), () => backend.NewTensor([4]), backend.Wait])
        {
            Assert.Contains("while a program is recorded", Assert.Throws<InvalidOperationException>(() => backend.Record(other)).Message, StringComparison.Ordinal);
        }

        backend.Write([5f], x);
        Assert.Equal(5, backend.ToArray(x)[0]);
    }

    [SkippableFact]
    public void Runs_and_uploads_make_the_host_wait_for_nothing()
    {
        KernelBackend backend = fixture.Device;
        using Arena arena = new(backend);
        (StepProgram program, Tensor x, Tensor y) = Program(backend, arena);
        Run(backend, program, x, y, 1);
        Run(backend, program, x, y, 2);
        (long waits, long allocations) = (backend.Device.Waits, backend.Device.Allocations);
        for (int i = 0; i < 20; i++)
        {
            backend.Write(Values(i), x);
            program.Run();
        }

        Assert.Equal(waits, backend.Device.Waits);
        float[] last = backend.ToArray(y);
        backend.ToArray(y);   // nothing is under way
        Assert.Equal(waits + 1, backend.Device.Waits);
        Assert.Equal(allocations, backend.Device.Allocations);
        Assert.Equal(last, Run(backend, program, x, y, 19));
    }

    [SkippableFact]
    public void Values_longer_than_the_ring_arrive_whole_and_in_order()
    {
        Tensor x = fixture.Device.NewTensor([(UploadRing.HalfBytes * 3 / sizeof(float)) + 7]);
        float[] values = new float[x.Count];
        for (int i = 0; i < values.Length; i++) values[i] = i % 65537;
        fixture.Device.Write(values, x);
        fixture.Device.Write([-1f], x);   // behind the others
        values[0] = -1;
        Assert.Equal(values, fixture.Device.ToArray(x));
        x.Buffer.Storage!.Dispose();
    }

    private static float[][] Runs(KernelBackend backend)
    {
        using Arena arena = new(backend);
        (StepProgram program, Tensor x, Tensor y) = Program(backend, arena);
        return [.. Enumerable.Range(0, 4).Select(run => Run(backend, program, x, y, run))];
    }

    private static float[] Run(KernelBackend backend, StepProgram program, Tensor x, Tensor y, int seed)
    {
        backend.Write(Values(seed), x);
        program.Run();
        return backend.ToArray(y);
    }

    private static float[] Values(int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, s_shape.Count).Select(_ => random.NextSingle() - 0.5f)];
    }

    private static (StepProgram Program, Tensor X, Tensor Y) Program(KernelBackend backend, Arena arena)
    {
        Tape tape = new(backend);
        Tensor x = tape.Input(s_shape), mask = tape.Backend.NewTensor([s_shape[0], s_shape[1]]);
        backend.Write([.. Enumerable.Range(0, mask.Count).Select(i => i % 3 == 0 ? 0f : 1)], mask);
        Tensor y = tape.Keep(Op.Mask(tape, Op.LeakyRelu(tape, x, 0.1f), mask));
        return (tape.Compile(arena), x, y);
    }
}

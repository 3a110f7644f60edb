using RvcNative.Core;
using RvcNative.Core.Cpu;

namespace RvcNative.Benchmarks;

/// <summary>One op, recorded and differentiated as in a step, on random inputs.</summary>
public sealed class OpProgram : IDisposable
{
    private readonly CpuBackend _backend = new();
    private readonly Arena _arena;
    private readonly Tape _tape;
    private readonly List<(Tensor Tensor, float[] Values)> _inputs = [];
    private StepProgram? _program;

    public OpProgram()
    {
        _arena = new Arena(_backend);
        _tape = new Tape(_backend);
    }

    public Tape Tape => _tape;

    /// <summary>A differentiable input of values between <paramref name="least"/> and <paramref name="most"/>.</summary>
    public Tensor Input(Shape shape, float least = -1, float most = 1)
    {
        Random random = new(_inputs.Count);
        float[] values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = least + ((most - least) * random.NextSingle());
        Tensor input = _tape.Keep(_tape.Input(shape, requiresGradient: true));
        _inputs.Add((input, values));
        return input;
    }

    /// <summary>A mask of ones.</summary>
    public Tensor Mask(int batch, int frames)
    {
        Tensor mask = _tape.Keep(_tape.Input([batch, frames]));
        _inputs.Add((mask, [.. Enumerable.Repeat(1f, batch * frames)]));
        return mask;
    }

    /// <summary>Ends the recording with the ops' result, whose gradient is given.</summary>
    public OpProgram Compile(Tensor y)
    {
        _tape.StartPhase("backward");
        _tape.Into(_tape.Keep(y));
        _tape.Backward();
        _program = _tape.Compile(_arena);
        foreach ((Tensor tensor, float[] values) in _inputs) _backend.Write(values, tensor);
        Forward();
        return this;
    }

    public void Forward() => _program!.RunPhase(0);

    public void Backward() => _program!.RunPhase(1);

    public void Dispose()
    {
        _arena.Dispose();
        _backend.Dispose();
    }
}

using RvcNative.Core;
using RvcNative.Core.Cpu;

namespace RvcNative.Nn.Tests;

/// <summary>Programs share memory by their buffers' lives and give the same results as if they did not.</summary>
public sealed class ProgramTests
{
    [Fact]
    public void Buffers_that_live_at_other_times_share_memory_and_results_do_not_change()
    {
        using CpuBackend backend = new(2);
        ParameterBuilder parameters = new(backend);
        List<Conv1d> layers = [.. Enumerable.Range(0, 12).Select(i => new Conv1d(parameters.Scope("layers", i), 6, 6, ConvGeometry.Same(3)))];
        _ = new Network(backend, parameters, trained: false, seed: 5);
        using Arena shared = new(backend);
        (StepProgram lean, Tensor leanIn, Tensor leanOut) = Build(keep: false, shared);
        (StepProgram full, Tensor fullIn, Tensor fullOut) = Build(keep: true, shared);
        float[] x = [.. Enumerable.Range(0, 60).Select(i => MathF.Sin(i))];
        float[] first = Result(lean, leanIn, leanOut), second = Result(full, fullIn, fullOut);
        Assert.Equal(first, second);
        Assert.Equal(first, Result(lean, leanIn, leanOut));
        Assert.True(lean.PlannedBytes * 3 < full.PlannedBytes, $"{lean.PlannedBytes} and {full.PlannedBytes} bytes");

        (StepProgram, Tensor, Tensor) Build(bool keep, Arena arena)
        {
            Tape tape = new(backend);
            Tensor input = tape.Input([1, 10, 6]), y = input;
            foreach (Conv1d layer in layers)
            {
                y = layer.Forward(tape, y);
                if (keep) tape.Keep(y);
            }

            tape.Keep(y);
            return (tape.Compile(arena), input, y);
        }

        float[] Result(StepProgram program, Tensor input, Tensor output)
        {
            backend.Write(x, input);
            program.Run();
            return backend.ToArray(output);
        }
    }

    [Fact]
    public void AdamW_takes_torchs_first_step()
    {
        using CpuBackend backend = new(1);
        ParameterBuilder parameters = new(backend);
        Parameter w = parameters.Add("w", [3], Initial.Constant(2));
        ParameterSet set = parameters.Build(trained: true, 0);
        AdamW optimiser = new(backend, set, new AdamWSettings(0.8, 0.99, 1e-9));
        Tape tape = new(backend);
        optimiser.RecordUpdate(tape);
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        backend.Write([1f, -3f, 0f], w.Gradient);
        optimiser.Prepare(0.1);
        program.Run();

        // The first step of Adam is the rate times the gradient's sign; decay takes lr * 0.01 of the value first.
        float[] values = backend.ToArray(w.Value);
        Assert.Equal(2 * (1 - 0.001) - 0.1, values[0], 5);
        Assert.Equal(2 * (1 - 0.001) + 0.1, values[1], 5);
        Assert.Equal(2 * (1 - 0.001), values[2], 5);
    }
}

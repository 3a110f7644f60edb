using RvcNative.Core.Cpu;

namespace RvcNative.Core.Tests;

/// <summary>Runs one op as a program of its own.</summary>
internal static class OpRun
{
    internal static float[] Forward(Backend backend, Func<Tape, Tensor[], Tensor> op, params ReadOnlySpan<(Shape Shape, float[] Values)> inputs)
    {
        Tape tape = new(backend);
        Tensor[] tensors = new Tensor[inputs.Length];
        for (int index = 0; index < tensors.Length; index++) tensors[index] = tape.Input(inputs[index].Shape);
        Tensor y = tape.Keep(op(tape, tensors));
        using Arena arena = new(backend);
        StepProgram program = tape.Compile(arena);
        for (int index = 0; index < tensors.Length; index++) backend.Write(inputs[index].Values, tensors[index]);
        program.Run();
        return backend.ToArray(y);
    }

    /// <summary>The result and all gradients are the same bytes on 1, 2 and 3 threads.</summary>
    internal static void AssertThreadsAgree(Func<Tape, Tensor[], Tensor> op, params (Shape Shape, float[] Values)[] inputs) =>
        ThreadCounts.AssertSameBytes(backend =>
        {
            using GradientGraph graph = new(backend, op, inputs, new int[inputs.Length], seeds: [1]);
            List<float> all = [];
            foreach (float[]? gradient in graph.Gradients()) all.AddRange(gradient!);
            all.AddRange(graph.Output());
            return [.. all];
        });

    /// <summary>Running an op a second time leaves nothing for the garbage collector.</summary>
    internal static void AssertAllocatesNothing(Func<Tape, Tensor[], Tensor> op, params (Shape Shape, float[] Values)[] inputs)
    {
        using CpuBackend backend = new(threads: 2);
        using GradientGraph graph = new(backend, op, inputs, new int[inputs.Length], seeds: [1]);
        graph.Gradients();
        ThreadCounts.AssertAllocatesNothing(graph.Run);
    }

    /// <summary>Errors relative to the largest wanted value, or to 1.</summary>
    internal static void AssertClose(IReadOnlyList<double> wanted, IReadOnlyList<float> actual, double tolerance = 1e-6)
    {
        double scale = Math.Max(1, wanted.Max(Math.Abs)), error = Errors.Largest(actual, wanted);
        Assert.True(error <= tolerance * scale, $"largest error {error:g3}, allowed {tolerance * scale:g3}");
    }
}

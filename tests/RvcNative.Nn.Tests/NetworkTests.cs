using RvcNative.Core;
using RvcNative.Core.Cpu;

namespace RvcNative.Nn.Tests;

public sealed class NetworkTests
{
    [Fact]
    public void Layouts_of_checkpoints_go_there_and_back()
    {
        using CpuBackend backend = new(1);
        ParameterBuilder parameters = new(backend);
        _ = new Conv1d(parameters.Scope("conv"), 3, 5, new ConvGeometry(4));
        _ = new Conv1d(parameters.Scope("up"), 3, 5, new ConvGeometry(4, 2) { Transposed = true });
        _ = new Conv1d(parameters.Scope("linear"), 3, 5, new ConvGeometry(1), new ConvOptions { Linear = true });
        _ = new Conv1d(parameters.Scope("planar"), 3, 5, new ConvGeometry(4), new ConvOptions { Planar = true });
        ConvGeometry picture = ConvGeometry.Picture(new ConvAxis(4), new ConvAxis(2), columns: 6);
        _ = new Conv1d(parameters.Scope("picture"), 3, 5, picture);
        _ = new Conv1d(parameters.Scope("turned"), 3, 5, picture, new ConvOptions { Turned = true });
        _ = new Conv1d(parameters.Scope("enlarged"), 3, 5, picture with { Transposed = true });
        Network network = new(backend, parameters, trained: true, seed: 1);
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            float[] values = [.. Enumerable.Range(0, parameter.Shape.Count).Select(i => (float)i)];
            network.Load(parameter, values);
            Assert.Equal(values, network.Save(parameter, parameter.Value));
        }

        Assert.Equal([5, 3, 4], network.Parameters["conv.weight"].CheckpointShape.ToArray());
        Assert.Equal([3, 5, 4], network.Parameters["up.weight"].CheckpointShape.ToArray());
        Assert.Equal([5, 3], network.Parameters["linear.weight"].CheckpointShape.ToArray());
        Assert.Equal([5, 3, 4, 1], network.Parameters["planar.weight"].CheckpointShape.ToArray());

        Assert.Equal([5, 3, 4, 2], network.Parameters["picture.weight"].CheckpointShape.ToArray());
        Assert.Equal([5, 3, 2, 4], network.Parameters["turned.weight"].CheckpointShape.ToArray());
        Assert.Equal([3, 5, 4, 2], network.Parameters["enlarged.weight"].CheckpointShape.ToArray());

        // Tap (down 3, across 1) lies at 3 * 2 + 1 here, whichever axis a checkpoint puts first.
        Assert.Equal([(7, 1, 4)], Places(network, "picture.weight", i => i == (((((4 * 3) + 1) * 4) + 3) * 2) + 1));
        Assert.Equal([(7, 1, 4)], Places(network, "turned.weight", i => i == (((((4 * 3) + 1) * 2) + 1) * 4) + 3));
        Assert.Equal([(7, 1, 4)], Places(network, "enlarged.weight", i => i == (((((1 * 5) + 4) * 4) + 3) * 2) + 1));

        // Element (out 1, in 2, tap 3) of a checkpoint lies at [3, 2, 1] here.
        network.Load(network.Parameters["conv.weight"], [.. Enumerable.Range(0, 60).Select(i => i == (((1 * 3) + 2) * 4) + 3 ? 1f : 0f)]);
        Assert.Equal(1, backend.ToArray(network.Parameters["conv.weight"].Value)[(((3 * 3) + 2) * 5) + 1]);
    }

    // Where [K,in,out] holds what a checkpoint has at the chosen places.
    private static (int Tap, int In, int Out)[] Places(Network network, string name, Func<int, bool> chosen)
    {
        Parameter parameter = network.Parameters[name];
        (int inputs, int outputs) = (parameter.Shape[1], parameter.Shape[2]);
        network.Load(parameter, [.. Enumerable.Range(0, parameter.Shape.Count).Select(i => chosen(i) ? 1f : 0f)]);
        float[] values = network.Backend.ToArray(parameter.Value);
        return [.. Enumerable.Range(0, values.Length).Where(i => values[i] == 1).Select(i => (i / (inputs * outputs), i / outputs % inputs, i % outputs))];
    }

    [Fact]
    public void Parameters_under_weight_normalisation_come_in_the_order_of_torch_and_start_at_their_norm()
    {
        using CpuBackend backend = new(1);
        ParameterBuilder parameters = new(backend);
        _ = new Conv1d(parameters, 3, 2, new ConvGeometry(4), new ConvOptions { Normed = true });
        Network network = new(backend, parameters, trained: true, seed: 1);
        Assert.Equal(["bias", "weight_g", "weight_v"], network.Parameters.Parameters.Select(parameter => parameter.Name));
        float[] v = network.Save(network.Parameters["weight_v"], network.Parameters["weight_v"].Value), g = backend.ToArray(network.Parameters["weight_g"].Value);
        for (int row = 0; row < 2; row++)
        {
            Assert.Equal(Math.Sqrt(v.Skip(row * 12).Take(12).Sum(value => (double)value * value)), g[row], 5);
        }
    }

    [Fact]
    public void First_values_are_torchs_defaults_and_a_function_of_the_seed()
    {
        float[] first = Weights(1);
        Assert.Equal(first, Weights(1));
        Assert.NotEqual(first, Weights(2));
        Assert.All(first, value => Assert.InRange(value, -1 / MathF.Sqrt(12), 1 / MathF.Sqrt(12)));
        Assert.InRange(first.Max(), 0.9f / MathF.Sqrt(12), 1 / MathF.Sqrt(12));

        static float[] Weights(ulong seed)
        {
            using CpuBackend backend = new(1);
            ParameterBuilder parameters = new(backend);
            _ = new Conv1d(parameters, 3, 50, new ConvGeometry(4));
            return backend.ToArray(new Network(backend, parameters, trained: true, seed).Parameters["weight"].Value);
        }
    }

    [Fact]
    public void Two_parameters_of_one_name_are_refused()
    {
        using CpuBackend backend = new(1);
        ParameterBuilder parameters = new(backend);
        parameters.Add("w", [1], Initial.Constant(0));
        parameters.Add("w", [1], Initial.Constant(0));
        Assert.Contains("w", Assert.Throws<ArgumentException>(() => parameters.Build(trained: true, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frozen_set_gets_no_gradients()
    {
        using CpuBackend backend = new(1);
        ParameterBuilder parameters = new(backend);
        Conv1d conv = new(parameters, 2, 3, new ConvGeometry(1), new ConvOptions { Normed = true });
        Network network = new(backend, parameters, trained: true, seed: 1);
        Assert.All(Gradients(frozen: true), gradient => Assert.Equal(0, gradient));
        Assert.Contains(Gradients(frozen: false), gradient => gradient != 0);

        float[] Gradients(bool frozen)
        {
            if (frozen) network.Parameters.Freeze();
            else network.Parameters.Thaw();
            Tape tape = new(backend);
            Tensor x = tape.Input([1, 4, 2], requiresGradient: true), target = tape.Input([1, 4, 3]);
            Op.AbsoluteError(tape, conv.Forward(tape, x), target, 1);
            tape.Backward();
            using Arena arena = new(backend);
            StepProgram program = tape.Compile(arena);
            backend.Write([.. Enumerable.Range(0, 8).Select(i => i - 3.5f)], x);
            program.Run();
            return backend.ToArray(network.Parameters.Gradients);
        }
    }
}

using RvcNative.Core;

namespace RvcNative.Benchmarks;

/// <summary>The decoder's activations at their longest.</summary>
public class LeakyReluBenchmarks : OpFamily
{
    protected override OpProgram Build(OpProgram program) => program.Compile(Op.LeakyRelu(program.Tape, program.Input([4, 12800, 32]), 0.1f));
}

/// <summary>WaveNet's gate: tanh and sigmoid.</summary>
public class GateBenchmarks : OpFamily
{
    protected override OpProgram Build(OpProgram program) =>
        program.Compile(Op.Gate(program.Tape, program.Input([4, 300, 384]), program.Input([4, 1, 384 * 16]), 0));
}

/// <summary>The mean of the decoder's parallel residual blocks.</summary>
public class AverageBenchmarks : OpFamily
{
    protected override OpProgram Build(OpProgram program)
    {
        Shape shape = [4, 12800, 32];
        return program.Compile(Op.Average(program.Tape, [program.Input(shape), program.Input(shape), program.Input(shape)]));
    }
}

/// <summary>The text encoder's normalisation.</summary>
public class LayerNormBenchmarks : OpFamily
{
    protected override OpProgram Build(OpProgram program) =>
        program.Compile(Op.LayerNorm(program.Tape, program.Input([4, 300, 192]), program.Input([192]), program.Input([192])));
}

using RvcNative.Core;

namespace RvcNative.Benchmarks;

/// <summary>A layer of the text encoder: two heads of 96, relative positions within ten frames.</summary>
public class AttentionBenchmarks : OpFamily
{
    protected override OpProgram Build(OpProgram program)
    {
        Shape shape = [4, 300, 192], relative = [1, 21, 96];
        Tensor q = program.Input(shape), k = program.Input(shape), v = program.Input(shape), mask = program.Mask(4, 300);
        return program.Compile(Op.Attention(program.Tape, q, k, v, program.Input(relative), program.Input(relative), mask, heads: 2));
    }
}

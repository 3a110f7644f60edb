using RvcNative.Core;

namespace RvcNative.Benchmarks;

/// <summary>The magnitudes of generated segments for the mel loss.</summary>
public class StftBenchmarks : OpFamily
{
    protected override OpProgram Build(OpProgram program)
    {
        Tensor wave = program.Input([4, 12800, 1]), window = program.Input([2048], least: 0);
        return program.Compile(Op.StftMagnitude(program.Tape, wave, window, new StftSettings(2048, 400, 2048, 2e-7f)));
    }
}

namespace RvcNative.Core;

/// <summary>A tensor that an instruction left with a value that is not finite.</summary>
/// <param name="Phase">Name of the program's phase.</param>
/// <param name="Operation">The method that recorded the instruction: an op's name, or that of its derivative's part.</param>
/// <param name="Index">Element of the tensor that is the first bad one.</param>
/// <param name="Touched">All tensors of the instruction; a layer's weight among them tells which layer it is of.</param>
public sealed record NonFiniteTensor(string Phase, string Operation, Tensor Tensor, int Index, float Value, IReadOnlyList<Tensor> Touched);

public sealed partial class StepProgram
{
    /// <summary>
    /// Runs a phase again and looks, after each instruction, at what it touched: slow, for a step that has failed. The caller has written the
    /// inputs, and has cleared the arena beforehand, for what no instruction writes may hold anything.
    /// </summary>
    /// <returns>The first instruction's tensor with a value that is not finite; null when the phase leaves none.</returns>
    public NonFiniteTensor? FindNonFinite(int phase)
    {
        int end = phase + 1 < _phases.Length ? _phases[phase + 1].Start : _instructions.Length;
        for (int index = _phases[phase].Start; index < end; index++)
        {
            Instruction instruction = _instructions[index];
            instruction.Run();
            foreach (Tensor? tensor in instruction.Touches)
            {
                if (tensor is null or { DType: DType.I64 }) continue;
                float[] values = Backend.ToArray(tensor);
                int bad = Array.FindIndex(values, value => !float.IsFinite(value));
                if (bad < 0) continue;
                return new NonFiniteTensor(
                    _phases[phase].Name, OperationOf(instruction), tensor, bad, values[bad], [.. instruction.Touches.OfType<Tensor>()]);
            }
        }

        return null;
    }

    // The compiler calls a lambda <Method>b__…, so its name tells which op recorded the instruction.
    private static string OperationOf(Instruction instruction)
    {
        string name = instruction.Run.Method.Name;
        int end = name.IndexOf('>', StringComparison.Ordinal);
        return name.StartsWith('<') && end > 1 ? name[1..end] : name;
    }
}

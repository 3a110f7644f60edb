namespace RvcNative.Core.Tests;

/// <summary>Shapes [B,T,C]: of one element, of tails that no vector divides, of several blocks of frames, of several parts a tensor.</summary>
public sealed class OpShapes : TheoryData<int, int, int, bool>
{
    public OpShapes()
    {
        foreach (bool accumulate in (ReadOnlySpan<bool>)[false, true])
        {
            Add(1, 1, 1, accumulate);
            Add(3, 7, 2, accumulate);
            Add(2, 67, 37, accumulate);
            Add(2, 131, 96, accumulate);
        }
    }
}

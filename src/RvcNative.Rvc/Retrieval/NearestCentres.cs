using System.Numerics.Tensors;
using RvcNative.Core;
using RvcNative.Rvc.Data;
using Tensor = RvcNative.Core.Tensor;

namespace RvcNative.Rvc.Retrieval;

/// <summary>
/// Which centre each of many rows is nearest to, by one matrix product on the engine: argmin |x - c|^2 = argmax x c - |c|^2 / 2. With 2,304 centres of
/// 768 values this took 0.5 to 0.9 of the time of <see cref="SquaredDistances"/> (best of 12, five runs on a busy two-core machine), with 640
/// centres 1.2 of it. Search, where near distances must be exact, uses those sums.
/// </summary>
internal sealed class NearestCentres : IDisposable
{
    /// <summary>Rows of one product.</summary>
    internal const int RowsAtOnce = 1024;

    private const int TileCentres = 16;
    private readonly Backend _backend;
    private readonly Arena _arena;
    private readonly StepProgram _program;
    private readonly Tensor _rows, _weight, _bias, _scores;
    private readonly int _dimension, _centres, _threads;
    private readonly float[] _block, _found, _transposed, _halfSquares;

    internal NearestCentres(Backend backend, int dimension, int centres, int threads)
    {
        (_backend, _dimension, _centres, _threads, _arena) = (backend, dimension, centres, threads, new Arena(backend));
        Tape tape = new(backend);
        (_weight, _bias) = (backend.NewTensor([1, dimension, centres]), backend.NewTensor([centres]));
        _rows = tape.Input([1, RowsAtOnce, dimension]);
        _scores = tape.Keep(Op.Conv(tape, _rows, _weight, _bias, new ConvGeometry(Kernel: 1)));
        _program = tape.Compile(_arena);
        (_block, _found) = (new float[RowsAtOnce * dimension], new float[RowsAtOnce * centres]);
        (_transposed, _halfSquares) = (new float[dimension * centres], new float[centres]);
    }

    /// <param name="centres">[K, dimension].</param>
    internal void Set(float[] centres)
    {
        // In tiles of whole cache lines: one value at a time touches a line of its own for each.
        Workers.ForEach(Enumerable.Range(0, (_centres + TileCentres - 1) / TileCentres), _threads, tile =>
        {
            int first = tile * TileCentres, end = Math.Min(_centres, first + TileCentres);
            for (int d = 0; d < _dimension; d++)
            {
                for (int centre = first; centre < end; centre++) _transposed[(d * _centres) + centre] = centres[(centre * _dimension) + d];
            }

            for (int centre = first; centre < end; centre++)
            {
                double squares = 0;
                foreach (float value in centres.AsSpan(centre * _dimension, _dimension)) squares += (double)value * value;
                _halfSquares[centre] = (float)(-0.5 * squares);
            }
        }, CancellationToken.None);
        _backend.Write(_transposed, _weight);
        _backend.Write(_halfSquares, _bias);
    }

    /// <summary>Of equally near centres the first.</summary>
    /// <param name="chosen">Numbers of at most <see cref="RowsAtOnce"/> rows.</param>
    /// <param name="nearest">Their centres, =.</param>
    internal void Find(FeatureRows rows, ReadOnlyMemory<int> chosen, Memory<int> nearest)
    {
        rows.Gather(chosen.Span, _block);
        _backend.Write(_block, _rows);
        _program.Run();
        _backend.Read(_scores, _found);
        Workers.ForEach([.. Enumerable.Range(0, chosen.Length)], _threads, row =>
            nearest.Span[row] = TensorPrimitives.IndexOfMax<float>(_found.AsSpan(row * _centres, _centres)), CancellationToken.None);
    }

    public void Dispose() => _arena.Dispose();
}

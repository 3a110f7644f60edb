namespace RvcNative.Rvc.Retrieval;

/// <summary>N feature frames, in whatever pieces they were read, in a random order of their own.</summary>
internal sealed class FeatureRows
{
    private readonly IReadOnlyList<float[]> _pieces;
    private readonly (int Piece, int Row)[] _places;

    /// <param name="pieces">Each [rows, dimension].</param>
    internal FeatureRows(IReadOnlyList<float[]> pieces, int dimension)
    {
        (_pieces, Dimension) = (pieces, dimension);
        _places = [.. pieces.SelectMany((piece, index) => Enumerable.Range(0, piece.Length / dimension).Select(row => (index, row)))];
    }

    internal int Dimension { get; }

    internal int Count => _places.Length;

    internal ReadOnlySpan<float> this[int row] => _pieces[_places[row].Piece].AsSpan(_places[row].Row * Dimension, Dimension);

    /// <summary>Row i becomes the one that was order[i].</summary>
    internal void Reorder(int[] order)
    {
        (int, int)[] before = [.. _places];
        for (int i = 0; i < order.Length; i++) _places[i] = before[order[i]];
    }

    /// <summary>Copies rows to the start of a matrix.</summary>
    internal void Gather(ReadOnlySpan<int> rows, Span<float> to)
    {
        for (int i = 0; i < rows.Length; i++) this[rows[i]].CopyTo(to[(i * Dimension)..]);
    }
}

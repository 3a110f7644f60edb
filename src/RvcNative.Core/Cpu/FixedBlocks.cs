namespace RvcNative.Core.Cpu;

/// <summary>
/// Cuts elements (or rows) into blocks whose bounds depend on their number alone. Each block is summed by one thread and the blocks'
/// sums are added in order, so a sum is the same bytes for every number of threads.
/// </summary>
internal readonly struct FixedBlocks
{
    /// <summary>No more blocks than this, so that their sums fit on the stack.</summary>
    internal const int Most = 256;

    private const int Alignment = 16;
    private readonly int _count, _size;

    /// <param name="least">Elements that are worth a block of their own.</param>
    /// <param name="alignment">Block bounds are multiples of this.</param>
    internal FixedBlocks(int count, int least = 1 << 14, int alignment = Alignment)
    {
        int wanted = (int)Math.Min(Most, ((long)count + least - 1) / least);
        int size = wanted <= 1 ? count : (count + wanted - 1) / wanted;
        _count = count;
        _size = Math.Max(1, (size + alignment - 1) / alignment * alignment);
        Count = (count + _size - 1) / _size;
    }

    internal int Count { get; }

    internal int Start(int block) => block * _size;

    internal int End(int block) => Math.Min(_count, Start(block) + _size);

    internal int Length(int block) => End(block) - Start(block);

    /// <summary>Rows of a matrix in blocks of about as many elements as a flat block has.</summary>
    internal static FixedBlocks OfRows(int rows, int columns) => new(rows, Math.Max(1, (1 << 14) / Math.Max(1, columns)), 1);
}

using System.Runtime.InteropServices;

namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// Native memory of one thread for packed operands, grown when a larger one is first met and kept for the next call. It belongs
/// to the thread, not to a backend, so several backends never share a piece of it; it is freed after the thread has ended.
/// </summary>
internal sealed unsafe class ThreadScratch
{
    [ThreadStatic]
    private static ThreadScratch? t_own;
    private Block _partials, _taps, _mixedInputs, _allWeights, _products, _weights, _inputs, _scores, _table, _tiles, _zeros, _sink;

    ~ThreadScratch()
    {
        _partials.Free();
        _taps.Free();
        _mixedInputs.Free();
        _allWeights.Free();
        _products.Free();
        _weights.Free();
        _inputs.Free();
        _scores.Free();
        _table.Free();
        _tiles.Free();
        _zeros.Free();
        _sink.Free();
    }

    /// <summary>The calling thread's.</summary>
    internal static ThreadScratch Own => t_own ??= new ThreadScratch();

    /// <summary>Sums that the threads of one call leave for the caller.</summary>
    internal float* Partials(int count) => (float*)_partials.AtLeast(sizeof(float) * (long)count);

    /// <summary>One value for each frame and tap, for the threads of one call.</summary>
    internal float* Taps(long count) => (float*)_taps.AtLeast(sizeof(float) * count);

    /// <summary>Inputs of a Toom-Cook form at one of its points, and products at all.</summary>
    internal float* MixedInputs(long count) => (float*)_mixedInputs.AtLeast(sizeof(float) * count);

    internal float* Products(long count) => (float*)_products.AtLeast(sizeof(float) * count);

    /// <summary>All weights of a convolution as the kernels read them, or their gradients at a form's points, for the threads of one call.</summary>
    internal float* AllWeights(long count) => (float*)_allWeights.AtLeast(sizeof(float) * count);

    /// <summary>A result's gradient as the kernels read it.</summary>
    internal float* Weights(long count) => (float*)_weights.AtLeast(sizeof(float) * count);

    /// <summary>Inputs as the kernels read them.</summary>
    internal float* Inputs(long count) => (float*)_inputs.AtLeast(sizeof(float) * count);

    /// <summary>Rows of an attention that nobody differentiates.</summary>
    internal float* Scores(long count) => (float*)_scores.AtLeast(sizeof(float) * count);

    /// <summary>Row pointers.</summary>
    internal float** Table(int count) => (float**)_table.AtLeast(sizeof(float*) * (long)count);

    internal RowTile* Tiles(int count) => (RowTile*)_tiles.AtLeast(sizeof(RowTile) * (long)count);

    /// <summary>Zeros, for frames outside of the input.</summary>
    internal float* Zeros(int count) => (float*)_zeros.AtLeast(sizeof(float) * (long)count);

    /// <summary>Where rows go that nobody wants.</summary>
    internal float* Sink(int count) => (float*)_sink.AtLeast(sizeof(float) * (long)count);

    private struct Block
    {
        private void* _memory;
        private long _bytes;

        internal void* AtLeast(long bytes)
        {
            if (bytes <= _bytes) return _memory;
            Free();
            _memory = NativeMemory.AlignedAlloc((nuint)bytes, 4096);
            _bytes = bytes;
            NativeMemory.Clear(_memory, (nuint)bytes);
            return _memory;
        }

        internal void Free()
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            _bytes = 0;
        }
    }
}

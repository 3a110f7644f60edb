namespace RvcNative.Core.Cpu.Convolution;

/// <summary>
/// The innermost loops: a tile of Rows x Columns sums lives in registers while products are added to it, then goes to memory once.
/// </summary>
internal unsafe interface ITileKernel
{
    /// <summary>Rows of a tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of a tile: two vectors or four.</summary>
    static abstract int Columns { get; }

    /// <summary>Copies a tile's columns.</summary>
    static abstract void Copy(float* from, float* to);

    /// <summary>
    /// Rows times taps: to[r][column…] = or += sum over taps t and channels c of rows[t*Rows + r][first + c] * b[(t*count + c)*Columns…].
    /// </summary>
    /// <param name="next">How far behind these pointers those of the next tile stand, whose rows a kernel may ask for ahead.</param>
    static abstract void RowsTimesTaps(float** rows, nint next, nint taps, nint first, nint count, float* b, float** to, nint column, bool add);

    /// <summary>Rows times rows: to[i*toStep + j] = or += sum over r of a[r*aStep + i] * b[r*bStep + j], with i below Rows and j below Columns.</summary>
    static abstract void RowsTimesRows(float* a, nint aStep, float* b, nint bStep, nint rows, float* to, nint toStep, bool add);

    /// <summary>The same with i below four.</summary>
    static abstract void FourRowsTimesRows(float* a, nint aStep, float* b, nint bStep, nint rows, float* to, nint toStep, bool add);
}

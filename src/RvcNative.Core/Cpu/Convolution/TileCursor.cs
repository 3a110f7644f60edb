namespace RvcNative.Core.Cpu.Convolution;

/// <summary>Walks along the tiles of one item and mixes each one's frames: rows of a tile lie a column of the picture apart.</summary>
internal unsafe ref struct TileCursor
{
    private readonly float* _x, _zeros;
    private readonly int _frames, _columns, _inputs, _channels, _wrap;
    private int _frame, _column;

    /// <param name="x">The item's first frame, at the first channel that is mixed.</param>
    /// <param name="frames">Frames of the item; what lies outside of it counts as zero.</param>
    /// <param name="shift">The picture's row where tile 0 begins.</param>
    /// <param name="inputs">Rows of a tile that are mixed.</param>
    internal TileCursor(in ToomCookTiles tiles, float* x, int frames, int channels, int tile, int shift, int inputs, float* zeros)
    {
        (_frames, _columns, _inputs, _channels) = (frames, tiles.Columns, inputs, channels);
        _x = x;
        _zeros = zeros;
        (int row, _column) = Math.DivRem(tile, _columns);
        _frame = (((row * tiles.Form.Outputs) + shift) * _columns) + _column;
        _wrap = (tiles.Form.Outputs - 1) * _columns;
    }

    /// <summary>to = the mixtures of the current tile's rows, from a channel on; <see cref="Next"/> goes on.</summary>
    /// <param name="factors">[outputs,inputs]; outputs lie <paramref name="toStep"/> floats apart.</param>
    internal readonly void Mix(float* factors, float* to, nint toStep, int outputs, int channel, int count)
    {
        if (_frame >= 0 && _frame + ((_inputs - 1) * _columns) < _frames)
        {
            RowMixture.Mix(new EvenRows(_x + ((long)_frame * _channels) + channel, (nint)_columns * _channels), _inputs, factors, to, toStep, outputs, count);
            return;
        }

        float** rows = stackalloc float*[_inputs];
        for (int i = 0; i < _inputs; i++)
        {
            int frame = _frame + (i * _columns);
            rows[i] = (uint)frame < (uint)_frames ? _x + ((long)frame * _channels) + channel : _zeros;
        }

        RowMixture.Mix(new ScatteredRows(rows), _inputs, factors, to, toStep, outputs, count);
    }

    internal void Next()
    {
        _frame++;
        if (++_column < _columns) return;
        _column = 0;
        _frame += _wrap;
    }
}

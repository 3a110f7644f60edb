namespace RvcNative.Rvc.Data;

/// <summary>
/// Clips side by side, each followed by zeros up to <see cref="Frames"/>, in the layouts of the training step. Their features, pitch and sound are fetched when they are first
/// asked for, which a device that has the clips does not do. One thread at a time; arrays are used again for the next batch of the shape once this one is disposed.
/// </summary>
public sealed class Batch : IDisposable
{
    private readonly BatchAssembler _owner;
    private readonly Func<ClipArrays> _newArrays;
    private ClipArrays? _arrays;
    private bool _isFilled;
    private int _lent;

    internal Batch(BatchAssembler owner, int size, int frames, int channels, int bins, int hopSamples, bool hasPitch)
    {
        (_owner, Size, Frames) = (owner, size, frames);
        int rows = size * frames;
        _newArrays = () => new ClipArrays(new float[rows * channels], hasPitch ? new long[rows] : null, hasPitch ? new float[rows] : null, new float[rows * bins], new float[rows * hopSamples]);
        Mask = new float[rows];
        Lengths = new int[size];
        Speakers = new long[size];
        Indices = new int[size];
    }

    /// <summary>B.</summary>
    public int Size { get; }

    /// <summary>T, a multiple of <see cref="BatchAssembler.FrameStep"/>.</summary>
    public int Frames { get; }

    /// <summary>[B,T,C].</summary>
    public float[] Phone => Arrays.Phone;

    /// <summary>[B,T], classes 1..255 and 0 past the end; null without pitch.</summary>
    public long[]? Pitch => Arrays.Pitch;

    /// <summary>[B,T] in Hz; null without pitch.</summary>
    public float[]? F0 => Arrays.F0;

    /// <summary>[B,T,F].</summary>
    public float[] Spec => Arrays.Spec;

    /// <summary>[B,T * hop].</summary>
    public float[] Wave => Arrays.Wave;

    /// <summary>[B,T]: 1 for frames of the clip, 0 past its end.</summary>
    public float[] Mask { get; }

    /// <summary>[B], frames of each clip.</summary>
    public int[] Lengths { get; }

    /// <summary>[B].</summary>
    public long[] Speakers { get; }

    /// <summary>[B], which clips of the training set these are.</summary>
    public int[] Indices { get; }

    private ClipArrays Arrays
    {
        get
        {
            _arrays ??= _newArrays();
            for (int row = 0; row < Size && !_isFilled; row++) Fill(_arrays, row, _owner.Clip(Indices[row]));
            _isFilled = true;
            return _arrays;
        }
    }

    /// <summary>Gives the arrays back; nobody uses them afterwards.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _lent, 0) == 1) _owner.TakeBack(this);
    }

    internal Batch Lend()
    {
        _lent = 1;
        _isFilled = false;
        return this;
    }

    internal void Place(int row, int index, int frames, int speaker)
    {
        (Indices[row], Lengths[row], Speakers[row]) = (index, frames, speaker);
        Span<float> mask = Mask.AsSpan(row * Frames, Frames);
        mask[..frames].Fill(1);
        mask[frames..].Clear();
    }

    private void Fill(ClipArrays arrays, int row, TrainingItem item)
    {
        Put(item.Phone, arrays.Phone, row);
        Put(item.Spec, arrays.Spec, row);
        Put(item.Wave, arrays.Wave, row);
        if (arrays.Pitch is not null) Put(item.Pitch!, arrays.Pitch, row);
        if (arrays.F0 is not null) Put(item.F0!, arrays.F0, row);
    }

    private void Put<T>(T[] clip, T[] batch, int row)
    {
        Span<T> place = batch.AsSpan(row * (batch.Length / Size), batch.Length / Size);
        clip.CopyTo(place);
        place[clip.Length..].Clear();
    }

    private sealed record ClipArrays(float[] Phone, long[]? Pitch, float[]? F0, float[] Spec, float[] Wave);
}

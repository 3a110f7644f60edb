namespace RvcNative.Rvc.Data;

/// <summary>
/// Clips side by side, each followed by zeros up to <see cref="Frames"/>, in the layouts of the training step. Arrays are used again for the next
/// batch of the shape once this one is disposed.
/// </summary>
public sealed class Batch : IDisposable
{
    private readonly BatchAssembler _owner;
    private int _lent;

    internal Batch(BatchAssembler owner, int size, int frames, int channels, int bins, int hopSamples, bool hasPitch)
    {
        (_owner, Size, Frames) = (owner, size, frames);
        Phone = new float[size * frames * channels];
        Pitch = hasPitch ? new long[size * frames] : null;
        F0 = hasPitch ? new float[size * frames] : null;
        Spec = new float[size * frames * bins];
        Wave = new float[size * frames * hopSamples];
        Mask = new float[size * frames];
        Lengths = new int[size];
        Speakers = new long[size];
        Indices = new int[size];
    }

    /// <summary>B.</summary>
    public int Size { get; }

    /// <summary>T, a multiple of <see cref="BatchAssembler.FrameStep"/>.</summary>
    public int Frames { get; }

    /// <summary>[B,T,C].</summary>
    public float[] Phone { get; }

    /// <summary>[B,T], classes 1..255 and 0 past the end; null without pitch.</summary>
    public long[]? Pitch { get; }

    /// <summary>[B,T] in Hz; null without pitch.</summary>
    public float[]? F0 { get; }

    /// <summary>[B,T,F].</summary>
    public float[] Spec { get; }

    /// <summary>[B,T * hop].</summary>
    public float[] Wave { get; }

    /// <summary>[B,T]: 1 for frames of the clip, 0 past its end.</summary>
    public float[] Mask { get; }

    /// <summary>[B], frames of each clip.</summary>
    public int[] Lengths { get; }

    /// <summary>[B].</summary>
    public long[] Speakers { get; }

    /// <summary>[B], which clips of the training set these are.</summary>
    public int[] Indices { get; }

    /// <summary>Gives the arrays back; nobody uses them afterwards.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _lent, 0) == 1) _owner.TakeBack(this);
    }

    internal Batch Lend()
    {
        _lent = 1;
        return this;
    }

    internal void Fill(int row, int index, TrainingItem item)
    {
        (Indices[row], Lengths[row], Speakers[row]) = (index, item.Frames, item.Speaker);
        Put(item.Phone, Phone, row);
        Put(item.Spec, Spec, row);
        Put(item.Wave, Wave, row);
        if (Pitch is not null) Put(item.Pitch!, Pitch, row);
        if (F0 is not null) Put(item.F0!, F0, row);
        Span<float> mask = Mask.AsSpan(row * Frames, Frames);
        mask[..item.Frames].Fill(1);
        mask[item.Frames..].Clear();
    }

    private void Put<T>(T[] clip, T[] batch, int row)
    {
        Span<T> place = batch.AsSpan(row * (batch.Length / Size), batch.Length / Size);
        clip.CopyTo(place);
        place[clip.Length..].Clear();
    }
}

using System.Runtime.InteropServices;

namespace RvcNative.Audio;

/// <summary>
/// Samples that are written once and read afterwards: in memory while they are few, in a temporary file that goes with the process, even if that is killed, when they
/// are many. One thread at a time.
/// </summary>
public sealed class SampleSpool : IDisposable
{
    /// <summary>16 MiB; a minute and a half at 48 kHz.</summary>
    public const int MostInMemory = 1 << 22;

    private readonly string? _folder;
    private readonly int _mostInMemory;
    private float[] _few = [];
    private FileStream? _file;

    /// <param name="folder">Where the file goes, which must be there by then; null for the system's folder for such.</param>
    public SampleSpool(string? folder = null, int mostInMemory = MostInMemory) => (_folder, _mostInMemory) = (folder, mostInMemory);

    public long Count { get; private set; }

    /// <summary>The largest magnitude.</summary>
    public float Peak { get; private set; }

    public void Add(ReadOnlySpan<float> samples)
    {
        foreach (float sample in samples) Peak = MathF.Max(Peak, MathF.Abs(sample));
        if (_file is null && Count + samples.Length > _mostInMemory) Spill();
        if (_file is not null)
        {
            _file.Position = Count * sizeof(float);
            _file.Write(MemoryMarshal.AsBytes(samples));
        }
        else
        {
            int needed = (int)Count + samples.Length;
            if (needed > _few.Length) Array.Resize(ref _few, Math.Max(needed, Math.Min(_mostInMemory, _few.Length * 2)));
            samples.CopyTo(_few.AsSpan((int)Count));
        }

        Count += samples.Length;
    }

    /// <summary>Fills the block with the samples from a place on.</summary>
    public void Read(long start, Span<float> samples)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + samples.Length, Count);
        if (_file is null)
        {
            _few.AsSpan((int)start, samples.Length).CopyTo(samples);
            return;
        }

        _file.Position = start * sizeof(float);
        _file.ReadExactly(MemoryMarshal.AsBytes(samples));
    }

    /// <summary>Gives all samples in blocks.</summary>
    public void CopyTo(SampleBlock block, int blockSamples = 1 << 15)
    {
        float[] values = new float[blockSamples];
        for (long done = 0; done < Count; done += blockSamples)
        {
            Span<float> part = values.AsSpan(0, (int)Math.Min(blockSamples, Count - done));
            Read(done, part);
            block(done, part);
        }
    }

    /// <summary>What was written so far as a signal, which reads here.</summary>
    /// <exception cref="OverflowException">More samples than a signal has places for, 2^31.</exception>
    public Signal ToSignal() => new Spooled(this, checked((int)Count));

    public void Dispose() => _file?.Dispose();

    private void Spill()
    {
        string path = Path.Combine(_folder ?? Path.GetTempPath(), $".{Guid.NewGuid():N}.tmp");
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
            BufferSize = 1 << 17,
        });

        // An open file may lose its name, but for Windows, which deletes it when the process ends, however that is.
        if (!OperatingSystem.IsWindows()) File.Delete(path);
        _file.Write(MemoryMarshal.AsBytes(_few.AsSpan(0, (int)Count)));
        _few = [];
    }

    private sealed class Spooled(SampleSpool spool, int length) : Signal
    {
        public override int Length => length;

        public override void Read(int start, Span<float> samples) => spool.Read(start, samples);
    }
}

/// <summary>A block of samples and the place of its first; the block may be changed.</summary>
public delegate void SampleBlock(long start, Span<float> samples);

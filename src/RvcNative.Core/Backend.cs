namespace RvcNative.Core;

/// <summary>
/// Says what every op means on one device; each op adds its methods in Ops/. An op trusts the shapes, which the op's builder
/// in <see cref="Op"/> has checked. Each output is marked "=" (overwritten) or "+=" (added to); a <see cref="Gradient"/> says which itself.
/// </summary>
public abstract partial class Backend : IDisposable
{
    /// <summary>Name for messages and reports, such as "cpu (AVX2, 2 threads)".</summary>
    public abstract string Name { get; }

    /// <summary>Whether ops return before they have run, so that reading a result costs a wait.</summary>
    public virtual bool RunsAhead => false;

    /// <summary>Memory of the device's own that nobody has taken; null where the device's memory is the program's own.</summary>
    public virtual long? FreeBytes => null;

    /// <summary>Notes what a stretch launches, to be launched again at once; nothing runs meanwhile. Null from a backend that has nothing to note.</summary>
    /// <param name="run">Ops alone, on memory that stays where it is; they have run before, so nothing is compiled or allocated.</param>
    public virtual RecordedOps? Record(Action run) => null;

    /// <summary>Zeroed memory of the device, aligned to 64 bytes, with at least 256 readable bytes behind its end.</summary>
    public abstract Storage Allocate(long bytes);

    /// <summary>Copies values to the tensor, as if at once: ops that come later see them, ops that came before do not, and the span may change on return.</summary>
    public abstract void Write(ReadOnlySpan<float> values, Tensor to);

    public abstract void Write(ReadOnlySpan<long> values, Tensor to);

    /// <summary>Copies the tensor's values to the host; waits for the device.</summary>
    public abstract void Read(Tensor from, Span<float> values);

    public abstract void Read(Tensor from, Span<long> values);

    /// <summary>Places on the host for copies that nobody waits for; made at once by a backend that does not run ahead.</summary>
    /// <param name="places">Copies that may be under way at a time.</param>
    /// <param name="width">Values of each, at most.</param>
    public virtual Readout NewReadout(int places, int width) => new PromptReadout(this, places, width);

    /// <summary>Waits for what has been started; a backend that works at once has nothing to wait for.</summary>
    public virtual void Wait()
    {
    }

    public float[] ToArray(Tensor tensor)
    {
        float[] values = new float[tensor.Count];
        Read(tensor, values);
        return values;
    }

    /// <summary>A zeroed tensor with memory of its own, outside any program: parameters, optimiser state, tables.</summary>
    public Tensor NewTensor(Shape shape, DType dtype = DType.F32)
    {
        long bytes = (long)shape.Count * dtype.Bytes();
        return new Tensor(new Buffer(Allocate(Math.Max(bytes, 4))), shape, dtype, 0);
    }

    /// <summary>A part of a larger tensor, from element <paramref name="offset"/> on, in a shape of its own.</summary>
    public static Tensor Part(Tensor whole, long offset, Shape shape) => offset + shape.Count <= whole.Count
        ? new Tensor(whole.Buffer, shape, whole.DType, whole.Offset + offset)
        : throw new ArgumentException($"a part {shape} from element {offset} on of a tensor {whole.Shape}");

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>Ops that were noted, to be run again with the same tensors.</summary>
public abstract class RecordedOps
{
    public abstract void Replay();
}

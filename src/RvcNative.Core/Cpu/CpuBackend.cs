namespace RvcNative.Core.Cpu;

/// <summary>
/// The managed SIMD backend: the default that needs nothing. Results are the same bytes for every number of threads, because the
/// split of the work decides who computes an element, never in which order it is summed.
/// </summary>
public sealed unsafe partial class CpuBackend : Backend
{
    private readonly WorkerPool _pool;

    /// <param name="threads">Threads that share the work, the caller's included; 0 takes one per processor.</param>
    public CpuBackend(int threads = 0) => _pool = new WorkerPool(threads > 0 ? threads : Environment.ProcessorCount);

    public int Threads => _pool.Threads;

    public override string Name => $"cpu ({Simd.Name}, {Threads} thread{(Threads == 1 ? "" : "s")})";

    public override Storage Allocate(long bytes) => new CpuStorage(bytes);

    public override void Write(ReadOnlySpan<float> values, Tensor to) => values.CopyTo(Span(to));

    public override void Write(ReadOnlySpan<long> values, Tensor to) => values.CopyTo(new Span<long>(Ids(to), to.Count));

    public override void Read(Tensor from, Span<float> values) => Span(from).CopyTo(values);

    public override void Read(Tensor from, Span<long> values) => new Span<long>(Ids(from), from.Count).CopyTo(values);

    /// <summary>First element of an f32 tensor, in the memory that the program gave it.</summary>
    internal static float* Pointer(Tensor tensor) => (float*)Base(tensor) + tensor.Offset;

    /// <summary>First element of an i64 tensor.</summary>
    internal static long* Ids(Tensor tensor) => (long*)Base(tensor) + tensor.Offset;

    internal static Span<float> Span(Tensor tensor) => new(Pointer(tensor), tensor.Count);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _pool.Dispose();
    }

    private static byte* Base(Tensor tensor)
    {
        if (tensor.Buffer.Storage is not CpuStorage storage)
        {
            throw new InvalidOperationException($"tensor {tensor} has no CPU memory: its program is not compiled, or it belongs to another backend");
        }

        RecentStorage.Hold(storage);
        return storage.Pointer + tensor.Buffer.OffsetBytes;
    }
}

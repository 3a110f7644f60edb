namespace RvcNative.Core;

/// <summary>Copies of small f32 tensors to the host, each made when all that was started before it has run, while the host goes on.</summary>
public abstract class Readout : IDisposable
{
    /// <summary>Starts a copy to a place whose last copy is there, or is not wanted any more.</summary>
    public abstract void Start(Tensor from, int place);

    /// <summary>Whether the copy that was started last is at its place. Waits for nothing.</summary>
    public abstract bool IsThere(int place);

    /// <summary>The values of a copy that is there, from its first on.</summary>
    public abstract ReadOnlySpan<float> Values(int place);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>Of a backend that works at once.</summary>
internal sealed class PromptReadout(Backend backend, int places, int width) : Readout
{
    private readonly float[] _values = new float[places * width];

    public override void Start(Tensor from, int place) => backend.Read(from, _values.AsSpan(place * width, from.Count));

    public override bool IsThere(int place) => true;

    public override ReadOnlySpan<float> Values(int place) => _values.AsSpan(place * width, width);

    protected override void Dispose(bool disposing)
    {
    }
}

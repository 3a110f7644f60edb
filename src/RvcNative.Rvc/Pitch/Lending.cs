using System.Collections.Concurrent;

namespace RvcNative.Rvc.Pitch;

/// <summary>Things that one caller at a time uses, made when all others are out.</summary>
internal sealed class Lending<T>(Func<T> make) : IDisposable where T : class, IDisposable
{
    private readonly ConcurrentBag<T> _idle = [];

    internal T Take() => _idle.TryTake(out T? idle) ? idle : make();

    internal void Return(T used) => _idle.Add(used);

    public void Dispose()
    {
        while (_idle.TryTake(out T? idle)) idle.Dispose();
    }
}

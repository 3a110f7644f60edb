using RvcNative.Audio;
using RvcNative.Core;

namespace RvcNative.Rvc.Pitch;

/// <summary>Takes the confidence in 360 bins of the frames that follow those before.</summary>
/// <param name="confidence">[t, 360].</param>
internal delegate void ConfidenceSink(ReadOnlySpan<float> confidence);

/// <summary>Runs a pitch network over recordings, one after the other, with programs and memory of its own; the weights are the network's.</summary>
internal abstract class PitchRunner(Backend backend, bool ownsBackend) : IDisposable
{
    private const int MostPrograms = 8;
    private readonly Dictionary<(string Part, int Frames), object> _programs = [];
    private Arena _arena = new(backend);

    protected Backend Backend { get; } = backend;

    /// <summary>Gives the confidence of all 1 + N / 160 frames of N samples, in order.</summary>
    internal abstract void Run(Signal wave16k, ConfidenceSink sink);

    /// <summary>The confidence of all frames at once, [T, 360].</summary>
    internal float[] Confidence(Signal wave16k)
    {
        List<float> all = [];
        Run(wave16k, frames => all.AddRange(frames));
        return [.. all];
    }

    public void Dispose()
    {
        _arena.Dispose();
        if (ownsBackend) Backend.Dispose();
    }

    /// <summary>A part of the network compiled for a number of frames. Clips of a training set have many lengths: the earlier ones are forgotten together.</summary>
    protected T Program<T>(string part, int frames, Func<Arena, int, T> compile) where T : class
    {
        if (_programs.TryGetValue((part, frames), out object? known)) return (T)known;
        if (_programs.Count >= MostPrograms)
        {
            long bytes = _arena.Bytes;
            Forget();
            _arena.Reserve(bytes);
        }

        T made = compile(_arena, frames);
        _programs.Add((part, frames), made);
        return made;
    }

    /// <summary>Gives programs and their memory back. After a long recording, whose pieces take hundreds of MB: what follows it, the embedder and the synthesizer, need the room.</summary>
    protected void Forget()
    {
        _programs.Clear();
        _arena.Dispose();
        _arena = new Arena(Backend);
    }
}

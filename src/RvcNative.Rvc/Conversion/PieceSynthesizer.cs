using RvcNative.Core;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Conversion;

/// <summary>
/// Runs the synthesizer on pieces of any length with few programs: frames are filled up to whole seconds, masked, and a program is kept for
/// every number of seconds that came up. Masked frames change nothing before the decoder; in it they reach back <see cref="DecoderReach"/>
/// frames at most, where an end of the audio would reach as well.
/// </summary>
internal sealed class PieceSynthesizer(Backend backend, Synthesizer synthesizer) : IDisposable
{
    private const int FrameStep = 100, WindowFrames = 400;
    private readonly Dictionary<int, PieceProgram> _programs = [];
    private Arena _arena = new(backend);
    private float _noiseScale;
    private ulong _seed;

    /// <summary>Frames before the end of a piece whose audio hangs on what follows it.</summary>
    internal int Reach { get; } = DecoderReach.Of(synthesizer.Plan, backend).Source;

    /// <returns>[T * samples a frame].</returns>
    internal float[] Run(PieceInput piece, float noiseScale, ulong seed)
    {
        if (noiseScale != _noiseScale || seed != _seed) Clear();
        (_noiseScale, _seed) = (noiseScale, seed);
        int frames = (piece.Frames + FrameStep - 1) / FrameStep * FrameStep;
        if (!_programs.TryGetValue(frames, out PieceProgram? program)) _programs.Add(frames, program = Record(frames));
        return program.Run(piece);
    }

    public void Dispose() => _arena.Dispose();

    // Frozen, so that a program of networks in training keeps nothing for their gradients.
    private PieceProgram Record(int frames)
    {
        synthesizer.Network.Parameters.Freeze();
        try
        {
            return new PieceProgram(backend, synthesizer, frames, _noiseScale, _seed, _arena, WindowFrames);
        }
        finally
        {
            synthesizer.Network.Parameters.Thaw();
        }
    }

    // Noise scale and seed are part of a program.
    private void Clear()
    {
        _programs.Clear();
        _arena.Dispose();
        _arena = new Arena(backend);
    }
}

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
    private const int FrameStep = 100, WindowFrames = 200;
    private readonly Dictionary<int, PieceProgram> _programs = [];
    private Arena _arena = new(backend);
    private float _noiseScale;
    private ulong _seed;

    /// <summary>Frames before the end of a piece whose audio hangs on what follows it.</summary>
    internal static int DecoderReach(ModelPlan plan)
    {
        // Samples of one stage reach as far as its longest residual block and its upsampling; conv_pre and conv_post have 7 taps.
        double frames = 3, samplesPerFrame = 1;
        for (int stage = 0; stage < plan.UpsampleRates.Count; stage++)
        {
            samplesPerFrame *= plan.UpsampleRates[stage];
            int block = 0;
            for (int i = 0; i < plan.ResBlockKernels.Count; i++)
            {
                int own = plan.ResBlock == "1" ? plan.ResBlockDilations[i].Sum(dilation => dilation + 1) : plan.ResBlockDilations[i].Take(2).Sum();
                block = Math.Max(block, own * (plan.ResBlockKernels[i] / 2));
            }

            frames += (plan.UpsampleKernels[stage] + block) / samplesPerFrame;
        }

        return (int)Math.Ceiling(frames + (3 / samplesPerFrame));
    }

    /// <returns>[T * samples a frame].</returns>
    internal float[] Run(PieceInput piece, float noiseScale, ulong seed)
    {
        if (noiseScale != _noiseScale || seed != _seed) Clear();
        (_noiseScale, _seed) = (noiseScale, seed);
        int frames = (piece.Frames + FrameStep - 1) / FrameStep * FrameStep;
        if (!_programs.TryGetValue(frames, out PieceProgram? program))
        {
            _programs.Add(frames, program = new PieceProgram(backend, synthesizer, frames, noiseScale, seed, _arena, WindowFrames));
        }

        return program.Run(piece);
    }

    public void Dispose() => _arena.Dispose();

    // Noise scale and seed are part of a program.
    private void Clear()
    {
        _programs.Clear();
        _arena.Dispose();
        _arena = new Arena(backend);
    }
}

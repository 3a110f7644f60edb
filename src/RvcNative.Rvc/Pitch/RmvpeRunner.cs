using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Pitch;

/// <summary>What follows the last frame of RMVPE's log-mel, up to a multiple of 32.</summary>
public enum RmvpePadding
{
    /// <summary>Zeros, which are loud in a log-mel (mainline infer/rmvpe.py, mel2hidden).</summary>
    Mainline,

    /// <summary>The frames before, mirrored (rvc/lib/predictors/RMVPE.py, mel2hidden).</summary>
    Applio,
}

/// <summary>
/// RMVPE over a recording. What fits into one piece is computed as the peers do. Of longer ones the U-Net is run on pieces that overlap by its reach, which
/// is exact; the forward recurrent units go on from their state, which is exact as well; the backward ones begin anew at each piece's end, 16 s before what
/// is kept of it, which they have forgotten by then but for rounding: see RmvpeRunnerTests.
/// </summary>
internal sealed class RmvpeRunner(Rmvpe network, RmvpePadding padding, Backend backend, bool ownsBackend) : PitchRunner(backend, ownsBackend)
{
    private const int KeptFrames = 4096;

    /// <summary>Frames of one piece, margins included; tests take few.</summary>
    internal int MostFrames { get; init; } = KeptFrames + (2 * network.Reach);

    /// <summary>Frames that are computed again on both sides of a piece.</summary>
    internal int OverlapFrames { get; init; } = network.Reach;

    internal override void Run(Signal wave16k, ConfidenceSink sink)
    {
        int frames = PitchMel.Frames(wave16k.Length), multiple = network.FrameMultiple, padded = (frames + multiple - 1) / multiple * multiple;
        float[] state = new float[network.StateSize];
        foreach (FramePiece piece in FramePiece.Of(padded, MostFrames, OverlapFrames))
        {
            float[] features = Features(Mel(wave16k, frames, piece), piece.Frames);
            int before = piece.Keep - piece.First, kept = piece.KeepEnd - piece.Keep;
            Head head = Program("head", piece.Frames - before, (arena, length) => new Head(Backend, network, arena, length));
            Backend.Write(features.AsSpan(before * network.Features), head.Features);
            Backend.Write(state, head.Start);
            head.Steps.Run();

            // The state of the forward units, the first half, after the last frame that is kept; the backward ones begin at 0.
            Backend.ToArray(head.State).AsSpan((kept - 1) * state.Length, state.Length / 2).CopyTo(state);
            sink(Backend.ToArray(head.Confidence).AsSpan(0, Math.Min(kept, frames - piece.Keep) * PitchBins.Count));
        }

        if (padded > MostFrames) Forget();
    }

    // The piece's frames, with what follows the recording's last.
    private float[] Mel(Signal wave16k, int frames, FramePiece piece)
    {
        int there = Math.Min(piece.Frames, frames - piece.First);
        float[] mel = PitchMel.Rmvpe.LogMel(wave16k, piece.First, there);
        Array.Resize(ref mel, piece.Frames * PitchMel.Bands);
        if (padding == RmvpePadding.Applio)
        {
            int period = Math.Max(1, 2 * (frames - 1));
            for (int t = there; t < piece.Frames; t++)
            {
                int from = (piece.First + t) % period;
                PitchMel.Rmvpe.LogMel(wave16k, Math.Min(from, period - from), 1).CopyTo(mel, t * PitchMel.Bands);
            }
        }

        network.Normalise(mel);
        return mel;
    }

    private float[] Features(float[] mel, int frames)
    {
        Unet program = Program("unet", frames, (arena, length) => new Unet(Backend, network, arena, length));
        Backend.Write(mel, program.Mel);
        program.Steps.Run();
        return Backend.ToArray(program.Features);
    }

    private sealed class Unet
    {
        internal Unet(Backend backend, Rmvpe network, Arena arena, int frames)
        {
            Tape tape = new(backend);
            Mel = tape.Input([1, frames * PitchMel.Bands, 1]);
            Features = tape.Keep(network.Unet(tape, Mel));
            Steps = tape.Compile(arena);
        }

        internal Tensor Mel { get; }

        internal Tensor Features { get; }

        internal StepProgram Steps { get; }
    }

    private sealed class Head
    {
        internal Head(Backend backend, Rmvpe network, Arena arena, int frames)
        {
            Tape tape = new(backend);
            (Features, Start) = (tape.Input([1, frames, network.Features]), tape.Input([1, 1, network.StateSize]));
            (State, Confidence) = network.Head(tape, Features, Start);
            tape.Keep(State);
            tape.Keep(Confidence);
            Steps = tape.Compile(arena);
        }

        internal Tensor Features { get; }

        internal Tensor Start { get; }

        internal Tensor State { get; }

        internal Tensor Confidence { get; }

        internal StepProgram Steps { get; }
    }
}

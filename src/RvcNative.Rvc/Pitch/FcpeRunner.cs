using RvcNative.Audio;
using RvcNative.Core;
using RvcNative.Rvc.Models;

namespace RvcNative.Rvc.Pitch;

/// <summary>
/// FCPE over a recording. The GroupNorm's statistics are taken over all of it first, piece by piece; with them the rest is local, so that pieces which
/// overlap by the network's reach give what the whole gives.
/// </summary>
internal sealed class FcpeRunner(Fcpe network, Backend backend, bool ownsBackend) : PitchRunner(backend, ownsBackend)
{
    private const int StatisticsReach = 1;

    /// <summary>Frames of one piece, margins included; tests take few.</summary>
    internal int MostFrames { get; init; } = 3000;

    internal override void Run(Signal wave16k, ConfidenceSink sink)
    {
        int frames = PitchMel.Frames(wave16k.Length);
        (float[] scale, float[] shift) = Statistics(wave16k, frames);
        foreach (FramePiece piece in FramePiece.Of(frames, MostFrames, network.Reach))
        {
            Rest program = Program("rest", piece.Frames, (arena, length) => new Rest(Backend, network, arena, length));
            Backend.Write(PitchMel.Fcpe.LogMel(wave16k, piece.First, piece.Frames), program.Mel);
            Backend.Write(scale, program.Scale);
            Backend.Write(shift, program.Shift);
            program.Steps.Run();
            sink(Backend.ToArray(program.Confidence).AsSpan((piece.Keep - piece.First) * PitchBins.Count, (piece.KeepEnd - piece.Keep) * PitchBins.Count));
        }

        if (frames > MostFrames) Forget();
    }

    // Mean and variance of every group over all frames, in double.
    private (float[] Scale, float[] Shift) Statistics(Signal wave16k, int frames)
    {
        double[] sums = new double[Fcpe.Groups], squares = new double[Fcpe.Groups];
        int channels = network.Channels, width = channels / Fcpe.Groups;
        foreach (FramePiece piece in FramePiece.Of(frames, MostFrames, StatisticsReach))
        {
            First program = Program("first", piece.Frames, (arena, length) => new First(Backend, network, arena, length));
            Backend.Write(PitchMel.Fcpe.LogMel(wave16k, piece.First, piece.Frames), program.Mel);
            program.Steps.Run();
            float[] values = Backend.ToArray(program.Result);
            for (int i = (piece.Keep - piece.First) * channels; i < (piece.KeepEnd - piece.First) * channels; i++)
            {
                int group = i % channels / width;
                sums[group] += values[i];
                squares[group] += (double)values[i] * values[i];
            }
        }

        double count = (double)frames * width;
        for (int group = 0; group < sums.Length; group++)
        {
            sums[group] /= count;
            squares[group] = Math.Max(0, (squares[group] / count) - (sums[group] * sums[group]));
        }

        return network.GroupNorm(sums, squares);
    }

    private sealed class First
    {
        internal First(Backend backend, Fcpe network, Arena arena, int frames)
        {
            Tape tape = new(backend);
            Mel = tape.Input([1, frames, PitchMel.Bands]);
            Result = tape.Keep(network.First(tape, Mel));
            Steps = tape.Compile(arena);
        }

        internal Tensor Mel { get; }

        internal Tensor Result { get; }

        internal StepProgram Steps { get; }
    }

    private sealed class Rest
    {
        internal Rest(Backend backend, Fcpe network, Arena arena, int frames)
        {
            Tape tape = new(backend);
            Mel = tape.Input([1, frames, PitchMel.Bands]);
            (Scale, Shift) = (tape.Input([network.Channels]), tape.Input([network.Channels]));
            Confidence = tape.Keep(network.Rest(tape, network.First(tape, Mel), Scale, Shift));
            Steps = tape.Compile(arena);
        }

        internal Tensor Mel { get; }

        internal Tensor Scale { get; }

        internal Tensor Shift { get; }

        internal Tensor Confidence { get; }

        internal StepProgram Steps { get; }
    }
}
